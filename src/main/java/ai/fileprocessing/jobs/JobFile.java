package ai.fileprocessing.jobs;

import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.inference.Usage;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;

/**
 * One file of a job: the file as it was when the job took it, and what has become of it.
 *
 * @param waiting why it does not run; absent while it runs and when it has ended
 * @param attempts the latest calls of the model for it, oldest first, at most {@value #KEPT}
 * @param attemptCount how many of its attempts count; those that the model throttled do not
 * @param usage the tokens of all its calls
 * @param stopReason why the model ended its answer, where it did
 */
public record JobFile(
    @JsonUnwrapped StoredFile file,
    FileStatus status,
    Error error,
    Waiting waiting,
    List<Attempt> attempts,
    int attemptCount,
    Usage usage,
    String stopReason,
    @JsonIgnore Progress progress) {

  /** A row must stay small however long a model throttles. */
  static final int KEPT = 20;

  /**
   * Why a file has no result.
   *
   * @param code stable, upper-case, documented
   */
  public record Error(String code, String message) {}

  /**
   * What the service needs to know of a file, and nobody else.
   *
   * @param fence raised by each claim; only the claim that raised it last may write
   * @param claimedBy the process and claim that has it in work; empty when nobody has
   * @param cancelling whether it is to be cancelled instead of tried again
   * @param openSince when it was submitted or last retried, in seconds since the Unix epoch; 0 once
   *     it has ended
   * @param changes how often the row was written; it only rises
   */
  record Progress(
      int position,
      long fence,
      String claimedBy,
      boolean cancelling,
      long openSince,
      long changes,
      long updatedAt) {}

  static JobFile pending(StoredFile file, int position, long now) {
    return new JobFile(
        file,
        FileStatus.PENDING,
        null,
        Waiting.QUEUED,
        List.of(),
        0,
        Usage.NONE,
        null,
        new Progress(position, 0, "", false, now, 0, now));
  }
}
