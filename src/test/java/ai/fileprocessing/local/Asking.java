package ai.fileprocessing.local;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointType;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.OutputConfig;
import software.amazon.awssdk.services.bedrockruntime.model.Tool;
import software.amazon.awssdk.services.bedrockruntime.model.ToolConfiguration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks the Bedrock stand-in through the SDK's own client. */
final class Asking {
  static final String MODEL = "anthropic.claude-sonnet-4-5-20250929-v1:0";

  static final String INVOICE =
      """
      {"type": "object",
       "properties": {"summary": {"type": "string"},
                      "lines": {"type": "array", "items": {"type": "integer"}, "minItems": 1}},
       "required": ["summary", "lines"],
       "additionalProperties": false}
      """;

  private final BedrockRuntimeClient client = StandIns.shared().bedrockRuntime();

  ConverseResponse converse(Consumer<ConverseRequest.Builder> request) {
    return client.converse(
        r -> {
          r.modelId(MODEL);
          request.accept(r);
        });
  }

  ConverseResponse ask(ContentBlock... blocks) {
    return converse(r -> r.messages(user(blocks)));
  }

  static Message user(ContentBlock... blocks) {
    return Message.builder().role(ConversationRole.USER).content(blocks).build();
  }

  static Message assistant(ContentBlock... blocks) {
    return Message.builder().role(ConversationRole.ASSISTANT).content(blocks).build();
  }

  static ContentBlock text(String text) {
    return ContentBlock.fromText(text);
  }

  static ContentBlock document(String name, String format, byte[] bytes) {
    return ContentBlock.fromDocument(
        d -> d.name(name).format(format).source(s -> s.bytes(SdkBytes.fromByteArray(bytes))));
  }

  static ContentBlock image(String format, byte[] bytes) {
    return ContentBlock.fromImage(
        i -> i.format(format).source(s -> s.bytes(SdkBytes.fromByteArray(bytes))));
  }

  static ContentBlock cachePoint() {
    return ContentBlock.fromCachePoint(c -> c.type(CachePointType.DEFAULT));
  }

  static String textOf(ConverseResponse response) {
    return response.output().message().content().stream()
        .map(ContentBlock::text)
        .collect(Collectors.joining());
  }

  /** The lines of the answer from the first block on. */
  static List<String> blocksOf(ConverseResponse response) {
    return textOf(response).lines().dropWhile(line -> !line.startsWith("Block 1")).toList();
  }

  /** Asks for a text of JSON. */
  static ConverseRequest.Builder formatted(
      ConverseRequest.Builder request, String schema, Message... messages) {
    return request
        .outputConfig(
            OutputConfig.builder()
                .textFormat(
                    f -> f.type("json_schema").structure(s -> s.jsonSchema(j -> j.schema(schema))))
                .build())
        .messages(messages);
  }

  /** A tool that must be used. */
  static ToolConfiguration tool(String name, String schema) {
    return chosen(name, schema, name);
  }

  /** A tool, while the one that must be used may be another. */
  static ToolConfiguration chosen(String name, String schema, String choice) {
    return ToolConfiguration.builder()
        .tools(
            Tool.fromToolSpec(
                s -> s.name(name).description("Keeps it").inputSchema(i -> i.json(json(schema)))))
        .toolChoice(c -> c.tool(t -> t.name(choice)))
        .build();
  }

  /** JSON as the SDK holds it. */
  static Document json(String json) {
    return document(JsonMapper.shared().readTree(json));
  }

  private static Document document(JsonNode json) {
    return switch (json.getNodeType()) {
      case OBJECT ->
          Document.fromMap(
              json.properties().stream()
                  .collect(Collectors.toMap(Map.Entry::getKey, p -> document(p.getValue()))));
      case ARRAY -> Document.fromList(json.valueStream().map(Asking::document).toList());
      case NUMBER -> Document.fromNumber(json.toString());
      case BOOLEAN -> Document.fromBoolean(json.asBoolean());
      case NULL -> Document.fromNull();
      default -> Document.fromString(json.asString(""));
    };
  }
}
