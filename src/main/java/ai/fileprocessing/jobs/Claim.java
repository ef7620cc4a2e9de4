package ai.fileprocessing.jobs;

/** What came of asking for a file's work. */
sealed interface Claim {
  /** It is ours until somebody claims it after us; every write carries the fence. */
  record Held(Ticket ticket, JobSpec spec, JobFile file, long fence) implements Claim {}

  /** Nothing is left to do: it is settled, or its job is gone. */
  record Over(String why) implements Claim {}
}
