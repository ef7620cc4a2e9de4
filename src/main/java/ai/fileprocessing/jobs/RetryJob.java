package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Opens the files of a job that failed once more, with all their attempts and a new deadline. */
@ApplicationScoped
class RetryJob {
  private static final System.Logger LOG = System.getLogger(RetryJob.class.getName());

  private final JobMarks marks;
  private final FileRow row;
  private final Admission admission;
  private final Tickets tickets;
  private final InParallel parallel;
  private final JobsSettings settings;
  private final Clock clock;

  @Inject
  RetryJob(
      JobMarks marks,
      FileRow row,
      Admission admission,
      Tickets tickets,
      InParallel parallel,
      JobsSettings settings,
      Clock clock) {
    this.marks = marks;
    this.row = row;
    this.admission = admission;
    this.tickets = tickets;
    this.parallel = parallel;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Retries a job. False when it is gone.
   *
   * @throws Problem 409 when nothing of it has failed or it has not ended, 429 when the caller has
   *     too much open
   */
  boolean retry(StoredJob job) {
    List<JobFile> failed =
        job.files().units().stream().filter(it -> it.status() == FileStatus.FAILED).toList();
    if (!job.open().isEmpty()) {
      throw Problem.of(
          409,
          "JOB_NOT_FINISHED",
          "This job has not ended. Retry it when it has, or cancel it first.");
    }
    if (failed.isEmpty()) {
      throw Problem.of(409, "NOTHING_TO_RETRY", "No file of this job has failed.");
    }
    admission.admit(job.spec().userId(), failed.size());
    long deadline = clock.instant().plus(settings.deadline()).getEpochSecond();
    if (deadline > settings.expiresAt(job.spec())) {
      throw Problem.of(
          409,
          "JOB_TOO_OLD",
          "This job's records end before it could. Submit its files as a new job.");
    }
    if (!marks.reopen(job.spec(), deadline)) {
      return false;
    }
    Queue<Ticket> reopened = new ConcurrentLinkedQueue<>();
    parallel.forEach(
        failed,
        file -> {
          FileRow.Written written = row.reopen(job.ticket(file));
          // Also where the SDK has repeated a write whose answer was lost.
          if (written.file().filter(it -> it.status() == FileStatus.PENDING).isPresent()) {
            reopened.add(job.ticket(file));
          }
        });
    tickets.ring(List.copyOf(reopened));
    LOG.log(
        Level.INFO, "job_id={0} is retried; {1} files wait", job.spec().jobId(), reopened.size());
    return true;
  }
}
