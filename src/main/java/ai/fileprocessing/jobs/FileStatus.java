package ai.fileprocessing.jobs;

/** What has become of one file of a job. It only moves forward. */
public enum FileStatus {
  PENDING,
  PROCESSING,
  SUCCEEDED,
  FAILED;

  boolean isTerminal() {
    return this == SUCCEEDED || this == FAILED;
  }
}
