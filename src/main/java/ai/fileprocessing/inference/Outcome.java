package ai.fileprocessing.inference;

/** How a question ended. */
public sealed interface Outcome {
  /**
   * The model finished its answer.
   *
   * @param stopReason why it ended, in Bedrock's words: {@code end_turn} or {@code stop_sequence}
   */
  record Answered(String text, String stopReason, Usage usage) implements Outcome {}

  /**
   * It cannot be answered, now or later.
   *
   * @param code stable, upper-case, documented
   * @param message for the owner of the file: what is wrong and what to do
   */
  record Failed(String code, String message, Usage usage) implements Outcome {}

  /**
   * It may work later.
   *
   * @param attempted whether the model may have worked, and been paid, for it: only such a call is
   *     counted against the file
   */
  record Passing(String code, String message, boolean attempted) implements Outcome {}
}
