package ai.fileprocessing.jobs.worker;

import java.time.Duration;

/** What becomes of a message after its work. */
public sealed interface Verdict {
  /** What the work has told about its model. */
  Signal signal();

  /** It is settled: the message is deleted. */
  record Done(Signal signal) implements Verdict {}

  /** It comes again after a while. */
  record Again(Duration delay, Signal signal) implements Verdict {}

  /** Somebody else has it now: nothing of it is touched. */
  record Lost() implements Verdict {
    @Override
    public Signal signal() {
      return Signal.NONE;
    }
  }
}
