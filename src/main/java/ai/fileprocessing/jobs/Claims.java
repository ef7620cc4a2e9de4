package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.ModelCall;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.jobs.worker.WorkerSettings;
import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;

/**
 * Who has which file in work. A claim raises the row's fence, and everything that is written for it
 * later holds only under that fence: a worker that was overtaken cannot write (Kleppmann, "How to
 * do distributed locking", on fencing tokens). A file that a living process has is not claimed
 * again, however often its message comes.
 */
@ApplicationScoped
class Claims {
  private final FileRow row;
  private final ClaimedRow claimed;
  private final Holders holders;
  private final Suspects suspects;
  private final TakeOver takeOver;
  private final Ledger ledger;
  private final Duration look;

  @Inject
  Claims(
      FileRow row,
      ClaimedRow claimed,
      Holders holders,
      Suspects suspects,
      TakeOver takeOver,
      Ledger ledger,
      WorkerSettings settings) {
    this.row = row;
    this.claimed = claimed;
    this.holders = holders;
    this.suspects = suspects;
    this.takeOver = takeOver;
    this.ledger = ledger;
    look = look(settings);
  }

  /** When the second message of what is in work elsewhere is to come again. */
  static Duration look(WorkerSettings settings) {
    return settings.lease().dividedBy(2);
  }

  /**
   * Claims a file's work and counts an attempt. What is held is to be closed by one of the rest.
   */
  Claim claim(Ticket ticket, JobSpec spec) {
    String name = holders.name();
    Claim claim = null;
    try {
      claim = claim(ticket, spec, name);
      return claim;
    } finally {
      if (claim == null) {
        // It is not known whether the claim was made: nobody works it.
        forget(name, ticket);
      } else if (!(claim instanceof Claim.Held)) {
        holders.drop(name);
        suspects.leave(name);
      }
    }
  }

  private Claim claim(Ticket ticket, JobSpec spec, String name) {
    FileRow.Written free = claimed.claim(ticket, name);
    if (free.done() || free.isClaimedBy(name)) {
      return new Claim.Held(ticket, spec, free.file().orElseThrow());
    }
    if (free.file().isEmpty()) {
      return new Claim.Over("its job is gone", true);
    }
    JobFile found = free.file().get();
    String holder = found.progress().claimedBy();
    if (found.status().isTerminal()) {
      return new Claim.Over("it has ended", false);
    }
    if (!holder.isEmpty() && !holders.haveLeft(found)) {
      return new Claim.Taken(look);
    }
    if (found.progress().cancelling()) {
      row.cancel(ticket, holder, found.progress().openSince());
      return new Claim.Over("it is cancelled", false);
    }
    return takeOver.claim(ticket, spec, name, found);
  }

  /** What came of settling a file. */
  enum Settled {
    /** It is settled as asked. */
    HELD,
    /** Another claim holds it, or it has ended in another way. */
    OVERTAKEN,
    /** Its job was deleted. */
    GONE
  }

  /**
   * Records a result. Its usage is counted by whoever records it, this claim or another; when
   * nobody will, it is counted apart.
   */
  Settled succeed(Claim.Held claim, Results.Result result, List<ModelCall> calls) {
    Settled settled =
        close(
            claim,
            FileStatus.SUCCEEDED,
            new Row()
                .text(":stop_reason", result.stopReason())
                .text(":routes", Routes.text(result.routes()))
                .text(":result_sha256", result.sha256()),
            calls,
            result.usage());
    if (settled != Settled.HELD) {
      ledger.resultOf(claim, result.fence(), result.usage());
    }
    return settled;
  }

  /** Records that there will be no result. */
  Settled fail(Claim.Held claim, JobFile.Error error, List<ModelCall> calls, Usage usage) {
    Settled settled =
        close(
            claim,
            FileStatus.FAILED,
            new Row().text(":error_code", error.code()).text(":error_message", error.message()),
            calls,
            usage);
    if (settled != Settled.HELD) {
      ledger.apart(claim, usage);
    }
    return settled;
  }

  private Settled close(
      Claim.Held claim, FileStatus status, Row more, List<ModelCall> calls, Usage usage) {
    try {
      ledger.spend(claim, usage);
      FileRow.Written written = claimed.settle(claim, status, more, attempts(claim, calls), usage);
      holders.drop(claim.name());
      if (written.file().isEmpty()) {
        return Settled.GONE;
      }
      return holds(written, claim, status) ? Settled.HELD : Settled.OVERTAKEN;
    } finally {
      forget(claim);
    }
  }

  /** What came of letting go of a file. */
  enum Released {
    /** It waits to be tried again. */
    WAITS,
    /** It is settled by this very claim after all: only the answer to that was lost. */
    SETTLED,
    /** It has ended in another way, is gone, or is another claim's. */
    ENDED
  }

  /**
   * Lets go of a file that is to be tried again; one that is being cancelled ends here instead.
   *
   * @param count as what the attempt counts against the file
   * @param usage tokens that nobody else will count
   */
  Released release(
      Claim.Held claim, Waiting waiting, Next.Count count, List<ModelCall> calls, Usage usage) {
    try {
      ledger.spend(claim, usage);
      List<Attempt> attempts = attempts(claim, calls);
      FileRow.Written written = claimed.release(claim, waiting, count, attempts, usage);
      // Also where the SDK has repeated a write whose answer was lost.
      boolean waits =
          written.file().filter(it -> isOurs(it, claim) && it.waiting() != null).isPresent();
      boolean cancelled =
          !written.done()
              && written.file().filter(it -> isCancelling(it, claim)).isPresent()
              && holds(
                  claimed.settle(claim, FileStatus.CANCELLED, new Row(), attempts, usage),
                  claim,
                  FileStatus.CANCELLED);
      holders.drop(claim.name());
      // A settlement whose answers were all lost has counted it.
      boolean settled =
          written.file().filter(it -> isOurs(it, claim) && it.status().isTerminal()).isPresent();
      if (!waits && !cancelled && !settled) {
        ledger.apart(claim, usage);
      }
      return waits ? Released.WAITS : settled ? Released.SETTLED : Released.ENDED;
    } finally {
      forget(claim);
    }
  }

  /**
   * Lets go without a word, unless the claim is closed. Where the store still shows it, {@link
   * ForgottenClaims} gives it up.
   */
  void forget(Claim.Held claim) {
    forget(claim.name(), claim.ticket());
  }

  private void forget(String name, Ticket ticket) {
    holders.forget(name, ticket);
    suspects.leave(name);
  }

  /** Also where the SDK repeated a write whose answer was lost, and found what the first wrote. */
  private static boolean holds(FileRow.Written written, Claim.Held claim, FileStatus status) {
    return written.done()
        || written.file().filter(it -> isOurs(it, claim) && it.status() == status).isPresent();
  }

  private static boolean isOurs(JobFile found, Claim.Held claim) {
    return found.progress().fence() == claim.fence();
  }

  private static boolean isCancelling(JobFile found, Claim.Held claim) {
    return found.progress().cancelling() && found.progress().claimedBy().equals(claim.name());
  }

  private static List<Attempt> attempts(Claim.Held claim, List<ModelCall> calls) {
    return claim.file().attemptsAnd(calls.stream().map(Attempt::of).toList());
  }

  /** The tokens of calls. */
  static Usage usage(List<ModelCall> calls) {
    return calls.stream().map(ModelCall::usage).reduce(Usage.NONE, Usage::plus);
  }
}
