package ai.fileprocessing.inference;

import java.time.Duration;

/**
 * How long foreign code may go on with a file. It is asked from within that code, wherever it reads
 * or tells what it found, so that it stops there, in its own thread, and nothing of it goes on.
 */
final class Patience {
  /** Unchecked, because it must come through code that knows nothing of it. */
  static final class EndedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean interrupted;

    EndedException(boolean interrupted) {
      super(interrupted ? "interrupted" : "out of time", null, false, false);
      this.interrupted = interrupted;
    }

    /** Whether the thread was interrupted, and not out of time. */
    boolean isInterrupted() {
      return interrupted;
    }
  }

  private final long end;

  Patience(Duration time) {
    end = System.nanoTime() + time.toNanos();
  }

  /**
   * Goes on, or does not.
   *
   * @throws EndedException when the thread is interrupted, whose flag stays set, or time is over
   */
  void check() {
    if (Thread.currentThread().isInterrupted()) {
      throw new EndedException(true);
    }
    if (System.nanoTime() > end) {
      throw new EndedException(false);
    }
  }
}
