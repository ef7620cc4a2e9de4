package ai.fileprocessing.platform;

import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Logs what may go wrong for thousands of things at once, because one thing that all need is away:
 * with its stack trace once a minute, and in one line each in between.
 */
public final class Trouble {
  private static final Duration BETWEEN_TRACES = Duration.ofMinutes(1);

  private final System.Logger log;
  private final Clock clock;
  private Instant nextTrace = Instant.MIN;

  public Trouble(System.Logger log, Clock clock) {
    this.log = log;
    this.clock = clock;
  }

  /** Warns, and says by a word of the failure why. */
  public void warn(String what, Throwable failure) {
    if (isTraceDue()) {
      log.log(Level.WARNING, what, failure);
    } else {
      log.log(Level.WARNING, what + " (" + failure + ")");
    }
  }

  private synchronized boolean isTraceDue() {
    Instant now = clock.instant();
    if (now.isBefore(nextTrace)) {
      return false;
    }
    nextTrace = now.plus(BETWEEN_TRACES);
    return true;
  }
}
