package ai.fileprocessing.jobs;

/** What has become of a job; never stored, always told by its files. */
public enum JobStatus {
  /** No file has been started. */
  PENDING,
  /** Some file has been started, and some is not finished. */
  PROCESSING,
  /** Every file has a result. */
  COMPLETED,
  /** Every file is finished, and some have a result. */
  PARTIAL,
  /** Every file is finished, and none has a result. */
  ERROR,
  /** Every file is finished, and some were cancelled before they were. */
  CANCELLED
}
