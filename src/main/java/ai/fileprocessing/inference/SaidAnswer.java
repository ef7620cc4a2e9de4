package ai.fileprocessing.inference;

import ai.fileprocessing.platform.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseOutput;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlock;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer of a model that is not the last of its conversation, as it can be kept: with it the
 * conversation goes on later as if it had just been said.
 *
 * @param text what was said; empty where a tool was used instead
 * @param tool what the model gave to a tool; null where it gave nothing
 */
record SaidAnswer(String text, String stopReason, Tool tool) {
  private static final JsonMapper JSON = Json.strict();

  /** One use of a tool, under the id by which its result refers to it. */
  record Tool(String id, String name, JsonNode input) {}

  static SaidAnswer of(ConverseResponse answer) {
    return new SaidAnswer(
        text(answer),
        answer.stopReasonAsString(),
        toolUse(answer)
            .map(it -> new Tool(it.toolUseId(), it.name(), ToolJson.json(it.input())))
            .orElse(null));
  }

  /** The texts of an answer, joined. */
  static String text(ConverseResponse answer) {
    return content(answer)
        .map(ContentBlock::text)
        .filter(Objects::nonNull)
        .collect(Collectors.joining());
  }

  /** What an answer gave to a tool. */
  static Optional<ToolUseBlock> toolUse(ConverseResponse answer) {
    return content(answer)
        .map(ContentBlock::toolUse)
        .filter(it -> it != null && it.input() != null)
        .findFirst();
  }

  /** Any part of an answer may be missing: a model's trouble is no exception. */
  private static Stream<ContentBlock> content(ConverseResponse answer) {
    return Optional.ofNullable(answer.output()).map(ConverseOutput::message).stream()
        .flatMap(message -> message.content().stream())
        .filter(Objects::nonNull);
  }

  /** Reads what {@link #kept} has written; empty where it is anything else. */
  static Optional<SaidAnswer> read(String kept) {
    try {
      return Optional.of(JSON.readValue(kept, SaidAnswer.class));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  String kept() {
    return JSON.writeValueAsString(this);
  }

  ConverseResponse asAnswer() {
    List<ContentBlock> content = new ArrayList<>();
    if (!text.isEmpty()) {
      content.add(ContentBlock.fromText(text));
    }
    if (tool != null) {
      content.add(
          ContentBlock.fromToolUse(
              ToolUseBlock.builder()
                  .toolUseId(tool.id())
                  .name(tool.name())
                  .input(ToolJson.document(tool.input()))
                  .build()));
    }
    return ConverseResponse.builder()
        .output(it -> it.message(said -> said.role(ConversationRole.ASSISTANT).content(content)))
        .stopReason(stopReason)
        .build();
  }
}
