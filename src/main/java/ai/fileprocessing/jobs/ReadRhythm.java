package ai.fileprocessing.jobs;

import java.time.Duration;

/** How often a job is read that somebody watches: less often when it is large or stays quiet. */
final class ReadRhythm {
  private static final Duration OFTEN = Duration.ofMillis(300);
  private static final Duration SELDOM = Duration.ofSeconds(5);

  /** A read takes the whole job. */
  private static final Duration PER_FILE = Duration.ofMillis(2);

  /** A change is told late by about this part of the time that nothing had changed for. */
  private static final int PATIENCE = 10;

  private Duration quiet = Duration.ZERO;
  private Job last;

  ReadRhythm(Job job) {
    last = job;
  }

  /** Notes what was read. */
  void see(Job job) {
    if (job.version() != last.version()) {
      quiet = Duration.ZERO;
    }
    last = job;
  }

  /** The time until the next read; it is taken to pass. */
  Duration next() {
    Duration large = PER_FILE.multipliedBy(last.counts().total());
    Duration pause = min(SELDOM, max(OFTEN, max(large, quiet.dividedBy(PATIENCE))));
    quiet = quiet.plus(pause);
    return pause;
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
