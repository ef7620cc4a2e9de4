package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.ModelCall;
import ai.fileprocessing.inference.Outcome;
import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.jobs.worker.Signal;
import ai.fileprocessing.jobs.worker.Verdict;
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

  private final Claims claims;
  private final Ledger ledger;
  private final Results results;
  private final JobsSettings settings;
  private final Clock clock;
  private final Trouble trouble;

  @Inject
  ConcludeFile(Claims claims, Ledger ledger, Results results, JobsSettings settings, Clock clock) {
    this.claims = claims;
    this.ledger = ledger;
    this.results = results;
    this.settings = settings;
    this.clock = clock;
    trouble = new Trouble(LOG, clock);
  }

  /** There is a result already, of an attempt that could not settle it. */
  Verdict earlier(Claim.Held claim, Results.Result result) {
    Claims.Settled settled = claims.succeed(claim, asCounted(claim, result), List.of());
    return settled(claim, settled, Signal.UNASKED, "SUCCEEDED by an earlier attempt");
  }

  /** A store failed before the model was asked: that is no attempt. */
  Verdict notBegun(Claim.Held claim, RuntimeException failure) {
    trouble.warn("A store did not answer before the model was asked", failure);
    return again(claim, Next.notBegun(), List.of(), Usage.NONE);
  }

  /**
   * The lease was lost. The message is somebody else's or nobody's, and no outcome is written; the
   * claim is given up if it still stands, so that whoever is next need not wait for this process to
   * end.
   *
   * @param uncounted what its calls took and nobody has counted yet
   */
  Verdict lost(Claim.Held claim, Outcome outcome, Usage uncounted) {
    again(claim, Next.handedBack(outcome), outcome.calls(), uncounted);
    return new Verdict.Lost();
  }

  /**
   * The model was asked, or there is nothing to ask.
   *
   * @param uncounted what its calls took and nobody has counted yet
   */
  Verdict conclude(Claim.Held claim, Outcome outcome, Usage uncounted) {
    if (outcome instanceof Answered answered) {
      try {
        return succeed(claim, answered, uncounted);
      } catch (SdkException e) {
        trouble.warn("A store did not take what the model had answered", e);
        return notSettled(claim, outcome, uncounted);
      }
    }
    Next next = Next.after(outcome, claim.file(), settings.attempts());
    try {
      return goOn(claim, next, outcome.calls(), uncounted);
    } catch (SdkException e) {
      trouble.warn("A store did not take what came of a file", e);
      // What is no attempt does not become one by that.
      Next.Again same = next instanceof Next.Again it ? it : Next.notKept(claim.file());
      return again(claim, same, outcome.calls(), uncounted);
    }
  }

  private Verdict succeed(Claim.Held claim, Answered answered, Usage uncounted) {
    Results.Result kept = asCounted(claim, keep(claim, answered, uncounted));
    if (kept.fence() != claim.fence()) {
      ledger.inVain(claim, uncounted);
    }
    Claims.Settled settled = claims.succeed(claim, kept, answered.calls());
    if (settled == Claims.Settled.GONE) {
      results.withdraw(claim.ticket());
    }
    return settled(claim, settled, Signal.GOOD, "SUCCEEDED");
  }

  /** Without its usage where that is counted elsewhere. */
  private static Results.Result asCounted(Claim.Held claim, Results.Result result) {
    return claim.file().progress().counted() == result.fence() ? result.with(Usage.NONE) : result;
  }

  private Results.Result keep(Claim.Held claim, Answered answered, Usage uncounted) {
    try {
      return results.keep(
          claim.ticket(), claim.fence(), answered, uncounted, claim.spec().ask().output().format());
    } catch (SdkException e) {
      // Paid for all the same, and perhaps nobody ever finds it.
      ledger.unkept(claim, uncounted);
      throw e;
    }
  }

  private Verdict goOn(Claim.Held claim, Next next, List<ModelCall> calls, Usage uncounted) {
    if (next instanceof Next.Ended ended) {
      Claims.Settled settled = claims.fail(claim, ended.error(), calls, uncounted);
      return settled(claim, settled, ended.signal(), "FAILED with " + ended.error().code());
    }
    return again(claim, (Next.Again) next, calls, uncounted);
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

  /** A result that may have been kept is found by the next attempt, which counts its tokens. */
  private Verdict notSettled(Claim.Held claim, Outcome outcome, Usage uncounted) {
    Next.Again next = Next.notKept(claim.file());
    if (release(claim, next, outcome.calls(), Usage.NONE) == Claims.Released.ENDED) {
      ledger.resultOf(claim, claim.fence(), uncounted);
    }
    return new Verdict.Again(next.pause(), next.signal());
  }

  private Verdict again(Claim.Held claim, Next.Again next, List<ModelCall> calls, Usage usage) {
    release(claim, next, calls, usage);
    return new Verdict.Again(next.pause(), next.signal());
  }

  private Claims.Released release(
      Claim.Held claim, Next.Again next, List<ModelCall> calls, Usage usage) {
    Duration pause = next.pause();
    Waiting waiting = new Waiting(next.reason(), clock.instant().plus(pause).getEpochSecond());
    Claims.Released released = claims.release(claim, waiting, next.count(), calls, usage);
    if (released == Claims.Released.WAITS) {
      log(claim, "is tried again in " + pause.toSeconds() + " s: " + next.reason().text());
    } else {
      log(claim, "is not tried again: it is cancelled, gone, or another worker's");
    }
    return released;
  }

  private static void log(Claim.Held claim, String what) {
    Ticket ticket = claim.ticket();
    LOG.log(Level.INFO, "job_id={0} file_id={1} {2}", ticket.jobId(), ticket.fileId(), what);
  }
}
