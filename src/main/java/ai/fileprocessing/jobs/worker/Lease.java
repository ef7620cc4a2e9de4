package ai.fileprocessing.jobs.worker;

import java.util.function.Supplier;

/**
 * Whether a message is still ours. It ends when the queue says so, or when the process stops; a
 * long call that runs then is interrupted, and no other code ever is.
 */
public final class Lease {
  private final Message message;
  private boolean lost;
  private boolean stopping;
  private Thread caller;

  Lease(Message message) {
    this.message = message;
  }

  /**
   * Makes a long call on this thread. It is interrupted when the lease ends, and begins interrupted
   * when it has ended before.
   */
  public <T> T during(Supplier<T> call) {
    begin(Thread.currentThread());
    try {
      return call.get();
    } finally {
      end();
    }
  }

  /** Whether somebody else may have the message by now: then nothing may be written any more. */
  public synchronized boolean isLost() {
    return lost;
  }

  /** Whether the work is to come to an end now, because the lease is lost or the process stops. */
  public synchronized boolean isEnding() {
    return lost || stopping;
  }

  Message message() {
    return message;
  }

  synchronized void lose() {
    lost = true;
    interrupt();
  }

  synchronized void stop() {
    stopping = true;
    interrupt();
  }

  private synchronized void begin(Thread thread) {
    caller = thread;
    if (lost || stopping) {
      interrupt();
    }
  }

  /** What was meant for the call must not reach what comes after it. */
  private synchronized void end() {
    caller = null;
    Thread.interrupted();
  }

  private void interrupt() {
    if (caller != null) {
      caller.interrupt();
    }
  }
}
