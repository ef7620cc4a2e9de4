package ai.fileprocessing.inference;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long foreign code may go on with a file, in all its passes together. It is asked from within
 * that code, wherever it reads or tells what it found, so that it stops there, in its own thread,
 * and nothing of it goes on.
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

  /** One pass. */
  interface Pass<T> {
    T done() throws UnusableFileException;
  }

  private final LongSupplier nanos;
  private long left;
  private long since;

  Patience(Duration time) {
    this(time, System::nanoTime);
  }

  /**
   * @param nanos tells the time
   */
  Patience(Duration time, LongSupplier nanos) {
    this.nanos = nanos;
    left = time.toNanos();
    since = nanos.getAsLong();
  }

  /** Takes the time of this pass alone: none goes by until the next one. */
  <T> T during(Pass<T> pass) throws UnusableFileException {
    since = nanos.getAsLong();
    try {
      return pass.done();
    } finally {
      left -= nanos.getAsLong() - since;
    }
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
    if (nanos.getAsLong() - since > left) {
      throw new EndedException(false);
    }
  }
}
