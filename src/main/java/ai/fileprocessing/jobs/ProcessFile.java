package ai.fileprocessing.jobs;

import ai.fileprocessing.files.Files;
import ai.fileprocessing.inference.Inference;
import ai.fileprocessing.inference.ModelCall;
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
import ai.fileprocessing.jobs.worker.WaitReason;
import ai.fileprocessing.platform.Backoff;
import ai.fileprocessing.platform.Trouble;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * The work of one file: claim, read, ask, keep the result, settle. Whatever ends it in the middle
 * leaves a claim that others find abandoned, and a message that comes again.
 */
@ApplicationScoped
class ProcessFile {
  private static final System.Logger LOG = System.getLogger(ProcessFile.class.getName());
  private static final Backoff AFTER_FAILURE =
      new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5));

  /** Short: how often the model is asked is the gate's to say, and it wants work to choose from. */
  private static final Backoff AFTER_THROTTLE =
      new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5));

  private static final Failed DELETED =
      new Failed("FILE_DELETED", "The file was deleted before it was read.", Usage.NONE);
  private static final Failed EXHAUSTED =
      new Failed(
          "ATTEMPTS_EXHAUSTED",
          "The file was begun as often as allowed and never finished. Change the file or the prompt.",
          Usage.NONE);
  private static final Passing STOPPED =
      new Passing("CANCELLED", "The work was stopped.", false, Passing.Cause.CANCELLED);

  private final Claims claims;
  private final Results results;
  private final Files files;
  private final Inference inference;
  private final Memory memory;
  private final JobsSettings settings;
  private final Clock clock;
  private final Trouble trouble;

  @Inject
  ProcessFile(
      Claims claims,
      Results results,
      Files files,
      Inference inference,
      Memory memory,
      JobsSettings settings,
      Clock clock) {
    this.claims = claims;
    this.results = results;
    this.files = files;
    this.inference = inference;
    this.memory = memory;
    this.settings = settings;
    this.clock = clock;
    trouble = new Trouble(LOG, clock);
  }

  Verdict run(Ticket ticket, JobSpec spec, Lease lease) {
    Claim claim = claims.claim(ticket, spec);
    if (claim instanceof Claim.Over over) {
      if (over.gone()) {
        results.withdraw(ticket);
      }
      log(Level.INFO, ticket, "needs no work: " + over.why() + "; its message is deleted");
      return new Verdict.Done(Signal.NONE);
    }
    if (claim instanceof Claim.Taken taken) {
      log(Level.INFO, ticket, "is in work elsewhere; its second message comes again later");
      return new Verdict.Again(taken.look(), Signal.NONE);
    }
    Claim.Held held = (Claim.Held) claim;
    try {
      return work(held, lease);
    } finally {
      claims.forget(held);
    }
  }

  private Verdict work(Claim.Held claim, Lease lease) {
    Outcome outcome;
    try {
      Optional<Results.Result> earlier =
          claim.fence() > 1 ? results.find(claim.ticket()) : Optional.empty();
      if (earlier.isPresent()) {
        return settled(
            claim,
            claims.succeed(claim, earlier.get(), List.of()),
            Signal.NONE,
            "SUCCEEDED by an earlier attempt");
      }
      Optional<Failed> hopeless = hopeless(claim);
      outcome = hopeless.isPresent() ? hopeless.get() : lease.during(() -> ask(claim, lease));
    } catch (SdkException | UncheckedIOException e) {
      trouble.warn("A store did not answer before the model was asked", e);
      return again(claim, WaitReason.RETRY_BACKOFF, AFTER_FAILURE, false, List.of(), Signal.NONE);
    }
    if (lease.isLost()) {
      // Its message is somebody else's or nobody's; under the fence the claim is given up only if
      // it
      // still stands, so that whoever is next need not wait for this process to end.
      claims.release(
          claim,
          new Waiting(WaitReason.QUEUED, clock.instant().getEpochSecond()),
          !(outcome instanceof Passing passing) || passing.attempted(),
          outcome.calls(),
          Claims.usage(outcome.calls()));
      log(Level.INFO, claim.ticket(), "is no longer this process's; no outcome is written");
      return new Verdict.Lost();
    }
    try {
      return conclude(claim, outcome);
    } catch (SdkException e) {
      trouble.warn("A store did not take what the model had answered", e);
      // A result that was kept is found by the next attempt, which counts its tokens.
      return again(
          claim,
          WaitReason.RETRY_BACKOFF,
          AFTER_FAILURE,
          true,
          outcome.calls(),
          outcome instanceof Answered ? Usage.NONE : Claims.usage(outcome.calls()),
          Signal.NONE);
    }
  }

  private Optional<Failed> hopeless(Claim.Held claim) {
    if (claim.spec().isOver(clock.instant())) {
      JobFile.Error late = SweepJob.LATE;
      return Optional.of(new Failed(late.code(), late.message(), Usage.NONE));
    }
    return claim.file().attemptCount() > settings.attempts()
        ? Optional.of(EXHAUSTED)
        : Optional.empty();
  }

  /** Waits for memory, reads and asks: all that an ending lease may interrupt. */
  private Outcome ask(Claim.Held claim, Lease lease) {
    int taken;
    try {
      taken = memory.take(claim.file().file().size());
    } catch (InterruptedException e) {
      return STOPPED;
    }
    try {
      Optional<byte[]> content = read(claim.ticket());
      return content.isPresent() ? ask(claim, content.get()) : DELETED;
    } catch (IOException | SdkException e) {
      if (lease.isEnding()) {
        return STOPPED;
      }
      throw e instanceof IOException io ? new UncheckedIOException(io) : (SdkException) e;
    } finally {
      memory.give(taken);
    }
  }

  private Optional<byte[]> read(Ticket ticket) throws IOException {
    Optional<InputStream> content = files.open(ticket.userId(), ticket.fileId());
    if (content.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream bytes = content.get()) {
      return Optional.of(bytes.readAllBytes());
    }
  }

  private Outcome ask(Claim.Held claim, byte[] content) {
    JobSpec spec = claim.spec();
    Ticket ticket = claim.ticket();
    return inference.infer(
        new Question(
            spec.model(),
            spec.parameters(),
            spec.prompt(),
            content,
            Map.of("job_id", ticket.jobId(), "file_id", ticket.fileId())));
  }

  private Verdict conclude(Claim.Held claim, Outcome outcome) {
    if (outcome instanceof Answered answered) {
      return succeed(claim, answered);
    }
    if (outcome instanceof Failed failed) {
      Signal signal = failed.calls().isEmpty() ? Signal.NONE : Signal.GOOD;
      return fail(claim, failed.code(), failed.message(), failed.calls(), signal);
    }
    return passing(claim, (Passing) outcome);
  }

  private Verdict succeed(Claim.Held claim, Answered answered) {
    Results.Result kept = results.keep(claim.ticket(), answered);
    Claims.Settled settled = claims.succeed(claim, kept, answered.calls());
    if (settled == Claims.Settled.GONE) {
      results.withdraw(claim.ticket());
    }
    return settled(claim, settled, Signal.GOOD, "SUCCEEDED");
  }

  private Verdict passing(Claim.Held claim, Passing passing) {
    List<ModelCall> calls = passing.calls();
    switch (passing.cause()) {
      case CANCELLED:
        // A call that was made is paid for, whoever stopped it: it counts, or it had no bound.
        claims.release(
            claim,
            new Waiting(WaitReason.QUEUED, clock.instant().getEpochSecond()),
            passing.attempted(),
            calls,
            Claims.usage(calls));
        log(Level.INFO, claim.ticket(), "is handed back, because this process stops");
        return new Verdict.Again(Duration.ZERO, Signal.NONE);
      case THROTTLED:
        // Never counted, also where earlier parts of the answer were paid for: it must not fail.
        return again(claim, WaitReason.THROTTLED, AFTER_THROTTLE, false, calls, Signal.THROTTLED);
      default:
        break;
    }
    // A single call that goes wrong does not open a breaker; when all do, the model is down.
    Signal signal = Signal.DOWN;
    if (passing.attempted() && claim.file().attemptCount() >= settings.attempts()) {
      String message = passing.message() + " It was tried " + settings.attempts() + " times.";
      return fail(claim, passing.code(), message, calls, signal);
    }
    return again(
        claim, WaitReason.RETRY_BACKOFF, AFTER_FAILURE, passing.attempted(), calls, signal);
  }

  private Verdict fail(
      Claim.Held claim, String code, String message, List<ModelCall> calls, Signal signal) {
    Claims.Settled settled = claims.fail(claim, new JobFile.Error(code, message), calls);
    return settled(claim, settled, signal, "FAILED with " + code);
  }

  private Verdict settled(Claim.Held claim, Claims.Settled settled, Signal signal, String what) {
    if (settled == Claims.Settled.HELD) {
      log(Level.INFO, claim.ticket(), what);
      return new Verdict.Done(signal);
    }
    log(
        Level.INFO,
        claim.ticket(),
        "is no longer this worker's (" + settled + "); it wrote nothing");
    // Whoever has it now has a message of its own, and what has ended needs none: this one comes
    // again and is deleted by whoever sees how it ended.
    return new Verdict.Lost();
  }

  private Verdict again(
      Claim.Held claim,
      WaitReason reason,
      Backoff backoff,
      boolean counted,
      List<ModelCall> calls,
      Signal signal) {
    return again(claim, reason, backoff, counted, calls, Claims.usage(calls), signal);
  }

  private Verdict again(
      Claim.Held claim,
      WaitReason reason,
      Backoff backoff,
      boolean counted,
      List<ModelCall> calls,
      Usage usage,
      Signal signal) {
    Duration delay = backoff.delay((int) Math.min(claim.fence(), Integer.MAX_VALUE));
    Waiting waiting = new Waiting(reason, clock.instant().plus(delay).getEpochSecond());
    claims.release(claim, waiting, counted, calls, usage);
    log(
        Level.INFO,
        claim.ticket(),
        "is tried again in " + delay.toSeconds() + " s: " + reason.text());
    return new Verdict.Again(delay, signal);
  }

  private static void log(Level level, Ticket ticket, String what) {
    LOG.log(level, "job_id={0} file_id={1} {2}", ticket.jobId(), ticket.fileId(), what);
  }
}
