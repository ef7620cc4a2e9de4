package ai.fileprocessing.inference;

import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Outcome.Failed;
import java.util.Optional;
import software.amazon.awssdk.services.bedrockruntime.model.StopReason;

/**
 * What has been said so far in the answer to one question: pieces that were cut at the token limit,
 * joined without a seam, because each continuation is told to go on in the middle of a word if need
 * be.
 */
final class Conversation {
  static final String GO_ON =
      "Continue exactly where your answer above was cut off, in the middle of a word if need be."
          + " Repeat nothing and add no comment.";

  /** In Anthropic's words; the SDK has none for it. */
  private static final String REFUSAL = "refusal";

  private final StringBuilder answer = new StringBuilder();
  private final int continuations;
  private Usage usage;
  private int pieces;

  Conversation(int continuations) {
    this(continuations, Usage.NONE);
  }

  /**
   * @param before the tokens of the conversations before it that were for the same question
   */
  Conversation(int continuations, Usage before) {
    this.continuations = continuations;
    usage = before;
  }

  String soFar() {
    return answer.toString();
  }

  /** Of how many pieces the answer is made so far. */
  int pieces() {
    return pieces;
  }

  /** Takes the next piece; empty means that the model is to go on. */
  Optional<Outcome> add(String piece, StopReason stopReason, String reasonText, Usage tokens) {
    pieces++;
    usage = usage.plus(tokens);
    answer.append(piece);
    return switch (stopReason == null ? StopReason.UNKNOWN_TO_SDK_VERSION : stopReason) {
      case END_TURN, STOP_SEQUENCE -> Optional.of(finished(reasonText));
      case MAX_TOKENS -> truncated(piece);
      case GUARDRAIL_INTERVENED ->
          failed(
              "GUARDRAIL_INTERVENED",
              "A guardrail stopped the answer. Change the prompt or the file.");
      case CONTENT_FILTERED ->
          failed(
              "CONTENT_FILTERED",
              "The model's content filter stopped the answer. Change the prompt or the file.");
      case MODEL_CONTEXT_WINDOW_EXCEEDED ->
          failed(
              "INPUT_TOO_LONG",
              "Prompt, file and answer together are longer than the model's context. Split the file.");
      default ->
          REFUSAL.equals(reasonText)
              ? failed(
                  "OUTPUT_REFUSED",
                  "The model declined to answer. Change the prompt or the file, or choose another model.")
              : failed(
                  "OUTPUT_MALFORMED",
                  "The model stopped in a way that leaves no usable answer ("
                      + (reasonText == null ? "no stop reason" : reasonText)
                      + "). Retry the file.");
    };
  }

  private Outcome finished(String reason) {
    return answer.toString().isBlank()
        ? new Failed("OUTPUT_EMPTY", "The model gave an empty answer. Change the prompt.", usage)
        : new Answered(answer.toString(), reason, usage);
  }

  private Optional<Outcome> truncated(String piece) {
    if (pieces > continuations || piece.isBlank()) {
      return failed(
          "OUTPUT_TRUNCATED",
          "The answer is longer than max_tokens and its continuations allow. Ask for less, or raise max_tokens.");
    }
    return Optional.empty();
  }

  private Optional<Outcome> failed(String code, String message) {
    return Optional.of(new Failed(code, message, usage));
  }
}
