package ai.fileprocessing.jobs.worker;

import java.time.Duration;
import java.time.Instant;

/**
 * Finds how many calls at once a model allows: one more for every round of calls that went well,
 * fewer by a share when the model throttles (additive increase, multiplicative decrease: Chiu and
 * Jain, 1989). The share is small, because a model that throttles works at its full rate: what
 * matters is to stay near it.
 */
final class Pace {
  private static final double DECREASE = 0.85;
  private static final double WEIGHT = 0.2;
  private static final double SHORTEST = 0.1;
  private static final double LONGEST = 60;

  private final int most;
  private double limit;
  private double seconds = 1;
  private int running;
  private Instant calm = Instant.MIN;

  Pace(int most) {
    this.most = most;
    this.limit = most;
  }

  /** How many more calls may begin. */
  int room() {
    return Math.max(0, (int) limit - running);
  }

  void begin() {
    running++;
  }

  /** A call ended: what it told, and how long it took. */
  void end(Signal signal, Duration took, Instant now) {
    boolean full = running >= (int) limit;
    running--;
    if (signal == Signal.GOOD) {
      seconds += WEIGHT * (took.toNanos() / 1e9 - seconds);
      if (full) {
        limit = Math.min(most, limit + 1 / limit);
      }
    } else if (signal == Signal.THROTTLED && !now.isBefore(calm)) {
      limit = Math.max(1, Math.min(limit, running + 1) * DECREASE);
      // What runs now was begun at the old pace and says nothing of the new one.
      calm = now.plusMillis((long) (1_000 * Math.min(LONGEST, Math.max(SHORTEST, seconds))));
    }
  }
}
