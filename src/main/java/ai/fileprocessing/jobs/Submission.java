package ai.fileprocessing.jobs;

/**
 * What came of submitting a job.
 *
 * @param quota what the caller may still open; null when the job had been submitted before under
 *     the same idempotency key
 */
public record Submission(Job job, Quota quota) {}
