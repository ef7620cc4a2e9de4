package ai.fileprocessing.jobs;

import ai.fileprocessing.jobs.worker.WaitReason;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Why something does not run yet.
 *
 * @param nextAttemptAt when it is due again, in seconds since the Unix epoch; absent while it only
 *     waits for its turn
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Waiting(WaitReason reason, Long nextAttemptAt) {
  static final Waiting QUEUED = new Waiting(WaitReason.QUEUED, null);
}
