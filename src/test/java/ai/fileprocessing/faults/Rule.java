package ai.fileprocessing.faults;

import java.time.Duration;
import java.util.function.Predicate;

/**
 * What befalls certain calls. It is in force from the moment its action is named: say how often
 * first.
 *
 * <p>{@link #clear} ends it, and lets go on what it keeps waiting. A hook that throws resets the
 * connection, and {@link FaultProxy#close} throws what it threw.
 */
public final class Rule {
  private final Predicate<Exchange> condition;
  private final Hold hold = new Hold();
  private long skipped;
  private long toSkip;
  private long hits;
  private long most = Long.MAX_VALUE;
  private boolean cleared;
  private Action action;

  Rule(Predicate<Exchange> condition) {
    this.condition = condition;
  }

  /** Only so many calls are hit, not every one. */
  public synchronized Rule times(long calls) {
    most = calls;
    return this;
  }

  /** So many calls that fit are spared at first. */
  public synchronized Rule afterFirst(long calls) {
    toSkip = calls;
    return this;
  }

  /**
   * The call reaches the server so much later, even when the client has given up by then, as on a
   * slow network.
   */
  public Rule delay(Duration time) {
    return use(new Before(() -> hold.forAtMost(time)));
  }

  /** Nothing is forwarded until the rule is cleared; then it is, even when the client has gone. */
  public Rule hang() {
    return use(new Before(hold::untilReleased));
  }

  /** The connection is reset before the server hears of the call. */
  public Rule reset() {
    return use(
        new Before(
            () -> {
              throw new ResetException();
            }));
  }

  /** Runs something, such as the end of a process, before the server hears of the call. */
  public Rule beforeForwarding(Runnable hook) {
    return use(new Before(hook::run));
  }

  /** The answer is received whole, held in memory, and passed on so much later. */
  public Rule delayAnswer(Duration time) {
    return use(new AfterAnswer(() -> hold.forAtMost(time)));
  }

  /** Runs something when the answer is here, held in memory, and the client has none of it. */
  public Rule afterAnswer(Runnable hook) {
    return use(new AfterAnswer(hook::run));
  }

  /** The server does what it was asked; the client's connection is reset in place of the answer. */
  public Rule dropAnswer() {
    return use(new DropAnswer());
  }

  /**
   * The connection is reset after the head and this many bytes of the body of the answer, framing
   * of chunks included; a client may see fewer, because a reset overtakes.
   */
  public Rule cutAnswer(long bodyBytes) {
    return use(new CutAnswer(bodyBytes));
  }

  /** The server is not asked; the client has this error, in the form of its service. */
  public Rule answer(int status, String awsErrorCode, String message) {
    return use(new ErrorAnswer(status, awsErrorCode, message));
  }

  /** The call and its answer pass at this rate each. */
  public Rule bandwidth(long bytesPerSecond) {
    return use(new Bandwidth(bytesPerSecond, hold));
  }

  /** How many calls it has hit, those that still wait included. */
  public synchronized long hits() {
    return hits;
  }

  /** From now on it hits nothing; what it keeps waiting goes on. */
  public synchronized void clear() {
    cleared = true;
    hold.release();
  }

  /** Whether this call is its to hit; counts it. */
  synchronized boolean takes(Exchange exchange) {
    if (cleared || action == null || hits >= most || !condition.test(exchange)) {
      return false;
    }
    if (skipped < toSkip) {
      skipped++;
      return false;
    }
    hits++;
    return true;
  }

  synchronized Action action() {
    return action;
  }

  private synchronized Rule use(Action chosen) {
    if (action != null) {
      throw new IllegalStateException("A rule has one action");
    }
    action = chosen;
    return this;
  }
}
