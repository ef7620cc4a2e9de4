package ai.fileprocessing.jobs;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;

/** Cancels what has not started; what runs finishes, but is not tried again. */
@ApplicationScoped
class CancelJob {
  private static final System.Logger LOG = System.getLogger(CancelJob.class.getName());

  /** More than a file changes hands while it is cancelled; the sweeper looks after it anyway. */
  private static final int HANDS = 3;

  private final JobMarks marks;
  private final FileRow row;
  private final Holders holders;
  private final InParallel parallel;

  @Inject
  CancelJob(JobMarks marks, FileRow row, Holders holders, InParallel parallel) {
    this.marks = marks;
    this.row = row;
    this.holders = holders;
    this.parallel = parallel;
  }

  /** Cancels a job. False when it is gone. */
  boolean cancel(StoredJob job) {
    if (job.open().isEmpty()) {
      return true;
    }
    if (!marks.cancel(job.spec())) {
      return false;
    }
    try {
      finish(job);
    } catch (SdkException e) {
      LOG.log(
          Level.WARNING,
          "job_id=" + job.spec().jobId() + " is not cancelled whole; it is swept",
          e);
    }
    LOG.log(
        Level.INFO,
        "job_id={0} is cancelled; what runs of it may still finish",
        job.spec().jobId());
    return true;
  }

  /** Cancels the files of a job that is marked as cancelled. */
  void finish(StoredJob job) {
    parallel.forEach(job.open(), file -> cancel(job.ticket(file), file.progress().openSince()));
  }

  /** Tried again where it has changed hands in between. */
  private void cancel(Ticket ticket, long openedUntil) {
    for (int tries = 0; tries < HANDS; tries++) {
      if (cancelOnce(ticket, openedUntil)) {
        return;
      }
    }
  }

  /**
   * A file that was retried since the job was read is of the job as it is now. False when it has
   * changed hands in between.
   */
  private boolean cancelOnce(Ticket ticket, long openedUntil) {
    Optional<JobFile> held = row.cancel(ticket, "", openedUntil).file();
    if (held.isEmpty() || held.get().progress().claimedBy().isEmpty()) {
      return true;
    }
    return holders.haveLeft(held.get())
        ? row.cancel(ticket, held.get().progress().claimedBy(), openedUntil).done()
        : row.cancelLater(ticket, openedUntil).done();
  }
}
