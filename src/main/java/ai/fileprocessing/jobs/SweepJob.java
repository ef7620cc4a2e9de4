package ai.fileprocessing.jobs;

import ai.fileprocessing.jobs.worker.WorkQueue;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Looks after one job that has not ended: rings again for files whose message was never sent or has
 * vanished, or whose worker is dead; goes on with a cancellation or deletion that was cut short;
 * ends what has passed its deadline; and keeps what the job has used. Any number of processes may
 * do that at once.
 */
@ApplicationScoped
class SweepJob {
  private static final System.Logger LOG = System.getLogger(SweepJob.class.getName());

  private static final Duration RAREST = Duration.ofHours(1);

  /** After so many visits a message that the queue may hold is believed to be lost. */
  private static final int PATIENCE = 4;

  private static final int SOME = 100;

  private final JobRows rows;
  private final Attention attention;
  private final ExpireJob expire;
  private final CancelJob cancel;
  private final DeleteJob delete;
  private final UsageRows used;
  private final Tickets tickets;
  private final WorkQueue queue;
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
      Tickets tickets,
      WorkQueue queue,
      Holders holders,
      JobsSettings settings,
      Clock clock) {
    this.rows = rows;
    this.attention = attention;
    this.expire = expire;
    this.cancel = cancel;
    this.delete = delete;
    this.used = used;
    this.tickets = tickets;
    this.queue = queue;
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
      attention.settle(due, next, marks.sweeps());
    } else if (job.spec().isOver(clock.instant())) {
      expire.expire(job);
    } else if (marks.cancelled()) {
      cancel.finish(job);
    } else {
      ring(job);
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

  private void ring(StoredJob job) {
    List<JobFile> silent = job.open().stream().filter(this::isSilent).toList();
    if (silent.isEmpty()) {
      return;
    }
    List<JobFile> rung = silent;
    if (queue.waiting() >= silent.size()) {
      // All of them may well be there. After a while some are rung for all the same; not all, or a
      // long backlog would grow by that.
      rung =
          job.marks().sweeps() < PATIENCE
              ? List.of()
              : silent.subList(0, Math.min(SOME, silent.size()));
    }
    tickets.send(rung.stream().map(job::ticket).toList());
    if (!rung.isEmpty()) {
      log(Level.WARNING, job, rung.size() + " files seem to have no message; it is sent again");
    }
  }

  /** Whether nobody has it in work, and its time has come. */
  private boolean isSilent(JobFile file) {
    if (!file.progress().claimedBy().isEmpty()) {
      return holders.haveLeft(file);
    }
    Long next = file.waiting().nextAttemptAt();
    return next == null
        || Instant.ofEpochSecond(next).plus(settings.sweepAfter()).isBefore(clock.instant());
  }

  private static void log(Level level, StoredJob job, String what) {
    LOG.log(level, "job_id={0} {1}", job.spec().jobId(), what);
  }
}
