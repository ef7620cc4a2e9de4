package ai.fileprocessing.jobs.worker;

import java.time.Instant;

/** What a message asks for. */
public sealed interface Task {
  /** Nobody can read it: it goes to the dead-letter queue. */
  record Unreadable() implements Task {}

  /** Nothing is left to do: it is deleted. */
  record Nothing(String why) implements Task {}

  /** Work that can be begun. */
  non-sealed interface Open extends Task {
    /** By what it is bounded. */
    Lane lane();

    /**
     * Does it, on a thread of its own, for as long as it takes.
     *
     * @param lease whether the message is still ours; long calls go through it
     */
    Verdict run(Lease lease);

    /** Takes note that it was not begun, and why. False when nothing is left to do. */
    boolean putOff(WaitReason reason, Instant next);
  }
}
