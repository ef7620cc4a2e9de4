package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Course;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.platform.Trouble;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;

/** How the asking about claimed files goes on from one call to the next. */
@ApplicationScoped
class Courses {
  private static final System.Logger LOG = System.getLogger(Courses.class.getName());

  private final JobRows rows;
  private final Ledger ledger;
  private final PartAnswers parts;
  private final Results results;
  private final Clock clock;
  private final Trouble trouble;

  @Inject
  Courses(JobRows rows, Ledger ledger, PartAnswers parts, Results results, Clock clock) {
    this.rows = rows;
    this.ledger = ledger;
    this.parts = parts;
    this.results = results;
    this.clock = clock;
    trouble = new Trouble(LOG, clock);
  }

  /** That of a claim. */
  Followed of(Claim.Held claim) {
    return new Followed(claim);
  }

  /**
   * Ends when the file is cancelled, overdue, gone, or somebody else's, or its job has spent what
   * it may.
   */
  final class Followed implements Course {
    private final Claim.Held claim;
    private final Deque<Usage> uncounted = new ArrayDeque<>();
    private Usage counted = Usage.NONE;
    private int number;
    private boolean kept;

    private Followed(Claim.Held claim) {
      this.claim = claim;
    }

    @Override
    public boolean goesOn() {
      return !claim.spec().isOver(clock.instant()) && isStillWanted(claim) && mayCostMore(claim);
    }

    @Override
    public Optional<String> earlier(String part) {
      Optional<String> found = mayBeKept() ? parts.find(claim.ticket(), part) : Optional.empty();
      kept |= found.isPresent();
      return found;
    }

    /** What was kept is counted in the row, unless whoever kept it was lost in between. */
    private boolean mayBeKept() {
      JobFile file = claim.file();
      return !file.usage().equals(Usage.NONE)
          || file.progress().mishaps().lost() > 0
          || file.attempts().stream().anyMatch(Attempt::isLoss);
    }

    @Override
    public void keep(String part, String answer, Usage usage) {
      kept = true;
      parts.keep(claim.ticket(), part, answer);
      uncounted.add(usage);
      count();
    }

    /** Whether its job has spent what it may. */
    boolean isOverLimit() {
      return ledger.isOverLimit(claim);
    }

    /** How much of what the calls took is in the file's row already. */
    Usage counted() {
      count();
      return counted;
    }

    /** In their order: the number of each is known once those before it are counted. */
    private void count() {
      try {
        while (!uncounted.isEmpty() && ledger.part(claim, number, uncounted.peek())) {
          counted = counted.plus(uncounted.remove());
          number++;
        }
      } catch (SdkException e) {
        trouble.warn(
            "What a part of a file took is not counted yet; it is with what comes next", e);
      }
    }

    /** Removes what was kept: the whole is answered. */
    void forget() {
      if (!kept) {
        return;
      }
      try {
        results.removeParts(claim.ticket());
      } catch (SdkException e) {
        trouble.warn("Answers to the parts of a file stay until its job is deleted", e);
      }
    }
  }

  private boolean mayCostMore(Claim.Held claim) {
    try {
      return !ledger.isOverLimit(claim);
    } catch (SdkException e) {
      trouble.warn("It is not known what a job has spent; a long file of it is asked on", e);
      return true;
    }
  }

  private boolean isStillWanted(Claim.Held claim) {
    try {
      return rows.file(claim.ticket())
          .filter(it -> it.progress().fence() == claim.fence() && !it.progress().cancelling())
          .isPresent();
    } catch (SdkException e) {
      trouble.warn("It is not known whether a long file is still wanted; it is asked on", e);
      return true;
    }
  }
}
