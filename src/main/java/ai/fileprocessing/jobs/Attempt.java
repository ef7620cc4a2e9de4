package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.ModelCall;
import ai.fileprocessing.inference.Usage;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * One call of the model for a file, or the loss of the worker that may have made one, or the end of
 * the file while a worker may have been at one.
 *
 * @param at when it began, in seconds since the Unix epoch
 * @param outcome {@code ANSWERED}, {@code TRUNCATED}, {@code WORKER_LOST}, {@code CUT_OFF}, or the
 *     code of what went wrong
 * @param latencyMs how long it took, in milliseconds
 * @param requestId Amazon Bedrock's id of the call, where there was one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Attempt(long at, String outcome, long latencyMs, Usage usage, String requestId) {
  private static final String WORKER_LOST = "WORKER_LOST";
  private static final String CUT_OFF = "CUT_OFF";

  static Attempt of(ModelCall call) {
    return new Attempt(
        call.at().getEpochSecond(),
        call.outcome(),
        call.latency().toMillis(),
        call.usage(),
        call.requestId());
  }

  /** The process that had the file in work gave no sign of life any more. */
  static Attempt workerLost(Instant at) {
    return new Attempt(at.getEpochSecond(), WORKER_LOST, 0, Usage.NONE, null);
  }

  /** The file was ended while a worker had it, whose calls nobody writes down any more. */
  static Attempt cutOff(Instant at) {
    return new Attempt(at.getEpochSecond(), CUT_OFF, 0, Usage.NONE, null);
  }

  /** Whether it stands for calls of which nothing is written down. */
  boolean isLoss() {
    return outcome.equals(WORKER_LOST) || outcome.equals(CUT_OFF);
  }
}
