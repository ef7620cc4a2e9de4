package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Ask;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * What jobs are to do, read once per process instead of once per file. That a job is cancelled or
 * gone is told by the rows of its files, never by what is kept here.
 */
@ApplicationScoped
class Specs {
  private static final long CHARACTERS = 4L << 20;

  /** What a row weighs beside its prompt and its schema, in characters. */
  private static final int OVERHEAD = 1_000;

  private static final Duration KEPT = Duration.ofMinutes(10);

  private record Key(String userId, String jobId) {}

  private final Cache<Key, JobSpec> kept =
      Caffeine.newBuilder()
          .maximumWeight(CHARACTERS)
          .weigher((Key key, JobSpec spec) -> weight(spec.ask()))
          .expireAfterWrite(KEPT)
          .executor(Runnable::run)
          .build();

  private final JobRows rows;
  private final Clock clock;

  @Inject
  Specs(JobRows rows, Clock clock) {
    this.rows = rows;
    this.clock = clock;
  }

  /** A schema that is read is several times as large as it is written. */
  private static int weight(Ask ask) {
    return OVERHEAD + ask.prompt().length() + 5 * ask.output().schemaLength();
  }

  Optional<JobSpec> of(Ticket ticket) {
    Key key = new Key(ticket.userId(), ticket.jobId());
    JobSpec spec = kept.get(key, this::read);
    if (spec != null && spec.isOver(clock.instant())) {
      // A retry may have moved the deadline.
      kept.invalidate(key);
      spec = kept.get(key, this::read);
    }
    return Optional.ofNullable(spec);
  }

  private JobSpec read(Key key) {
    return rows.spec(key.userId(), key.jobId()).orElse(null);
  }
}
