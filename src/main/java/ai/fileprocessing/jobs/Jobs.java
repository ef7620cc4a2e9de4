package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.DownloadLink;
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
   * @throws ai.fileprocessing.platform.Problem 404 for a file that the caller does not have, 422
   *     for one that cannot be processed; then nothing was created
   */
  Job submit(String userId, NewJob wanted);

  /** A job with the state of every file, as it is now. */
  Optional<Job> find(String userId, String jobId);

  /** A caller's jobs, newest first; a page may hold fewer than asked and still have a next one. */
  Page<Job> list(String userId, Paging paging, Optional<JobStatus> status);

  /**
   * Where the caller can fetch the result of one file of a job.
   *
   * @throws ai.fileprocessing.platform.Problem 404 when there is no such job or file in it, 409
   *     while there is no result
   */
  DownloadLink result(String userId, String jobId, String fileId);
}
