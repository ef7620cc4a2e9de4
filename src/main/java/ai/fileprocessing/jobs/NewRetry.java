package ai.fileprocessing.jobs;

import jakarta.validation.constraints.Positive;

/**
 * The body of {@code POST /jobs/{job_id}/retry}, which may be left out.
 *
 * @param maxCost replaces the job's, in millionths of a US dollar; null leaves it as it is
 */
public record NewRetry(
    @Positive(message = "max_cost is at least 1, in millionths of a US dollar.") Long maxCost) {
  /** Changes nothing of the job. */
  static final NewRetry PLAIN = new NewRetry(null);
}
