package ai.fileprocessing.local;

import static ai.fileprocessing.local.Asking.INVOICE;
import static ai.fileprocessing.local.Asking.assistant;
import static ai.fileprocessing.local.Asking.formatted;
import static ai.fileprocessing.local.Asking.json;
import static ai.fileprocessing.local.Asking.text;
import static ai.fileprocessing.local.Asking.textOf;
import static ai.fileprocessing.local.Asking.tool;
import static ai.fileprocessing.local.Asking.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.StopReason;
import software.amazon.awssdk.services.bedrockruntime.model.ToolConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlock;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Answers in JSON, as a text or as the input of a tool, right and wrong. */
class BedrockJsonTest {
  private final Bedrock bedrock = StandIns.shared().bedrock();
  private final Asking asking = new Asking();

  @BeforeEach
  void reset() {
    bedrock.reset();
  }

  @Test
  void aTextFormatIsAnsweredWithJsonOfItsSchemaThatHoldsTheExtract() {
    ConverseResponse response = asking.converse(r -> formatted(r, INVOICE, user(text("the file"))));

    var json = JsonMapper.shared().readTree(textOf(response));
    assertThat(response.stopReason()).isEqualTo(StopReason.END_TURN);
    assertThat(json.propertyNames()).containsExactly("summary", "lines");
    assertThat(json.path("summary").asString(""))
        .isEqualTo(Bedrock.answer(Asking.MODEL, "", "the file"));
    assertThat(json.path("lines").path(0).isInt()).isTrue();
  }

  @Test
  void aToolThatMustBeUsedIsUsed() {
    ConverseResponse response =
        asking.converse(r -> r.toolConfig(tool("keep", INVOICE)).messages(user(text("the file"))));

    ToolUseBlock use = response.output().message().content().get(0).toolUse();
    assertThat(response.stopReason()).isEqualTo(StopReason.TOOL_USE);
    assertThat(use.name()).isEqualTo("keep");
    assertThat(use.toolUseId()).isNotEmpty();
    assertThat(use.input().asMap()).containsOnlyKeys("summary", "lines");
    assertThat(use.input().asMap().get("summary").asString()).contains("the file");
  }

  @Test
  void aToolThatMayBeUsedIsNot() {
    ToolConfiguration maybe =
        tool("keep", INVOICE).toBuilder().toolChoice(c -> c.auto(a -> {})).build();

    assertThat(textOf(asking.converse(r -> r.toolConfig(maybe).messages(user(text("t"))))))
        .isEqualTo(Bedrock.answer(Asking.MODEL, "", "t"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'const': 7} | 7",
        "{'enum': ['a', 'b']} | 'a'",
        "{'type': 'boolean'} | true",
        "{'type': ['integer', 'null']} | 0",
        "{'type': 'number', 'minimum': 2.5} | 2.5",
        "{'type': 'integer', 'minimum': 3} | 3",
        "{'type': 'integer', 'exclusiveMinimum': 3} | 4",
        "{'type': 'integer', 'maximum': -2} | -2",
        "{'type': 'array', 'items': {'type': 'null'}, 'minItems': 2} | [null,null]",
        "{'type': 'object', 'required': ['a'], 'properties': {'a': {'enum': [1]}}} | {'a':1}",
        "{'anyOf': [{'const': 1}, {'const': 2}]} | 1",
        "{'$ref': '#/properties/other', 'type': 'x'} | 'other'",
        "{'type': 'string', 'maxLength': 6} | '[stand'"
      })
  void eachKindOfSchemaIsKept(String schema, String expected) {
    String whole =
        "{'type': 'object', 'properties': {'it': %s, 'other': {'const': 'other'}}}"
            .formatted(schema)
            .replace('\'', '"');

    Document input =
        asking
            .converse(r -> r.toolConfig(tool("t", whole)).messages(user(text("t"))))
            .output()
            .message()
            .content()
            .get(0)
            .toolUse()
            .input();

    assertThat(input.asMap().get("it")).hasToString(json(expected.replace('\'', '"')).toString());
  }

  @Test
  void aSchemaThatRefersToItselfComesToAnEnd() {
    String tree =
        """
        {"type": "object", "properties": {"name": {"const": "n"}, "child": {"$ref": "#"}},
         "required": ["name"]}
        """;

    assertThat(
            asking
                .converse(r -> r.toolConfig(tool("t", tree)).messages(user(text("t"))))
                .stopReason())
        .isEqualTo(StopReason.TOOL_USE);
  }

  /** Held to the whole schema, its answer cannot begin in the middle of a value. */
  @Test
  void jsonThatIsCutBeginsAnewWhenItIsToBeContinued() {
    ConverseResponse cut =
        asking.converse(
            r ->
                formatted(r, INVOICE, user(text("the file")))
                    .inferenceConfig(it -> it.maxTokens(5)));
    String again =
        textOf(
            asking.converse(
                r ->
                    formatted(
                        r,
                        INVOICE,
                        user(text("the file")),
                        cut.output().message(),
                        user(text("Continue exactly where you were cut off.")))));

    assertThat(cut.stopReason()).isEqualTo(StopReason.MAX_TOKENS);
    assertThat(again).startsWith(textOf(cut));
    assertThat(JsonMapper.shared().readTree(again).isObject()).isTrue();
  }

  @Test
  void jsonCanBeInvalidUntilItIsAskedForOnceMore() {
    bedrock.configure(Map.of("json", "invalid", "fault_count", 1));

    String invalid = textOf(asking.converse(r -> formatted(r, INVOICE, user(text("the file")))));
    String repaired =
        textOf(
            asking.converse(
                r ->
                    formatted(
                        r,
                        INVOICE,
                        user(text("the file")),
                        assistant(text(invalid)),
                        user(text("That is no JSON. Answer again.")))));

    assertThatThrownBy(() -> JsonMapper.shared().readTree(invalid))
        .isInstanceOf(JacksonException.class);
    assertThat(JsonMapper.shared().readTree(repaired).propertyNames())
        .containsExactly("summary", "lines");
  }

  @Test
  void jsonCanBeWrongByItsSchemaUntilTheToolIsUsedOnceMore() {
    bedrock.configure(Map.of("json", "wrong", "fault_count", 1));
    ToolConfiguration tool = tool("keep", INVOICE);

    Message wrong =
        asking
            .converse(r -> r.toolConfig(tool).messages(user(text("the file"))))
            .output()
            .message();
    ToolUseBlock use = wrong.content().get(0).toolUse();
    ContentBlock result =
        ContentBlock.fromToolResult(
            t ->
                t.toolUseId(use.toolUseId())
                    .status("error")
                    .content(ToolResultContentBlock.fromText("summary is missing")));
    ConverseResponse repaired =
        asking.converse(
            r -> r.toolConfig(tool).messages(user(text("the file")), wrong, user(result)));

    assertThat(use.input().asMap()).containsOnlyKeys("lines");
    assertThat(repaired.output().message().content().get(0).toolUse().input().asMap())
        .containsOnlyKeys("summary", "lines");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type': 'array', 'items': {'type': 'string'}}",
        "{'type': 'string'}",
        "{'type': 'object', 'properties': {'a': {'type': 'string'}}, 'additionalProperties': false}"
      })
  void anySchemaCanBeBroken(String schema) {
    String json = schema.replace('\'', '"');
    String right = textOf(asking.converse(r -> formatted(r, json, user(text("t")))));
    bedrock.configure(Map.of("json", "wrong"));
    var wrong =
        JsonMapper.shared()
            .readTree(textOf(asking.converse(r -> formatted(r, json, user(text("t"))))));

    var read = JsonMapper.shared().readTree(right);
    assertThat(wrong.isObject() ? wrong.path("a").getNodeType() : wrong.getNodeType())
        .isNotEqualTo(read.isObject() ? read.path("a").getNodeType() : read.getNodeType());
  }

  @Test
  void aToolWhoseInputCannotBeReadIsAStopReason() {
    bedrock.configure(Map.of("json", "invalid"));

    assertThat(
            asking
                .converse(r -> r.toolConfig(tool("keep", INVOICE)).messages(user(text("t"))))
                .stopReason())
        .isEqualTo(StopReason.MALFORMED_TOOL_USE);
  }

  @Test
  void callsThatAreNotToAnswerInJsonTakeNoFaultAway() {
    bedrock.configure(Map.of("json", "invalid", "fault_count", 1));

    assertThat(textOf(asking.ask(text("t")))).isEqualTo(Bedrock.answer(Asking.MODEL, "", "t"));
    assertThat(textOf(asking.converse(r -> formatted(r, INVOICE, user(text("t"))))))
        .startsWith("{{");
    assertThatThrownBy(() -> bedrock.configure(Map.of("json", "bad")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
