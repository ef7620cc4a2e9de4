package ai.fileprocessing.inference;

import java.util.Optional;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.JsonSchemaDefinition;
import software.amazon.awssdk.services.bedrockruntime.model.OutputConfig;
import software.amazon.awssdk.services.bedrockruntime.model.OutputFormat;
import software.amazon.awssdk.services.bedrockruntime.model.OutputFormatStructure;
import software.amazon.awssdk.services.bedrockruntime.model.OutputFormatType;
import software.amazon.awssdk.services.bedrockruntime.model.SpecificToolChoice;
import software.amazon.awssdk.services.bedrockruntime.model.Tool;
import software.amazon.awssdk.services.bedrockruntime.model.ToolChoice;
import software.amazon.awssdk.services.bedrockruntime.model.ToolConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.ToolInputSchema;
import software.amazon.awssdk.services.bedrockruntime.model.ToolSpecification;
import tools.jackson.databind.JsonNode;

/** What a request says about the form of the answer; nothing where plain text will do. */
final class OutputShape {
  /** The tool that takes an answer, and the name of its schema. */
  static final String ANSWER = "answer";

  private static final String MARKDOWN =
      "Write your whole answer in Markdown. Do not put a code fence around it.";
  private static final String JSON =
      "Your whole answer is one JSON object or array, with nothing before or behind it and no code"
          + " fence around it.";
  private static final String VALID = " It is valid against this JSON Schema (draft 2020-12):\n\n";

  private OutputShape() {}

  /** What the model is told beside the prompt. */
  static Optional<String> instructions(Ask ask, Traits.StructuredOutput best) {
    return switch (ask.output().format()) {
      case TEXT -> Optional.empty();
      case MARKDOWN -> Optional.of(MARKDOWN);
      case JSON ->
          StructuredOutput.of(ask, best) == StructuredOutput.INSTRUCTIONS
              ? Optional.of(json(ask.output().schema()))
              : Optional.empty();
    };
  }

  private static String json(JsonNode schema) {
    return schema == null ? JSON : JSON + VALID + schema;
  }

  /** Holds the model to the schema, by the means that it has for it. */
  static void shape(ConverseRequest.Builder request, Ask ask, Traits.StructuredOutput best) {
    switch (StructuredOutput.of(ask, best)) {
      case TEXT_FORMAT -> request.outputConfig(textFormat(ask.output().schema()));
      case TOOL -> request.toolConfig(tool(ask.output().schema()));
      case INSTRUCTIONS -> {}
    }
  }

  private static OutputConfig textFormat(JsonNode schema) {
    JsonSchemaDefinition definition =
        JsonSchemaDefinition.builder().name(ANSWER).schema(schema.toString()).build();
    return OutputConfig.builder()
        .textFormat(
            OutputFormat.builder()
                .type(OutputFormatType.JSON_SCHEMA)
                .structure(OutputFormatStructure.fromJsonSchema(definition))
                .build())
        .build();
  }

  private static ToolConfiguration tool(JsonNode schema) {
    ToolSpecification answer =
        ToolSpecification.builder()
            .name(ANSWER)
            .description("Takes your whole answer.")
            .inputSchema(ToolInputSchema.fromJson(ToolJson.document(schema)))
            .build();
    return ToolConfiguration.builder()
        .tools(Tool.fromToolSpec(answer))
        .toolChoice(ToolChoice.fromTool(SpecificToolChoice.builder().name(ANSWER).build()))
        .build();
  }
}
