package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Outcome.Failed;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.bedrockruntime.model.StopReason;

class ConversationTest {
  private static final Usage TOKENS = new Usage(10, 3, 0, 0, 0);

  private final Conversation conversation = new Conversation(2);

  @ParameterizedTest
  @CsvSource({"end_turn", "stop_sequence"})
  void anAnswerThatEndsIsTheAnswer(String reason) {
    assertThat(add(" the answer\n", reason))
        .contains(new Answered(" the answer\n", reason, TOKENS));
  }

  @Test
  void piecesAreJoinedWithoutASeamAndTheirTokensAdded() {
    assertThat(add("in the mid", "max_tokens")).isEmpty();
    assertThat(conversation.soFar()).isEqualTo("in the mid");
    assertThat(add("dle of a", "max_tokens")).isEmpty();

    assertThat(add(" word", "end_turn"))
        .contains(new Answered("in the middle of a word", "end_turn", new Usage(30, 9, 0, 0, 0)));
  }

  @Test
  void anAnswerIsContinuedAsOftenAsAllowedAndNotOnceMore() {
    assertThat(add("a", "max_tokens")).isEmpty();
    assertThat(add("b", "max_tokens")).isEmpty();

    assertFailed(add("c", "max_tokens"), "OUTPUT_TRUNCATED", new Usage(30, 9, 0, 0, 0));
  }

  @Test
  void withoutContinuationsTheFirstCutIsTheLast() {
    assertThat(new Conversation(0).add("a", StopReason.MAX_TOKENS, "max_tokens", TOKENS))
        .isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n"})
  void aPieceWithNothingInItIsNotContinued(String piece) {
    assertFailed(add(piece, "max_tokens"), "OUTPUT_TRUNCATED", TOKENS);
  }

  @Test
  void whatWasUsedBeforeForTheSameQuestionCounts() {
    assertThat(
            new Conversation(0, new Usage(5, 1, 2, 3, 4))
                .add("a", StopReason.END_TURN, "end_turn", TOKENS))
        .contains(new Answered("a", "end_turn", new Usage(15, 4, 2, 3, 4)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n"})
  void anEmptyAnswerIsNoSuccess(String answer) {
    assertFailed(add(answer, "end_turn"), "OUTPUT_EMPTY", TOKENS);
  }

  @Test
  void aLastPieceMayBeEmpty() {
    add("all of it", "max_tokens");

    assertThat(add("", "end_turn"))
        .contains(new Answered("all of it", "end_turn", new Usage(20, 6, 0, 0, 0)));
  }

  @ParameterizedTest
  @CsvSource({
    "guardrail_intervened,GUARDRAIL_INTERVENED",
    "content_filtered,CONTENT_FILTERED",
    "model_context_window_exceeded,INPUT_TOO_LONG",
    "tool_use,OUTPUT_MALFORMED",
    "malformed_model_output,OUTPUT_MALFORMED",
    "malformed_tool_use,OUTPUT_MALFORMED",
    "refusal,OUTPUT_REFUSED",
    "something_new,OUTPUT_MALFORMED"
  })
  void anAnswerThatStopsOtherwiseIsNoSuccess(String reason, String code) {
    assertFailed(add("half an answer", reason), code, TOKENS);
  }

  @ParameterizedTest
  @EnumSource(StopReason.class)
  void onlyTwoStopReasonsAreSuccess(StopReason reason) {
    Optional<Outcome> outcome = conversation.add("text", reason, reason.toString(), TOKENS);

    assertThat(outcome.filter(Answered.class::isInstance).isPresent())
        .isEqualTo(reason == StopReason.END_TURN || reason == StopReason.STOP_SEQUENCE);
  }

  private Optional<Outcome> add(String piece, String reason) {
    return conversation.add(piece, StopReason.fromValue(reason), reason, TOKENS);
  }

  private static void assertFailed(Optional<Outcome> outcome, String code, Usage usage) {
    assertThat(outcome)
        .hasValueSatisfying(
            it ->
                assertThat(it)
                    .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> {
                          assertThat(failed.code()).isEqualTo(code);
                          assertThat(failed.usage()).isEqualTo(usage);
                          assertThat(failed.message()).endsWith(".");
                        }));
  }
}
