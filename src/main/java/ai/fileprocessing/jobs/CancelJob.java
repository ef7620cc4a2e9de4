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

  /** A file that was retried since the job was read is of the job as it is now. */
  private void cancel(Ticket ticket, long openedUntil) {
    Optional<JobFile> held = row.cancel(ticket, "", openedUntil).file();
    if (held.isEmpty() || held.get().progress().claimedBy().isEmpty()) {
      return;
    }
    if (holders.haveLeft(held.get())) {
      row.cancel(ticket, held.get().progress().claimedBy(), openedUntil);
    } else if (!row.cancelLater(ticket, openedUntil).done()) {
      // Between the two it was given back for another attempt, or has ended.
      row.cancel(ticket, "", openedUntil);
    }
  }
}
