package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.DownloadLink;
import ai.fileprocessing.platform.Identity;
import ai.fileprocessing.platform.Page;
import ai.fileprocessing.platform.Paging;
import java.util.Optional;

/**
 * The jobs of the callers. A job of somebody else is, to every call here, a job that does not
 * exist.
 */
public interface Jobs {
  /**
   * Stores a job and rings for its work. When it returns, the job is stored whole.
   *
   * @param idempotencyKey the caller's name for this very request: sent again, it leads to the job
   *     of the first time
   * @throws ai.fileprocessing.platform.Problem 404 for a file or prompt that the caller does not
   *     have, 422 for an input that cannot be processed or a key that was used for another request,
   *     409 for a key whose request is being worked, 429 when the caller has too much open; then
   *     nothing was created
   */
  Submission submit(Identity caller, NewJob wanted, Optional<String> idempotencyKey);

  /**
   * What such a job would do, and is likely to take. Nothing is created.
   *
   * @throws ai.fileprocessing.platform.Problem as for {@link #submit}, but for what concerns single
   *     files and what the caller has open
   */
  DryRun tryOut(Identity caller, NewJob wanted);

  /** A job with the state of every file, as it is now. */
  Optional<Job> find(String userId, String jobId);

  /** A caller's jobs, newest first; a page may hold fewer than asked and still have a next one. */
  Page<Job> list(String userId, Paging paging, Optional<JobStatus> status);

  /**
   * Cancels what has not started; what runs may still finish. The job, empty when there is none.
   */
  Optional<Job> cancel(String userId, String jobId);

  /**
   * Runs again the files that failed. The job, empty when there is none.
   *
   * @throws ai.fileprocessing.platform.Problem 409 when the job has not ended, nothing of it has
   *     failed, or it has spent what it may; 422 for a limit that cannot be set; 429 when the
   *     caller has too much open
   */
  Optional<Job> retry(String userId, String jobId, NewRetry wanted);

  /** Removes a job with its results. Whether there was one. */
  boolean delete(String userId, String jobId);

  /**
   * Where the caller can fetch the result of one file of a job, or, by the id {@code result}, the
   * one result of a job in mode together.
   *
   * @throws ai.fileprocessing.platform.Problem 404 when there is no such job or file in it, 409
   *     while there is no result, and for a file of a job in mode together
   */
  DownloadLink result(String userId, String jobId, String fileId);

  /**
   * Where that result comes from.
   *
   * @throws ai.fileprocessing.platform.Problem as for {@link #result}
   */
  Manifest manifest(String userId, String jobId, String fileId);
}
