package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Usage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Removes a job: at once for its owner; then what is left of its work is ended, so that what it has
 * used is known and kept; then go its texts and the rows of its files, then its results, and at
 * last its own row.
 */
@ApplicationScoped
class DeleteJob {
  private static final System.Logger LOG = System.getLogger(DeleteJob.class.getName());

  private final JobMarks marks;
  private final FileRow row;
  private final UsageRows used;
  private final JobFileRows files;
  private final Results results;
  private final InParallel parallel;

  @Inject
  DeleteJob(
      JobMarks marks,
      FileRow row,
      UsageRows used,
      JobFileRows files,
      Results results,
      InParallel parallel) {
    this.marks = marks;
    this.row = row;
    this.used = used;
    this.files = files;
    this.results = results;
    this.parallel = parallel;
  }

  /** Deletes a job; afterwards it is gone, whoever was first. */
  void delete(StoredJob job) {
    if (!marks.delete(job.spec())) {
      return;
    }
    try {
      finish(job);
    } catch (SdkException e) {
      LOG.log(
          Level.WARNING, "job_id=" + job.spec().jobId() + " is not removed whole; it is swept", e);
    }
    LOG.log(Level.INFO, "job_id={0} is deleted with its results", job.spec().jobId());
  }

  /** Removes what is left of a job that is marked as deleted. */
  void finish(StoredJob job) {
    if (!job.marks().isDraft()) {
      used.write(job.spec(), usage(job));
    }
    files.remove(job.spec(), job.files());
    results.removeAll(job.spec().userId(), job.spec().jobId());
    marks.remove(job.spec());
  }

  /** What its files have used; what a worker still uses for one, that worker counts apart. */
  private Usage usage(StoredJob job) {
    Queue<JobFile> last = new ConcurrentLinkedQueue<>();
    parallel.forEach(job.open(), file -> row.end(job.ticket(file)).file().ifPresent(last::add));
    Stream<JobFile> ended = job.files().units().stream().filter(it -> it.status().isTerminal());
    return JobFiles.usage(Stream.concat(ended, last.stream()));
  }
}
