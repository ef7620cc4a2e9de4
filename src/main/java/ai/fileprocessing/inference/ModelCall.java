package ai.fileprocessing.inference;

import java.time.Duration;
import java.time.Instant;

/**
 * One call of a model, also one that was refused or never got through.
 *
 * @param at when it began
 * @param outcome {@link #ANSWERED}, {@link #TRUNCATED}, {@link #INVALID}, {@link #BROKEN_OFF}, or
 *     the code of what went wrong, which is the code of the question's {@link Outcome}
 * @param latency from the call until its whole answer or its failure, by the injected clock
 * @param usage this call's own tokens; none where no answer told them
 * @param requestId AWS's id of the call, for AWS's support and logs; null where AWS gave none
 */
public record ModelCall(
    Instant at, String outcome, Duration latency, Usage usage, String requestId) {
  public static final String ANSWERED = "ANSWERED";

  /** It gave a part of an answer, which the next call continues. */
  public static final String TRUNCATED = "TRUNCATED";

  /** Its answer was not in the form that was asked for; the next call was to correct it, if any. */
  public static final String INVALID = "OUTPUT_INVALID";

  /** The service could not go on with its answer; so ends the question, too. */
  public static final String BROKEN_OFF = "WORKER_FAILED";
}
