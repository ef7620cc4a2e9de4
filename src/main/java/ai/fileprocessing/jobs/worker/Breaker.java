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

  /** A call goes through. */
  void begin() {
    trying = opened > 0;
  }

  void end(Signal signal, Instant now) {
    switch (signal) {
      case GOOD, THROTTLED -> close();
      case DOWN -> fail(now);
      default -> trying = false;
    }
  }

  private void close() {
    failures = 0;
    opened = 0;
    trying = false;
  }

  private void fail(Instant now) {
    failures++;
    if (failures >= FAILURES && (trying || opened == 0)) {
      opened++;
      openUntil = now.plus(PAUSE.bound(opened));
    }
    trying = false;
  }

  private Instant later(Instant now) {
    Instant soon = now.plusSeconds(1);
    return openUntil.isAfter(soon) ? openUntil : soon;
  }
}
