package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.ModelCall;
import ai.fileprocessing.inference.Outcome;
import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Outcome.Failed;
import ai.fileprocessing.inference.Outcome.Passing;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.jobs.worker.Signal;
import ai.fileprocessing.jobs.worker.Verdict;
import ai.fileprocessing.jobs.worker.WaitReason;
import ai.fileprocessing.platform.Backoff;
import ai.fileprocessing.platform.Trouble;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;

/** What becomes of a claimed file: its result is kept and settled, it fails, or it waits. */
@ApplicationScoped
class ConcludeFile {
  private static final System.Logger LOG = System.getLogger(ConcludeFile.class.getName());

  /** Why a file waits for another attempt, and for how long. */
  private record Pause(WaitReason reason, Backoff backoff) {}

  /** What a model could not finish in its time, it seldom can later: two more tries. */
  private static final int SLOW_ATTEMPTS = 3;

  private static final Pause AFTER_FAILURE =
      new Pause(
          WaitReason.RETRY_BACKOFF, new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5)));

  /** Short: how often the model is asked is the gate's to say, and it wants work to choose from. */
  private static final Pause AFTER_THROTTLE =
      new Pause(WaitReason.THROTTLED, new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5)));

  private static final Pause NONE =
      new Pause(WaitReason.QUEUED, new Backoff(Duration.ZERO, Duration.ZERO));

  private final Claims claims;
  private final Results results;
  private final JobsSettings settings;
  private final Clock clock;
  private final Trouble trouble;

  @Inject
  ConcludeFile(Claims claims, Results results, JobsSettings settings, Clock clock) {
    this.claims = claims;
    this.results = results;
    this.settings = settings;
    this.clock = clock;
    trouble = new Trouble(LOG, clock);
  }

  /** There is a result already, of an attempt that could not settle it. */
  Verdict earlier(Claim.Held claim, Results.Result result) {
    Results.Result left = claim.file().progress().counted() ? result.counted() : result;
    Claims.Settled settled = claims.succeed(claim, left, List.of());
    return settled(claim, settled, Signal.NONE, "SUCCEEDED by an earlier attempt");
  }

  /** A store failed before the model was asked: that is no attempt. */
  Verdict notBegun(Claim.Held claim, RuntimeException failure) {
    trouble.warn("A store did not answer before the model was asked", failure);
    return again(claim, AFTER_FAILURE, false, List.of(), Usage.NONE, Signal.NONE);
  }

  /**
   * The lease was lost. The message is somebody else's or nobody's, and no outcome is written; the
   * claim is given up if it still stands, so that whoever is next need not wait for this process to
   * end.
   */
  Verdict lost(Claim.Held claim, Outcome outcome) {
    boolean counted = !(outcome instanceof Passing passing) || passing.attempted();
    again(claim, NONE, counted, outcome.calls(), Claims.usage(outcome.calls()), Signal.NONE);
    return new Verdict.Lost();
  }

  /** The model was asked, or there is nothing to ask. */
  Verdict conclude(Claim.Held claim, Outcome outcome) {
    try {
      if (outcome instanceof Answered answered) {
        return succeed(claim, answered);
      }
      if (outcome instanceof Failed failed) {
        Signal signal = failed.calls().isEmpty() ? Signal.NONE : Signal.GOOD;
        return fail(claim, failed.code(), failed.message(), failed.calls(), signal);
      }
      return passing(claim, (Passing) outcome);
    } catch (SdkException e) {
      trouble.warn("A store did not take what the model had answered", e);
      // A result that was kept is found by the next attempt, which counts its tokens.
      Usage usage = outcome instanceof Answered ? Usage.NONE : Claims.usage(outcome.calls());
      return again(claim, AFTER_FAILURE, true, outcome.calls(), usage, Signal.NONE);
    }
  }

  private Verdict succeed(Claim.Held claim, Answered answered) {
    Results.Result kept = keep(claim, answered);
    Claims.Settled settled = claims.succeed(claim, kept, answered.calls());
    if (settled == Claims.Settled.GONE) {
      results.withdraw(claim.ticket());
    }
    return settled(claim, settled, Signal.GOOD, "SUCCEEDED");
  }

  private Results.Result keep(Claim.Held claim, Answered answered) {
    try {
      return results.keep(claim.ticket(), answered, claim.spec().ask().output().format());
    } catch (SdkException e) {
      // Paid for all the same, and perhaps nobody ever finds it.
      claims.countUnkept(claim, answered.calls());
      throw e;
    }
  }

  private Verdict passing(Claim.Held claim, Passing passing) {
    List<ModelCall> calls = passing.calls();
    Usage usage = Claims.usage(calls);
    switch (passing.cause()) {
      case CANCELLED:
        // A call that was made is paid for, whoever stopped it: it counts, or it had no bound.
        return again(claim, NONE, passing.attempted(), calls, usage, Signal.NONE);
      case THROTTLED:
        // Never counted, also where earlier parts of the answer were paid for: it must not fail.
        return again(claim, AFTER_THROTTLE, false, calls, usage, Signal.THROTTLED);
      default:
        break;
    }
    // A single call that goes wrong opens no breaker; when all do, the model is down.
    int slow = passing.cause() == Passing.Cause.SLOW ? slowTries(claim, passing) : 0;
    if (passing.attempted()
        && (claim.file().attemptCount() >= settings.attempts() || slow >= SLOW_ATTEMPTS)) {
      int tries = slow >= SLOW_ATTEMPTS ? slow : settings.attempts();
      String message = passing.message() + " It was tried " + tries + " times.";
      return fail(claim, passing.code(), message, calls, Signal.DOWN);
    }
    return again(claim, AFTER_FAILURE, passing.attempted(), calls, usage, Signal.DOWN);
  }

  /** How often it ended like this since the file was opened, this time too. */
  private static int slowTries(Claim.Held claim, Passing passing) {
    long since = claim.file().progress().openSince();
    return 1
        + (int)
            claim.file().attempts().stream()
                .filter(it -> it.at() >= since && it.outcome().equals(passing.code()))
                .count();
  }

  private Verdict fail(
      Claim.Held claim, String code, String message, List<ModelCall> calls, Signal signal) {
    Claims.Settled settled = claims.fail(claim, new JobFile.Error(code, message), calls);
    return settled(claim, settled, signal, "FAILED with " + code);
  }

  private static Verdict settled(
      Claim.Held claim, Claims.Settled settled, Signal signal, String what) {
    if (settled == Claims.Settled.HELD) {
      log(claim, what);
      return new Verdict.Done(signal);
    }
    log(claim, "is no longer this worker's (" + settled + "); it wrote nothing");
    // Whoever has it now has a message of its own, and what has ended needs none: this one comes
    // again and is deleted by whoever sees how it ended.
    return new Verdict.Lost();
  }

  private Verdict again(
      Claim.Held claim,
      Pause pause,
      boolean counted,
      List<ModelCall> calls,
      Usage usage,
      Signal signal) {
    Duration delay = pause.backoff().delay((int) Math.min(claim.fence(), Integer.MAX_VALUE));
    Waiting waiting = new Waiting(pause.reason(), clock.instant().plus(delay).getEpochSecond());
    if (claims.release(claim, waiting, counted, calls, usage)) {
      log(claim, "is tried again in " + delay.toSeconds() + " s: " + pause.reason().text());
    } else {
      log(claim, "is not tried again: it is cancelled, gone, or another worker's");
    }
    return new Verdict.Again(delay, signal);
  }

  private static void log(Claim.Held claim, String what) {
    Ticket ticket = claim.ticket();
    LOG.log(Level.INFO, "job_id={0} file_id={1} {2}", ticket.jobId(), ticket.fileId(), what);
  }
}
