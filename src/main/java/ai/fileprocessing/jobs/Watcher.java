package ai.fileprocessing.jobs;

import java.util.Optional;

/** Somebody who waits for a job to change. May be called by several threads at once. */
interface Watcher {
  /**
   * Shows the job as it was just read, changed or not; it can be older than one that was shown
   * before.
   *
   * @param job empty when it is gone
   * @return whether to go on watching
   */
  boolean see(Optional<Job> job);

  /** Called now and then, so that who has gone away is found out. Whether to go on watching. */
  default boolean beat() {
    return true;
  }

  /** The time is over, or the process stops: what is to be said is to be said now. */
  void end();
}
