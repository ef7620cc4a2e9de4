package ai.fileprocessing.platform;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before trying again: full jitter, a random time up to a bound that doubles with
 * each attempt (AWS Architecture Blog, "Exponential Backoff And Jitter").
 *
 * @param base the bound after the first attempt
 * @param cap the bound that is never passed
 */
public record Backoff(Duration base, Duration cap) {
  private static final int DOUBLINGS = 30;

  /** The wait after so many attempts, the first being 1. */
  public Duration delay(int attempts) {
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(bound(attempts).toMillis() + 1));
  }

  /** Waits that long, or until the thread is interrupted, whose flag then stays set. */
  public void pause(int attempts) {
    try {
      Thread.sleep(delay(attempts).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The longest wait after so many attempts. */
  public Duration bound(int attempts) {
    Duration grown = base.multipliedBy(1L << Math.min(Math.max(attempts, 1) - 1, DOUBLINGS));
    return grown.compareTo(cap) < 0 ? grown : cap;
  }
}
