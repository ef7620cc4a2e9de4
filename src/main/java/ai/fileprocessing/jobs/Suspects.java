package ai.fileprocessing.jobs;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/**
 * Which files are worked apart, because processes have died while they had them in work. A process
 * has one of them in work at a time, beside files of which nothing is known: so a file that kills
 * its process takes no other along that has lost as many (decision 23).
 */
@ApplicationScoped
class Suspects {
  /** A process may die through no file's fault; that it does so twice on end is seldom. */
  private static final int LOSSES = 2;

  private final int attempts;
  private String inWork = "";

  @Inject
  Suspects(JobsSettings settings) {
    attempts = settings.attempts();
  }

  /**
   * Whether a file is one; sooner when it has a single attempt left, which is not to be lost beside
   * another. One without any attempt left is none: its next claim only ends it.
   *
   * @param lost how many processes died while they had it in work
   * @param made how many attempts it has had
   */
  boolean isOne(int lost, int made) {
    return made < attempts && (lost >= LOSSES || lost > 0 && made + 1 >= attempts);
  }

  /** Gives the one place to a claim, unless another has it. */
  synchronized boolean admit(String claim) {
    if (!inWork.isEmpty()) {
      return false;
    }
    inWork = claim;
    return true;
  }

  /** The place of a claim, if it has it, is free. */
  synchronized void leave(String claim) {
    if (inWork.equals(claim)) {
      inWork = "";
    }
  }
}
