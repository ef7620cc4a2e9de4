package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Course;
import ai.fileprocessing.inference.Fit;
import ai.fileprocessing.inference.Inference;
import ai.fileprocessing.inference.Outcome;
import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Outcome.Failed;
import ai.fileprocessing.inference.Outcome.Passing;
import ai.fileprocessing.inference.Question;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.jobs.worker.Lease;
import ai.fileprocessing.jobs.worker.Memory;
import ai.fileprocessing.jobs.worker.Signal;
import ai.fileprocessing.jobs.worker.Verdict;
import ai.fileprocessing.platform.Traces;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * One unit of work: claim, read, ask, and then {@link ConcludeFile}. Whatever ends it in the middle
 * leaves a claim that others find abandoned, and a message that comes again.
 */
@ApplicationScoped
class ProcessFile {
  private static final System.Logger LOG = System.getLogger(ProcessFile.class.getName());

  private static final Failed EXHAUSTED =
      new Failed(
          "ATTEMPTS_EXHAUSTED",
          "The file was begun as often as allowed and never finished. Change the file or the prompt.",
          Usage.NONE);
  static final Failed OVER_LIMIT =
      new Failed(
          "MAX_COST_REACHED",
          "The job had spent its max_cost before the model was asked about all of this file. Retry the job with a higher max_cost to go on.",
          Usage.NONE);
  private static final Passing STOPPED =
      new Passing("CANCELLED", "The work was stopped.", false, Passing.Cause.CANCELLED);

  private static final String OUTCOME = "fileprocessing.outcome";

  private final Claims claims;
  private final Specs specs;
  private final Results results;
  private final ReadInputs inputs;
  private final Inference inference;
  private final Memory memory;
  private final Courses courses;
  private final ConcludeFile conclude;
  private final JobsSettings settings;
  private final Clock clock;

  @Inject
  ProcessFile(
      Claims claims,
      Specs specs,
      Results results,
      ReadInputs inputs,
      Inference inference,
      Memory memory,
      Courses courses,
      ConcludeFile conclude,
      JobsSettings settings,
      Clock clock) {
    this.claims = claims;
    this.specs = specs;
    this.results = results;
    this.inputs = inputs;
    this.inference = inference;
    this.memory = memory;
    this.courses = courses;
    this.conclude = conclude;
    this.settings = settings;
    this.clock = clock;
  }

  Verdict run(Ticket ticket, JobSpec spec, Lease lease) {
    Traces.note("fileprocessing.job_id", ticket.jobId());
    Traces.note("fileprocessing.file_id", ticket.fileId());
    Claim claim = claims.claim(ticket, spec);
    if (claim instanceof Claim.Over over) {
      Traces.note(OUTCOME, "NOTHING_TO_DO");
      if (over.gone()) {
        results.withdraw(ticket);
      }
      log(ticket, "needs no work: " + over.why() + "; its message is deleted");
      return new Verdict.Done(Signal.UNASKED);
    }
    if (claim instanceof Claim.Taken taken) {
      Traces.note(OUTCOME, "IN_WORK_ELSEWHERE");
      log(ticket, "is in work elsewhere; its second message comes again later");
      return new Verdict.Again(taken.look(), Signal.UNASKED);
    }
    if (claim instanceof Claim.Aside aside) {
      Traces.note(OUTCOME, "SET_ASIDE");
      log(
          ticket,
          "is worked apart, since workers died while they had it; its turn may come in "
              + aside.look().toSeconds()
              + " s");
      return new Verdict.Again(aside.look(), Signal.UNASKED);
    }
    Claim.Held held = (Claim.Held) claim;
    Traces.note("fileprocessing.fence", held.fence());
    Traces.note("fileprocessing.attempt", held.file().attemptCount());
    try {
      return work(asOfNow(held), lease);
    } finally {
      claims.forget(held);
    }
  }

  /** The message may be older than a retry, which has moved the deadline. */
  private Claim.Held asOfNow(Claim.Held claim) {
    return claim.spec().isOver(clock.instant())
        ? specs.of(claim.ticket()).map(claim::with).orElse(claim)
        : claim;
  }

  private Verdict work(Claim.Held claim, Lease lease) {
    Courses.Followed course = courses.of(claim);
    Outcome outcome;
    try {
      Optional<Results.Result> earlier =
          claim.fence() > 1 ? results.find(claim.ticket()) : Optional.empty();
      if (earlier.isPresent()) {
        return conclude.earlier(claim, earlier.get());
      }
      Optional<Failed> hopeless = hopeless(claim, course);
      outcome =
          hopeless.isPresent() ? hopeless.get() : lease.during(() -> ask(claim, lease, course));
    } catch (SdkException | UncheckedIOException e) {
      return conclude.notBegun(claim, e);
    }
    Traces.note(OUTCOME, outcome.code());
    if (outcome instanceof Failed) {
      Traces.failed(outcome.code());
    }
    Usage uncounted = usage(outcome).minus(course.counted());
    if (lease.isLost()) {
      return conclude.lost(claim, outcome, uncounted);
    }
    Verdict verdict = conclude.conclude(claim, outcome, uncounted);
    if (verdict instanceof Verdict.Done && outcome instanceof Answered) {
      course.forget();
    }
    return verdict;
  }

  private static Usage usage(Outcome outcome) {
    return outcome instanceof Answered answered ? answered.usage() : Claims.usage(outcome.calls());
  }

  private Optional<Failed> hopeless(Claim.Held claim, Courses.Followed course) {
    if (claim.spec().isOver(clock.instant())) {
      JobFile.Error late = ExpireJob.LATE;
      return Optional.of(new Failed(late.code(), late.message(), Usage.NONE));
    }
    if (claim.file().attemptCount() > settings.attempts()) {
      return Optional.of(EXHAUSTED);
    }
    return course.isOverLimit() ? Optional.of(OVER_LIMIT) : Optional.empty();
  }

  /** Waits for memory, reads and asks: all that an ending lease may interrupt. */
  private Outcome ask(Claim.Held claim, Lease lease, Course course) {
    try {
      List<JobInput> about = inputs.of(claim);
      List<Fit.Facts> facts = about.stream().map(JobInput::facts).toList();
      try (Memory.Share share = memory.share(claim.ticket().userId(), inference.memory(facts))) {
        ReadInputs.Read read = inputs.read(claim.ticket(), about);
        return read instanceof ReadInputs.Read.Deleted deleted
            ? gone(claim, deleted.input())
            : ask(claim, (ReadInputs.Read.Whole) read, share, course);
      }
    } catch (InterruptedException e) {
      return STOPPED;
    } catch (IOException | SdkException e) {
      if (lease.isEnding()) {
        return STOPPED;
      }
      throw e instanceof IOException io ? new UncheckedIOException(io) : (SdkException) e;
    }
  }

  private static Failed gone(Claim.Held claim, JobInput input) {
    String which =
        claim.ticket().isOfAll()
            ? " '" + input.file().filename() + "' (" + input.file().fileId() + ")"
            : "";
    return new Failed(
        "FILE_DELETED", "The file" + which + " was deleted before it was read.", Usage.NONE);
  }

  private Outcome ask(
      Claim.Held claim, ReadInputs.Read.Whole read, Memory.Share share, Course course) {
    Ticket ticket = claim.ticket();
    return inference.infer(
        new Question(
            claim.spec().ask(),
            read.inputs(),
            claim.spec().count(),
            Map.of("job_id", ticket.jobId(), "file_id", ticket.fileId())),
        share::become,
        course);
  }

  private static void log(Ticket ticket, String what) {
    LOG.log(Level.INFO, "job_id={0} file_id={1} {2}", ticket.jobId(), ticket.fileId(), what);
  }
}
