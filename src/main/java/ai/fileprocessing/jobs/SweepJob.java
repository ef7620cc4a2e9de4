package ai.fileprocessing.jobs;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Looks after one job that has not ended: rings again for files whose message was never sent or has
 * vanished, or whose worker is dead; goes on with a cancellation or deletion that was cut short;
 * ends what has passed its deadline; and keeps what the job has used. Any number of processes may
 * do that at once.
 */
@ApplicationScoped
class SweepJob {
  private static final Duration RAREST = Duration.ofHours(1);

  private final JobRows rows;
  private final Attention attention;
  private final ExpireJob expire;
  private final CancelJob cancel;
  private final DeleteJob delete;
  private final UsageRows used;
  private final RingFiles ring;
  private final Holders holders;
  private final JobsSettings settings;
  private final Clock clock;

  @Inject
  SweepJob(
      JobRows rows,
      Attention attention,
      ExpireJob expire,
      CancelJob cancel,
      DeleteJob delete,
      UsageRows used,
      RingFiles ring,
      Holders holders,
      JobsSettings settings,
      Clock clock) {
    this.rows = rows;
    this.attention = attention;
    this.expire = expire;
    this.cancel = cancel;
    this.delete = delete;
    this.used = used;
    this.ring = ring;
    this.holders = holders;
    this.settings = settings;
    this.clock = clock;
  }

  void sweep(Attention.Due due) {
    Optional<StoredJob> found = rows.stored(due.userId(), due.jobId());
    if (found.isEmpty()) {
      return;
    }
    StoredJob job = found.get();
    if (isBeingStored(job)) {
      return;
    }
    long next = next(job);
    Optional<StoredJob.Marks> marks = attention.take(due, next);
    if (marks.isEmpty()) {
      return;
    }
    try {
      lookAfter(due, next, job, marks.get());
    } catch (RuntimeException e) {
      attention.hurry(due, next, clock.instant().plus(settings.sweepAfter()).getEpochSecond());
      throw e;
    }
  }

  /**
   * To take it would give it up. What nobody takes is due again at the next round, when whoever
   * stores it may be dead.
   */
  private boolean isBeingStored(StoredJob job) {
    Instant end = Instant.ofEpochSecond(job.spec().createdAt()).plus(CommitJob.STORING);
    return job.marks().isBeingStored()
        && !holders.haveLeft(job.marks().storer())
        && clock.instant().isBefore(end);
  }

  /** By its marks as of the take, not of the look before it: a job that is stored becomes real. */
  private void lookAfter(Attention.Due due, long next, StoredJob job, StoredJob.Marks marks) {
    if (marks.deleting()) {
      delete.finish(job);
      return;
    }
    used.write(job.spec(), job.files().usage());
    if (job.open().isEmpty()) {
      // Else its files were opened, or stored, after they were read here.
      if (!job.marks().isDraft() && !ring.isUnderWay(marks)) {
        attention.settle(due, next, marks.sweeps());
      }
    } else if (job.spec().isOver(clock.instant())) {
      expire.expire(job);
    } else if (marks.cancelled()) {
      cancel.finish(job);
    } else {
      ring.ringAgain(job, marks);
    }
  }

  /** Ever more rarely, but right after the deadline. */
  private long next(StoredJob job) {
    long now = clock.instant().getEpochSecond();
    long pause =
        Math.min(
            RAREST.toSeconds(),
            settings.sweepAfter().toSeconds() << Math.min(job.marks().sweeps(), 20));
    long deadline = job.spec().deadline();
    return now < deadline ? Math.min(now + pause, deadline) : now + pause;
  }
}
