package ai.fileprocessing.jobs;

import java.time.Duration;

/** What came of asking for a file's work. */
sealed interface Claim {
  /** It is ours until somebody claims it after us; every write carries the fence. */
  record Held(Ticket ticket, JobSpec spec, JobFile file) implements Claim {
    long fence() {
      return file.progress().fence();
    }

    /** The same claim, of a job that has become another since it was read. */
    Held with(JobSpec changed) {
      return new Held(ticket, changed, file);
    }

    String name() {
      return file.progress().claimedBy();
    }
  }

  /** A process that is alive has it in work; it is worth another look after a while. */
  record Taken(Duration look) implements Claim {}

  /** Another suspect is in work here; it has its turn after a while. */
  record Aside(Duration look) implements Claim {}

  /** Nothing is left to do: it has ended, or its job is gone. */
  record Over(String why, boolean gone) implements Claim {}
}
