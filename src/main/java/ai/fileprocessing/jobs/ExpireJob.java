package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Meters;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends what a job has not done by its deadline. Whatever cuts that short, it can be done again: a
 * file that has ended stays as it is.
 */
@ApplicationScoped
class ExpireJob {
  private static final System.Logger LOG = System.getLogger(ExpireJob.class.getName());

  static final JobFile.Error LATE =
      new JobFile.Error(
          "DEADLINE_EXCEEDED",
          "The job passed its deadline before the file was done. Retry the job, or submit less at once.");

  private final FileRow row;
  private final InParallel parallel;
  private final Meters meters;

  @Inject
  ExpireJob(FileRow row, InParallel parallel, Meters meters) {
    this.row = row;
    this.meters = meters;
    this.parallel = parallel;
  }

  void expire(StoredJob job) {
    AtomicInteger ended = new AtomicInteger();
    try {
      parallel.forEach(
          job.open(),
          file -> {
            if (end(job.ticket(file), file)) {
              ended.incrementAndGet();
            }
          });
    } finally {
      meters.count(Sweeper.SWEPT, ended.get(), Sweeper.LATE);
      LOG.log(
          Level.WARNING,
          "job_id={0} {1} files FAILED: the job has passed its deadline",
          job.spec().jobId(),
          ended.get());
    }
  }

  private boolean end(Ticket ticket, JobFile file) {
    return !file.progress().claimedBy().isEmpty() && row.cutOff(ticket, LATE, file).done()
        || row.fail(ticket, LATE, file.progress().openSince()).done();
  }
}
