package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Opens the files of a job that failed once more, with all their attempts and a new deadline, and
 * where the job has a limit of what it may cost, with a higher one.
 */
@ApplicationScoped
class RetryJob {
  private static final System.Logger LOG = System.getLogger(RetryJob.class.getName());

  private final JobMarks marks;
  private final FileRow row;
  private final Admission admission;
  private final RingFiles ring;
  private final Holders holders;
  private final InParallel parallel;
  private final Spending spending;
  private final UsageRows used;
  private final JobsSettings settings;
  private final Clock clock;

  @Inject
  RetryJob(
      JobMarks marks,
      FileRow row,
      Admission admission,
      RingFiles ring,
      Holders holders,
      InParallel parallel,
      Spending spending,
      UsageRows used,
      JobsSettings settings,
      Clock clock) {
    this.marks = marks;
    this.row = row;
    this.admission = admission;
    this.ring = ring;
    this.holders = holders;
    this.parallel = parallel;
    this.spending = spending;
    this.used = used;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Retries a job. False when it is gone.
   *
   * @throws Problem 409 when nothing of it has failed, it has not ended, or it has spent what it
   *     may; 422 for a limit that cannot be set; 429 when the caller has too much open
   */
  boolean retry(StoredJob job, NewRetry wanted) {
    List<JobFile> failed =
        job.files().units().stream().filter(it -> it.status() == FileStatus.FAILED).toList();
    if (!job.open().isEmpty()) {
      throw Problem.of(
          409,
          "JOB_NOT_FINISHED",
          "This job has not ended. Retry it when it has, or cancel it first.");
    }
    if (failed.isEmpty()) {
      throw Problem.of(
          409,
          "NOTHING_TO_RETRY",
          "No file of this job has failed. Cancelled ones are not retried: submit them as a new job.");
    }
    refuseSpent(job.spec(), failed, wanted.maxCost());
    admission.admit(job.spec().userId(), failed.size());
    long deadline = clock.instant().plus(settings.deadline()).getEpochSecond();
    if (deadline > settings.expiresAt(job.spec())) {
      throw Problem.of(
          409,
          "JOB_TOO_OLD",
          "This job's records end before it could. Submit its files as a new job.");
    }
    used.write(job.spec(), job.files().usage());
    String ringer = holders.name();
    try {
      if (!marks.reopen(job.spec(), deadline, wanted.maxCost(), ringer)) {
        return false;
      }
      List<Ticket> reopened = reopen(job, failed, ringer);
      ring.ring(job.spec(), reopened, ringer);
      LOG.log(
          Level.INFO, "job_id={0} is retried; {1} files wait", job.spec().jobId(), reopened.size());
      return true;
    } finally {
      holders.drop(ringer);
    }
  }

  private List<Ticket> reopen(StoredJob job, List<JobFile> failed, String ringer) {
    Queue<Ticket> reopened = new ConcurrentLinkedQueue<>();
    try {
      parallel.forEach(failed.stream().map(job::ticket).toList(), it -> reopen(it, reopened));
    } catch (SdkException e) {
      // Those that are open run, also where others could not be opened.
      ring.leave(job.spec(), ringer);
      throw e;
    }
    return List.copyOf(reopened);
  }

  private void reopen(Ticket ticket, Queue<Ticket> reopened) {
    FileRow.Written written = row.reopen(ticket);
    // Also where the SDK has repeated a write whose answer was lost.
    if (written.file().filter(it -> it.status() == FileStatus.PENDING).isPresent()) {
      reopened.add(ticket);
    }
  }

  /**
   * A job without a limit gets none: what its files ask is known to workers that would not look for
   * one.
   */
  private void refuseSpent(JobSpec spec, List<JobFile> failed, Long wanted) {
    if (spec.maxCost() == null) {
      if (wanted != null) {
        throw Problem.field(
            422,
            "MAX_COST_INVALID",
            "/max_cost",
            "This job was submitted without max_cost and has none to replace. Leave it out.");
      }
      return;
    }
    long spent = spending.spent(spec);
    if (wanted != null && wanted <= spent) {
      throw Problem.field(
          422,
          "MAX_COST_INVALID",
          "/max_cost",
          "The job has spent " + spent + ". Send a max_cost above that.");
    }
    if (wanted == null
        && spent >= spec.maxCost()
        && failed.stream().allMatch(RetryJob::isStopped)) {
      throw Problem.of(
          409,
          "MAX_COST_REACHED",
          "The job has spent "
              + spent
              + " of its max_cost of "
              + spec.maxCost()
              + ". Send a higher one, as {\"max_cost\": "
              + (spent + spec.maxCost())
              + "}.");
    }
  }

  private static boolean isStopped(JobFile file) {
    return file.error().code().equals(ProcessFile.OVER_LIMIT.code());
  }
}
