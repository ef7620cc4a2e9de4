package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.DownloadLink;
import ai.fileprocessing.platform.Identity;
import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.Page;
import ai.fileprocessing.platform.Paging;
import ai.fileprocessing.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** Submits, shows and hands out. */
@ApplicationScoped
class JobStore implements Jobs {
  private final SubmitJob submit;
  private final DryRunJob dryRun;
  private final CancelJob cancel;
  private final RetryJob retry;
  private final DeleteJob delete;
  private final JobRows rows;
  private final Results results;

  @Inject
  JobStore(
      SubmitJob submit,
      DryRunJob dryRun,
      CancelJob cancel,
      RetryJob retry,
      DeleteJob delete,
      JobRows rows,
      Results results) {
    this.submit = submit;
    this.dryRun = dryRun;
    this.cancel = cancel;
    this.retry = retry;
    this.delete = delete;
    this.rows = rows;
    this.results = results;
  }

  @Override
  public Submission submit(Identity caller, NewJob wanted, Optional<String> idempotencyKey) {
    return submit.submit(caller, wanted, idempotencyKey);
  }

  @Override
  public DryRun tryOut(Identity caller, NewJob wanted) {
    return dryRun.of(caller, wanted);
  }

  @Override
  public Optional<Job> find(String userId, String jobId) {
    return Ids.isOne(jobId) ? rows.find(userId, jobId) : Optional.empty();
  }

  @Override
  public Page<Job> list(String userId, Paging paging, Optional<JobStatus> status) {
    return rows.list(userId, paging, status);
  }

  @Override
  public Optional<Job> cancel(String userId, String jobId) {
    return stored(userId, jobId).filter(cancel::cancel).flatMap(it -> find(userId, jobId));
  }

  @Override
  public Optional<Job> retry(String userId, String jobId, NewRetry wanted) {
    return stored(userId, jobId)
        .filter(it -> retry.retry(it, wanted))
        .flatMap(it -> find(userId, jobId));
  }

  @Override
  public boolean delete(String userId, String jobId) {
    Optional<StoredJob> job = stored(userId, jobId);
    job.ifPresent(delete::delete);
    return job.isPresent();
  }

  private Optional<StoredJob> stored(String userId, String jobId) {
    return Optional.of(jobId)
        .filter(Ids::isOne)
        .flatMap(id -> rows.stored(userId, id))
        .filter(it -> !it.marks().deleting());
  }

  @Override
  public DownloadLink result(String userId, String jobId, String fileId) {
    Ticket ticket = new Ticket(userId, jobId, fileId);
    JobSpec spec = spec(ticket);
    JobFile file = succeeded(ticket);
    return results.link(ticket, file.file().filename(), spec.ask().output().format());
  }

  @Override
  public Manifest manifest(String userId, String jobId, String fileId) {
    Ticket ticket = new Ticket(userId, jobId, fileId);
    JobSpec spec = spec(ticket);
    JobFile file = succeeded(ticket);
    return Manifest.of(spec, file, ticket.isOfAll() ? rows.parts(spec) : List.of());
  }

  private JobSpec spec(Ticket ticket) {
    return Optional.of(ticket)
        .filter(it -> Ids.isOne(it.jobId()) && Ticket.isFileId(it.fileId()))
        .flatMap(it -> rows.seen(it.userId(), it.jobId()))
        .orElseThrow(JobStore::notFound);
  }

  private JobFile succeeded(Ticket ticket) {
    JobFile file = rows.file(ticket).orElseThrow(() -> noUnit(ticket));
    if (file.status() == FileStatus.CANCELLED) {
      throw Problem.of(409, "RESULT_CANCELLED", "This file was cancelled before it had a result.");
    }
    if (file.status() == FileStatus.FAILED) {
      throw Problem.of(
          409,
          "RESULT_FAILED",
          "This file has no result: " + file.error().code() + ". " + file.error().message());
    }
    if (file.status() != FileStatus.SUCCEEDED) {
      throw Problem.of(
          409,
          "RESULT_NOT_READY",
          "This file has no result yet. Ask again when its status is SUCCEEDED.");
    }
    return file;
  }

  private Problem noUnit(Ticket ticket) {
    if (ticket.isOfAll()) {
      return Problem.of(
          404,
          "RESULT_NOT_FOUND",
          "This job is not in mode together: each of its files has a result under its own id.");
    }
    return rows.isPart(ticket)
        ? Problem.of(
            409,
            "RESULT_TOGETHER",
            "This job is in mode together and has one result of all its files, under the id "
                + Ticket.RESULT
                + ".")
        : notFound();
  }

  private static Problem notFound() {
    return Problem.of(
        404, "RESULT_NOT_FOUND", "You have no job with this id, or it has no file with that id.");
  }
}
