package ai.fileprocessing.jobs;

import ai.fileprocessing.jobs.worker.WorkQueue;
import ai.fileprocessing.platform.Meters;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Rings for the files of a job. Until all messages are sent, the job's row names who is to send
 * them, so that whoever sweeps knows whether they can be waiting in the queue at all.
 */
@ApplicationScoped
class RingFiles {
  private static final System.Logger LOG = System.getLogger(RingFiles.class.getName());

  /** After so many visits a message that the queue may hold is believed to be lost. */
  private static final int PATIENCE = 4;

  private static final int SOME = 100;

  private final JobMarks marks;
  private final Tickets tickets;
  private final WorkQueue queue;
  private final Holders holders;
  private final JobsSettings settings;
  private final Clock clock;
  private final Meters meters;

  @Inject
  RingFiles(
      JobMarks marks,
      Tickets tickets,
      WorkQueue queue,
      Holders holders,
      JobsSettings settings,
      Clock clock,
      Meters meters) {
    this.marks = marks;
    this.tickets = tickets;
    this.queue = queue;
    this.holders = holders;
    this.settings = settings;
    this.clock = clock;
    this.meters = meters;
  }

  /**
   * Rings for files that are stored, which is what their owner is told: what fails here the sweeper
   * makes good.
   *
   * @param ringer the name that the job's row shows as long as this is not done, dropped here
   */
  void ring(JobSpec spec, List<Ticket> files, String ringer) {
    try {
      if (areSent(spec, files)) {
        rung(spec, ringer);
      } else {
        leave(spec, ringer);
      }
    } finally {
      holders.drop(ringer);
    }
  }

  private boolean areSent(JobSpec spec, List<Ticket> files) {
    try {
      tickets.send(files);
      return true;
    } catch (RuntimeException e) {
      LOG.log(
          Level.WARNING, "job_id=" + spec.jobId() + " is not queued whole; the sweeper does it", e);
      return false;
    }
  }

  private void rung(JobSpec spec, String ringer) {
    try {
      marks.rung(spec, ringer);
    } catch (SdkException e) {
      LOG.log(
          Level.WARNING,
          "job_id=" + spec.jobId() + " is queued, perhaps once more when this process has ended",
          e);
    }
  }

  /** Leaves the ringing to whoever sweeps the job next, although this process lives. */
  void leave(JobSpec spec, String ringer) {
    try {
      marks.leave(spec, ringer);
    } catch (SdkException e) {
      LOG.log(
          Level.WARNING,
          "job_id=" + spec.jobId() + " is swept later, for nobody knows that it is not queued",
          e);
    }
  }

  /** Rings for those of its files that seem to have no message. */
  void ringAgain(StoredJob job, StoredJob.Marks as) {
    boolean unrung = isUnrung(as);
    List<JobFile> silent = job.open().stream().filter(this::isSilent).toList();
    List<JobFile> rung = unrung ? silent : lost(silent, as.sweeps());
    tickets.send(rung.stream().map(job::ticket).toList());
    if (unrung) {
      marks.rung(job.spec(), as.ringer());
    }
    meters.count(Sweeper.SWEPT, rung.size(), Sweeper.UNRUNG);
    if (!rung.isEmpty()) {
      LOG.log(
          Level.WARNING,
          "job_id={0} {1} files seem to have no message; it is sent again",
          job.spec().jobId(),
          rung.size());
    }
  }

  /** Whether whoever was to ring for a job will not. */
  private boolean isUnrung(StoredJob.Marks marks) {
    return marks.isLeftUnrung() || holders.haveLeft(marks.ringer());
  }

  /** Whether somebody is about to ring for a job, whose files may not be open yet. */
  boolean isUnderWay(StoredJob.Marks marks) {
    return !marks.ringer().isEmpty() && !isUnrung(marks);
  }

  private List<JobFile> lost(List<JobFile> silent, int sweeps) {
    if (silent.isEmpty() || queue.waiting() < silent.size()) {
      return silent;
    }
    // All of them may well be there. After a while some are rung for all the same; not all, or a
    // long backlog would grow by that.
    return sweeps <= PATIENCE ? List.of() : silent.subList(0, Math.min(SOME, silent.size()));
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
}
