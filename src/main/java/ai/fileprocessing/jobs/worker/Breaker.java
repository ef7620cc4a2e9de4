package ai.fileprocessing.jobs.worker;

import ai.fileprocessing.platform.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A circuit breaker for a model that is down (Nygard, "Release It!"). After so many failures on end
 * it opens; when its pause is over one call goes through, and what becomes of that decides. Faults
 * that may be those of the work count once for each caller, so that nobody's files alone close a
 * model for the others. Its times are those of a clock that is never set back.
 */
final class Breaker {
  /** What {@link #begin} says of a call on which nothing depends. */
  static final int NO_TRIAL = 0;

  private static final int FAILURES = 5;
  private static final Backoff PAUSE = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(1));

  /** A trial that hangs must not hold the others up until its call is given up. */
  private static final Duration TRIAL = Duration.ofMinutes(1);

  private final Set<String> faulty = new HashSet<>();
  private int failures;
  private int opened;
  private Instant openUntil = Instant.MIN;

  /** How many trials there were; the last one has this number. */
  private int trials;

  /** The trial that is out, and since when: only the last one that began ever is. */
  private int trying = NO_TRIAL;

  private Instant tryingSince = Instant.MIN;

  /** Whether the model is taken for down, also while a trial finds out. */
  boolean isOpen() {
    return opened > 0;
  }

  /** When to ask again; empty when a call may go through now. */
  Optional<Instant> closedUntil(Instant now) {
    if (opened == 0) {
      return Optional.empty();
    }
    // While one call tries, the others wait for what it finds.
    boolean awaited = trying != NO_TRIAL && now.isBefore(tryingSince.plus(TRIAL));
    return awaited || now.isBefore(openUntil) ? Optional.of(later(now)) : Optional.empty();
  }

  /** A call goes through. The number of the trial that it is; {@link #NO_TRIAL} when none. */
  int begin(Instant now) {
    if (opened == 0) {
      return NO_TRIAL;
    }
    trials++;
    trying = trials;
    tryingSince = now;
    return trying;
  }

  /**
   * A call ended. An answer closes the breaker, whenever its call began. A failure of a call from
   * before, or of a trial after which another has begun, tells nothing of the model as it is now.
   *
   * @param trial what {@link #begin} said of it
   * @return whether the breaker opens by that
   */
  boolean end(int trial, String caller, Signal signal, Instant now) {
    boolean decides = trial != NO_TRIAL && trial == trying;
    if (decides) {
      trying = NO_TRIAL;
    }
    switch (signal) {
      case GOOD, THROTTLED -> close();
      case DOWN -> {
        return fail(decides, true, now);
      }
      case FAULTY -> {
        return fail(decides, faulty.add(caller), now);
      }
      case NONE, UNASKED -> {
        // It tells nothing of the model.
      }
    }
    return false;
  }

  private void close() {
    faulty.clear();
    failures = 0;
    opened = 0;
    trying = NO_TRIAL;
  }

  private boolean fail(boolean decides, boolean counts, Instant now) {
    if (counts) {
      failures++;
    }
    boolean opens = opened == 0 && failures >= FAILURES;
    if (opens || decides) {
      // A trial that tells nothing new is followed by another after as long a pause, not a longer.
      opened += counts ? 1 : 0;
      openUntil = now.plus(PAUSE.bound(opened));
    }
    return opens;
  }

  private Instant later(Instant now) {
    Instant soon = now.plusSeconds(1);
    return openUntil.isAfter(soon) ? openUntil : soon;
  }
}
