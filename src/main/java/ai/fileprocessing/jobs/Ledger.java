package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Usage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/**
 * Counts what calls took, each once: in the row of their file under its claim, or apart where that
 * row does not take it any more, and against what the job may spend (decision 20).
 */
@ApplicationScoped
class Ledger {
  private final ClaimedRow claimed;
  private final Spending spending;
  private final UsageRows used;

  @Inject
  Ledger(ClaimedRow claimed, Spending spending, UsageRows used) {
    this.claimed = claimed;
    this.spending = spending;
    this.used = used;
  }

  /** Whether the job of a claim may not ask any more. */
  boolean isOverLimit(Claim.Held claim) {
    return spending.isOver(claim.spec());
  }

  /**
   * Counts it against what the job may spend; before the row takes it, or who dies in between had
   * it for nothing.
   */
  void spend(Claim.Held claim, Usage usage) {
    spending.add(claim.spec(), usage);
  }

  /**
   * Counts what one of several answers took, of which each has its number, before the others come.
   * Whether that is done now, also where it was before; otherwise it is to be counted at the end.
   */
  boolean part(Claim.Held claim, int number, Usage usage) {
    spend(claim, usage);
    FileRow.Written written = claimed.count(claim, number, usage);
    return written.done() || written.isClaimedBy(claim.name());
  }

  /** Counts what an answer took of which nobody knows whether it was kept. */
  void unkept(Claim.Held claim, Usage usage) {
    spend(claim, usage);
    resultOf(claim, claim.fence(), usage);
  }

  /** Counts what an answer took in whose place another claim's was kept. */
  void inVain(Claim.Held claim, Usage usage) {
    spend(claim, usage);
    apart(claim, usage);
  }

  /**
   * Counts apart what a kept answer took, unless somebody else will settle the file by it.
   *
   * @param fence of the claim that kept it, which is not always the one that found it
   */
  void resultOf(Claim.Held claim, long fence, Usage usage) {
    used.writeResult(claim, fence, usage);
  }

  /** Counts apart what calls took that gave no result. */
  void apart(Claim.Held claim, Usage usage) {
    used.writeLate(claim, usage);
  }
}
