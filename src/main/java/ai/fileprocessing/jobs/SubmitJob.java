package ai.fileprocessing.jobs;

import ai.fileprocessing.jobs.IdempotencyKeys.Key;
import ai.fileprocessing.platform.Identity;
import ai.fileprocessing.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Submits a job: everything that can be known to fail is refused first, then the job is stored,
 * then the queue rings.
 */
@ApplicationScoped
class SubmitJob {
  private static final System.Logger LOG = System.getLogger(SubmitJob.class.getName());

  private static final Problem UNCERTAIN =
      Problem.passing(
          503,
          "SUBMISSION_UNCERTAIN",
          "It is not known whether the job was stored. Sending the request again with the same"
              + " Idempotency-Key is safe; without one, look at GET /jobs first.",
          Duration.ofSeconds(5));

  private final RecogniseRequest requests;
  private final DraftJob drafts;
  private final Admission admission;
  private final CommitJob commit;
  private final RingFiles ring;

  @Inject
  SubmitJob(
      RecogniseRequest requests,
      DraftJob drafts,
      Admission admission,
      CommitJob commit,
      RingFiles ring) {
    this.requests = requests;
    this.drafts = drafts;
    this.admission = admission;
    this.commit = commit;
    this.ring = ring;
  }

  Submission submit(Identity caller, NewJob wanted, Optional<String> idempotencyKey) {
    String userId = caller.userId();
    Optional<Key> key = idempotencyKey.map(it -> requests.key(userId, it, wanted));
    Optional<Job> earlier = key.flatMap(requests::earlier);
    if (earlier.isPresent()) {
      return new Submission(earlier.get(), null);
    }
    Draft draft = drafts.of(caller, wanted);
    JobSpec spec = draft.spec();
    Quota quota = admission.admit(userId, draft.files().units().size());
    // Between the look and here somebody else may have been faster.
    Optional<Job> faster = key.flatMap(it -> requests.reserve(it, spec.jobId()));
    if (faster.isPresent()) {
      return new Submission(faster.get(), null);
    }
    String ringer = store(draft, key);
    LOG.log(
        Level.INFO,
        "job_id={0} files={1} mode={2} accepted; its work is queued",
        spec.jobId(),
        spec.count(),
        spec.mode().text());
    ring.ring(spec, draft.files().units().stream().map(spec::ticket).toList(), ringer);
    return new Submission(draft.job(), quota);
  }

  /**
   * Makes the job real; one that cannot be taken back is, although no answer said so.
   *
   * @return the name under which it is to be rung for
   */
  private String store(Draft draft, Optional<Key> key) {
    RuntimeException failure;
    try {
      Optional<String> ringer = commit.commit(draft, key);
      if (ringer.isPresent()) {
        return ringer.get();
      }
      failure = RecogniseRequest.inProgress();
    } catch (RuntimeException e) {
      failure = e;
    }
    Optional<String> ringer = takeBack(draft, key);
    if (ringer.isEmpty()) {
      throw failure;
    }
    LOG.log(Level.WARNING, "job_id={0} was stored, and no answer said so", draft.spec().jobId());
    return ringer.get();
  }

  private Optional<String> takeBack(Draft draft, Optional<Key> key) {
    String jobId = draft.spec().jobId();
    try {
      Optional<String> ringer = commit.takeBack(draft);
      if (ringer.isEmpty()) {
        key.ifPresent(it -> requests.free(it, jobId));
      }
      return ringer;
    } catch (SdkException e) {
      LOG.log(Level.WARNING, "job_id=" + jobId + " may be stored or not; the caller is told so", e);
      throw UNCERTAIN;
    }
  }
}
