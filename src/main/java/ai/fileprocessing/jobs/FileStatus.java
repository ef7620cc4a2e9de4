package ai.fileprocessing.jobs;

/** What has become of one file of a job. It only moves forward, except through a retry. */
public enum FileStatus {
  PENDING,
  PROCESSING,
  SUCCEEDED,
  FAILED,
  CANCELLED;

  boolean isTerminal() {
    return this == SUCCEEDED || this == FAILED || this == CANCELLED;
  }
}
