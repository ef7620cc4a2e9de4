package ai.fileprocessing.local;

import java.util.function.LongSupplier;

/** Lets through so many calls a second, and a burst of them after a rest. */
final class TokenBucket {
  private static final double NANOS_PER_SECOND = 1e9;

  private final double perSecond;
  private final double most;
  private final LongSupplier nanoTime;
  private double tokens;
  private long filled;

  /** A rate of zero is no limit. */
  TokenBucket(double perSecond, double burst, LongSupplier nanoTime) {
    this.perSecond = perSecond;
    this.most = Math.max(1, burst);
    this.nanoTime = nanoTime;
    this.tokens = most;
    this.filled = nanoTime.getAsLong();
  }

  synchronized boolean take() {
    if (perSecond <= 0) {
      return true;
    }
    long now = nanoTime.getAsLong();
    tokens = Math.min(most, tokens + (now - filled) / NANOS_PER_SECOND * perSecond);
    filled = now;
    if (tokens < 1) {
      return false;
    }
    tokens -= 1;
    return true;
  }
}
