package ai.fileprocessing.jobs.worker;

import ai.fileprocessing.platform.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A circuit breaker for a model that is down (Nygard, "Release It!"). After so many failures on end
 * it opens; when its pause is over one call goes through, and what becomes of that decides.
 */
final class Breaker {
  private static final int FAILURES = 5;
  private static final Backoff PAUSE = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(1));

  private int failures;
  private int opened;
  private Instant openUntil = Instant.MIN;
  private boolean trying;

  /** When to ask again; empty when a call may go through now. */
  Optional<Instant> closedUntil(Instant now) {
    if (opened == 0) {
      return Optional.empty();
    }
    // While one call tries, the others wait for what it finds.
    return trying || now.isBefore(openUntil) ? Optional.of(later(now)) : Optional.empty();
  }

  /** A call goes through. Whether it is the one on which it depends if others may follow. */
  boolean begin() {
    trying = opened > 0;
    return trying;
  }

  /**
   * A call ended.
   *
   * @param trial what {@link #begin} said of it: a call from before tells nothing of the trial
   */
  void end(boolean trial, Signal signal, Instant now) {
    if (trial) {
      trying = false;
    }
    switch (signal) {
      case GOOD, THROTTLED -> close();
      case DOWN -> fail(trial, now);
      default -> {
        // It tells nothing of the model.
      }
    }
  }

  private void close() {
    failures = 0;
    opened = 0;
  }

  private void fail(boolean trial, Instant now) {
    failures++;
    if (opened == 0 ? failures >= FAILURES : trial) {
      opened++;
      openUntil = now.plus(PAUSE.bound(opened));
    }
  }

  private Instant later(Instant now) {
    Instant soon = now.plusSeconds(1);
    return openUntil.isAfter(soon) ? openUntil : soon;
  }
}
