package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Ask;
import ai.fileprocessing.jobs.IdempotencyKeys.Known;
import ai.fileprocessing.platform.Identity;
import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.Problem;
import ai.fileprocessing.platform.Sha256;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.core.exception.SdkException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Submits a job: everything that can be known to fail is refused first, then the job is stored,
 * then the queue rings.
 */
@ApplicationScoped
class SubmitJob {
  private static final System.Logger LOG = System.getLogger(SubmitJob.class.getName());

  private final InputFiles files;
  private final ComposeAsk asks;
  private final Admission admission;
  private final JobRows rows;
  private final CommitJob commit;
  private final IdempotencyKeys keys;
  private final RingFiles ring;
  private final Ids ids;
  private final Clock clock;
  private final JsonMapper mapper;
  private final JobsSettings settings;

  @Inject
  SubmitJob(
      InputFiles files,
      ComposeAsk asks,
      Admission admission,
      JobRows rows,
      CommitJob commit,
      IdempotencyKeys keys,
      RingFiles ring,
      Ids ids,
      Clock clock,
      JsonMapper mapper,
      JobsSettings settings) {
    this.files = files;
    this.asks = asks;
    this.admission = admission;
    this.rows = rows;
    this.commit = commit;
    this.keys = keys;
    this.ring = ring;
    this.ids = ids;
    this.clock = clock;
    this.mapper = mapper;
    this.settings = settings;
  }

  Submission submit(Identity caller, NewJob wanted, Optional<String> idempotencyKey) {
    String userId = caller.userId();
    Optional<IdempotencyKeys.Key> key =
        idempotencyKey.map(it -> new IdempotencyKeys.Key(userId, it, fingerprint(wanted)));
    Optional<Job> earlier = key.flatMap(this::earlier);
    if (earlier.isPresent()) {
      return new Submission(earlier.get(), null);
    }
    Ask ask = asks.of(caller, wanted);
    JobInputs inputs = files.of(userId, wanted, ask);
    Mode mode = Mode.of(wanted.mode());
    Instant now = clock.instant();
    JobFiles pending = JobFiles.pending(mode, inputs.all(), now.getEpochSecond());
    Quota quota = admission.admit(userId, pending.units().size());
    JobSpec spec =
        new JobSpec(
            userId,
            ids.next(),
            ask,
            mode,
            wanted.promptId(),
            inputs.all().size(),
            wanted.metadata() == null ? Map.of() : wanted.metadata(),
            now.getEpochSecond(),
            now.plus(settings.deadline()).getEpochSecond(),
            wanted.maxCost());
    if (key.isPresent() && !keys.reserve(key.get(), spec.jobId())) {
      // Between the look and here somebody else was faster.
      return new Submission(earlier(key.get()).orElseThrow(SubmitJob::inProgress), null);
    }
    Draft draft = new Draft(spec, pending, inputs.texts());
    store(draft, key);
    LOG.log(
        Level.INFO,
        "job_id={0} files={1} mode={2} accepted; its work is queued",
        spec.jobId(),
        spec.count(),
        mode.text());
    return new Submission(draft.job(), quota);
  }

  /** The job that was submitted under the same key. */
  private Optional<Job> earlier(IdempotencyKeys.Key key) {
    Known known = keys.look(key);
    if (known instanceof Known.Other) {
      throw Problem.of(
          422,
          "IDEMPOTENCY_KEY_REUSED",
          "This Idempotency-Key was sent with another request. Use a new one for each job.");
    }
    if (known instanceof Known.Reserved) {
      throw inProgress();
    }
    if (known instanceof Known.Used used) {
      return Optional.of(
          rows.find(key.userId(), used.jobId())
              .orElseThrow(
                  () ->
                      Problem.of(
                          409,
                          "IDEMPOTENCY_KEY_SPENT",
                          "The job of this Idempotency-Key was deleted. Use a new key.")));
    }
    return Optional.empty();
  }

  private static Problem inProgress() {
    return Problem.passing(
        409,
        "IDEMPOTENCY_KEY_IN_USE",
        "A request with this Idempotency-Key is being worked at the moment. Ask again for its answer.",
        Duration.ofSeconds(1));
  }

  /** A record is written in the order of its parts, and metadata in the order of its names. */
  private String fingerprint(NewJob wanted) {
    NewJob ordered =
        new NewJob(
            wanted.files(),
            wanted.texts(),
            wanted.prompt(),
            wanted.promptId(),
            wanted.model(),
            wanted.mode(),
            wanted.inference(),
            wanted.output(),
            wanted.metadata() == null ? null : new TreeMap<>(wanted.metadata()),
            wanted.maxCost());
    return Sha256.of(mapper.writeValueAsString(ordered));
  }

  /**
   * Makes the job real and rings for it. What could not be rung for is found by the sweeper: the
   * job is stored, and that is what the answer says.
   */
  private void store(Draft draft, Optional<IdempotencyKeys.Key> key) {
    Optional<String> ringer = Optional.empty();
    try {
      ringer = commit.commit(draft, key);
    } finally {
      if (ringer.isEmpty()) {
        takeBack(draft, key);
      }
    }
    ring(draft, ringer.orElseThrow(SubmitJob::inProgress));
  }

  private void ring(Draft draft, String ringer) {
    List<Ticket> files = draft.files().units().stream().map(draft.spec()::ticket).toList();
    ring.ring(draft.spec(), files, ringer);
  }

  /** What has become real all the same stays, and its key leads to it. */
  private void takeBack(Draft draft, Optional<IdempotencyKeys.Key> key) {
    String jobId = draft.spec().jobId();
    try {
      Optional<String> ringer = commit.takeBack(draft);
      if (ringer.isPresent()) {
        ring(draft, ringer.get());
      } else {
        key.ifPresent(it -> keys.free(it, jobId));
      }
    } catch (SdkException e) {
      LOG.log(Level.WARNING, "job_id=" + jobId + " was not stored; its rows are swept", e);
    }
  }
}
