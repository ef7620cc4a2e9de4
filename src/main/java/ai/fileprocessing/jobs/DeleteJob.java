package ai.fileprocessing.jobs;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Removes a job: at once for its owner, then its texts and the rows of its files, so that no worker
 * can settle one any more, then its results, and at last its own row.
 */
@ApplicationScoped
class DeleteJob {
  private static final System.Logger LOG = System.getLogger(DeleteJob.class.getName());

  private final JobMarks marks;
  private final JobFileRows files;
  private final Results results;

  @Inject
  DeleteJob(JobMarks marks, JobFileRows files, Results results) {
    this.marks = marks;
    this.files = files;
    this.results = results;
  }

  /** Deletes a job. False when it was gone before. */
  boolean delete(StoredJob job) {
    if (!marks.delete(job.spec())) {
      return false;
    }
    try {
      finish(job);
    } catch (SdkException e) {
      LOG.log(
          Level.WARNING, "job_id=" + job.spec().jobId() + " is not removed whole; it is swept", e);
    }
    LOG.log(Level.INFO, "job_id={0} is deleted with its results", job.spec().jobId());
    return true;
  }

  /** Removes what is left of a job that is marked as deleted. */
  void finish(StoredJob job) {
    files.remove(job.spec(), job.files());
    results.removeAll(job.spec().userId(), job.spec().jobId());
    marks.remove(job.spec());
  }
}
