package ai.fileprocessing.local;

import static ai.fileprocessing.local.Asking.INVOICE;
import static ai.fileprocessing.local.Asking.assistant;
import static ai.fileprocessing.local.Asking.chosen;
import static ai.fileprocessing.local.Asking.formatted;
import static ai.fileprocessing.local.Asking.json;
import static ai.fileprocessing.local.Asking.text;
import static ai.fileprocessing.local.Asking.tool;
import static ai.fileprocessing.local.Asking.user;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** Tools and schemas that AWS would refuse are refused here. */
class BedrockSchemaRefusalsTest {
  private static final ContentBlock USE =
      ContentBlock.fromToolUse(u -> u.toolUseId("1").name("t").input(json("{}")));
  private static final ContentBlock RESULT =
      ContentBlock.fromToolResult(
          t -> t.toolUseId("1").content(ToolResultContentBlock.fromText("x")));

  private final Asking asking = new Asking();

  @BeforeEach
  void reset() {
    StandIns.shared().bedrock().reset();
  }

  @Test
  void toolsAreChecked() {
    assertRefused("Tool 'other' not found", r -> r.toolConfig(chosen("keep", INVOICE, "other")));
    assertRefused("regular expression", r -> r.toolConfig(tool("a b", INVOICE)));
    assertRefused(
        "inputSchema.json.type must be one of the following: object",
        r -> r.toolConfig(tool("keep", "{\"type\": \"array\"}")));
    assertRefused(
        "toolConfig field must be defined",
        r -> r.messages(user(text("t")), assistant(USE), user(RESULT)));
    assertRefused(
        "Expected toolResult blocks at messages.2.content for the following Ids: 1",
        r ->
            r.toolConfig(tool("t", INVOICE))
                .messages(user(text("t")), assistant(USE), user(text("x"))));
    assertRefused(
        "exceeds the number of toolUse blocks of previous turn",
        r -> r.toolConfig(tool("t", INVOICE)).messages(user(RESULT)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'type': 'object', 'properties': {}} | 'additionalProperties' must be explicitly set to false",
        "{'type': 'array', 'items': {'type': 'object'}} | 'additionalProperties' must be explicitly",
        "{'type': 'integer', 'minimum': 1} | For 'integer' type, properties minimum are not supported",
        "{'type': 'string', 'maxLength': 1} | For 'string' type, properties maxLength",
        "{'type': 'array', 'minItems': 2} | 'minItems' values other than 0 or 1",
        "{'$ref': 'http://x/y'} | External $ref is not supported",
        "[] | is not valid JSON",
        "{ | is not valid JSON"
      })
  void aSchemaThatNoModelCanBeHeldTo(String schema, String message) {
    assertRefused(message, r -> formatted(r, schema.replace('\'', '"'), user(text("t"))));
  }

  @Test
  void aModelWithoutTextFormat() {
    assertRefused(
        "doesn't support the outputConfig.textFormat field",
        r -> formatted(r, INVOICE, user(text("t"))).modelId("amazon.nova-lite-v1:0"));
  }

  private void assertRefused(String message, Consumer<ConverseRequest.Builder> request) {
    assertThatThrownBy(
            () ->
                asking.converse(
                    r -> {
                      r.messages(user(text("t")));
                      request.accept(r);
                    }))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining(message);
  }
}
