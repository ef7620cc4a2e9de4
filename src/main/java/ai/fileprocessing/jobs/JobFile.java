package ai.fileprocessing.jobs;

import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.inference.Usage;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * One file of a job: the file as it was when the job took it, and what has become of it.
 *
 * @param attempts model calls begun for it
 * @param stopReason why the model ended its answer, where it did
 */
public record JobFile(
    @JsonUnwrapped StoredFile file,
    FileStatus status,
    Error error,
    int attempts,
    Usage usage,
    String stopReason,
    @JsonIgnore int position,
    @JsonIgnore long fence,
    @JsonIgnore long updatedAt) {

  /**
   * Why a file has no result.
   *
   * @param code stable, upper-case, documented
   */
  public record Error(String code, String message) {}

  static JobFile pending(StoredFile file, int position, long now) {
    return new JobFile(file, FileStatus.PENDING, null, 0, Usage.NONE, null, position, 0, now);
  }
}
