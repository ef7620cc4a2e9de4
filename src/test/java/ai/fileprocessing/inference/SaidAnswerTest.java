package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.platform.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import tools.jackson.databind.JsonNode;

class SaidAnswerTest {
  @Test
  void whatWasGivenToAToolComesBackAsItWasWithEveryDigit() {
    JsonNode input =
        Json.strict()
            .readTree(
                "{\"a\": 2.5, \"b\": [1, -1, 1e3, 12345678901234567890, 0.1234567890123456789, true, null, \"\u00fc\", {}]}");
    ConverseResponse answer =
        answer(
            "tool_use",
            ContentBlock.fromToolUse(
                it -> it.toolUseId("call-1").name("answer").input(ToolJson.document(input))));

    ConverseResponse again = kept(answer);

    assertThat(SaidAnswer.toolUse(again))
        .hasValueSatisfying(
            it -> {
              assertThat(it.toolUseId()).isEqualTo("call-1");
              assertThat(it.name()).isEqualTo("answer");
              assertThat(Json.strict().readTree(ToolJson.json(it.input()).toString()))
                  .isEqualTo(input);
            });
    assertThat(again.stopReasonAsString()).isEqualTo("tool_use");
    assertThat(SaidAnswer.text(again)).isEmpty();
  }

  @Test
  void aTextComesBackAsItWasInOnePiece() {
    ConverseResponse again =
        kept(
            answer(
                "max_tokens", ContentBlock.fromText("one \n"), ContentBlock.fromText("\u00fc\"")));

    assertThat(SaidAnswer.text(again)).isEqualTo("one \n\u00fc\"");
    assertThat(SaidAnswer.toolUse(again)).isEmpty();
    assertThat(again.stopReasonAsString()).isEqualTo("max_tokens");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "answer", "{", "[]", "{\"words\": 1}"})
  void whatIsNoneIsNotRead(String other) {
    assertThat(SaidAnswer.read(other)).isEmpty();
  }

  private static ConverseResponse kept(ConverseResponse answer) {
    return SaidAnswer.read(SaidAnswer.of(answer).kept()).orElseThrow().asAnswer();
  }

  private static ConverseResponse answer(String stopReason, ContentBlock... content) {
    return ConverseResponse.builder()
        .output(it -> it.message(message -> message.role("assistant").content(content)))
        .stopReason(stopReason)
        .build();
  }
}
