package ai.fileprocessing.inference;

import java.util.regex.Pattern;

/** How a model is brought to answer in JSON. */
enum StructuredOutput {
  /** Bedrock lets it write nothing that the schema does not allow. */
  TEXT_FORMAT,
  /** It has to call a tool whose input is the answer. */
  TOOL,
  /** It is told to. */
  INSTRUCTIONS;

  /** Where Bedrock has it (Amazon Bedrock User Guide, "Get validated JSON results from models"). */
  private static final Pattern WITH_TEXT_FORMAT =
      Pattern.compile("claude-(?:sonnet|opus|haiku)-4-[5-9]");

  /** Which take {@code toolChoice.tool} (Amazon Bedrock API reference, ToolChoice). */
  private static final Pattern WITH_TOOL = Pattern.compile("anthropic\\.claude-|amazon\\.nova-");

  /** The best way that a model has; an ARN that does not tell the model has the last. */
  static StructuredOutput way(String model) {
    if (WITH_TEXT_FORMAT.matcher(model).find()) {
      return TEXT_FORMAT;
    }
    return WITH_TOOL.matcher(model).find() ? TOOL : INSTRUCTIONS;
  }

  /** The way that a question takes: the best of its model that its schema allows. */
  static StructuredOutput of(Ask ask) {
    Output output = ask.output();
    // A tool's input is an object, and so is all that Bedrock's own way is documented for.
    if (output.schema() == null || !output.schema().path("type").asString("").equals("object")) {
      return INSTRUCTIONS;
    }
    StructuredOutput way = way(ask.model());
    return way == TEXT_FORMAT && !BedrockSchema.isOne(output.schema()) ? TOOL : way;
  }
}
