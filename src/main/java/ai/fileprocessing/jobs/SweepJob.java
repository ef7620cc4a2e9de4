package ai.fileprocessing.jobs;

import ai.fileprocessing.jobs.worker.Peers;
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
 * and ends what has passed its deadline. Any number of processes may do that at once.
 */
@ApplicationScoped
class SweepJob {
  private static final System.Logger LOG = System.getLogger(SweepJob.class.getName());

  static final JobFile.Error LATE =
      new JobFile.Error(
          "DEADLINE_EXCEEDED",
          "The job passed its deadline before the file was done. Retry the job, or submit less at once.");

  private static final Duration RAREST = Duration.ofHours(1);

  /** After so many visits a message that the queue may hold is believed to be lost. */
  private static final int PATIENCE = 4;

  private final JobRows rows;
  private final Attention attention;
  private final FileRow row;
  private final CancelJob cancel;
  private final DeleteJob delete;
  private final Tickets tickets;
  private final WorkQueue queue;
  private final Peers peers;
  private final JobsSettings settings;
  private final Clock clock;

  @Inject
  SweepJob(
      JobRows rows,
      Attention attention,
      FileRow row,
      CancelJob cancel,
      DeleteJob delete,
      Tickets tickets,
      WorkQueue queue,
      Peers peers,
      JobsSettings settings,
      Clock clock) {
    this.rows = rows;
    this.attention = attention;
    this.row = row;
    this.cancel = cancel;
    this.delete = delete;
    this.tickets = tickets;
    this.queue = queue;
    this.peers = peers;
    this.settings = settings;
    this.clock = clock;
  }

  void sweep(Attention.Due due) {
    Optional<StoredJob> found = rows.stored(due.userId(), due.jobId());
    if (found.isEmpty()) {
      return;
    }
    StoredJob job = found.get();
    long next = next(job);
    Optional<StoredJob.Marks> marks = attention.take(due, next);
    if (marks.isEmpty()) {
      return;
    }
    // As of the take, not of the look before it: in between a job that is stored becomes real.
    if (marks.get().deleting()) {
      delete.finish(job);
    } else if (job.open().isEmpty()) {
      attention.settle(due, next);
    } else if (marks.get().cancelled()) {
      cancel.finish(job);
    } else if (job.spec().isOver(clock.instant())) {
      expire(job);
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

  private void expire(StoredJob job) {
    long ended = job.open().stream().filter(it -> row.fail(job.ticket(it), LATE).done()).count();
    log(Level.WARNING, job, ended + " files FAILED: the job has passed its deadline");
  }

  private void ring(StoredJob job) {
    List<JobFile> silent = job.open().stream().filter(this::isSilent).toList();
    boolean mayWait = job.marks().sweeps() < PATIENCE && queue.waiting() >= silent.size();
    if (silent.isEmpty() || mayWait) {
      return;
    }
    tickets.send(silent.stream().map(job::ticket).toList());
    log(Level.WARNING, job, silent.size() + " files seem to have no message; it is sent again");
  }

  /** Whether nobody has it in work, and its time has come. */
  private boolean isSilent(JobFile file) {
    String holder = file.progress().claimedBy();
    if (!holder.isEmpty()) {
      return peers.isDead(holder.substring(0, holder.indexOf('/')));
    }
    Long next = file.waiting().nextAttemptAt();
    return next == null
        || Instant.ofEpochSecond(next).plus(settings.sweepAfter()).isBefore(clock.instant());
  }

  private static void log(Level level, StoredJob job, String what) {
    LOG.log(level, "job_id={0} {1}", job.spec().jobId(), what);
  }
}
