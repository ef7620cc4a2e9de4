package ai.fileprocessing.inference;

/** How a model is brought to answer in JSON. */
enum StructuredOutput {
  /**
   * Bedrock lets it write nothing that the schema does not allow (Amazon Bedrock User Guide, "Get
   * validated JSON results from models").
   */
  TEXT_FORMAT,
  /** It has to call a tool whose input is the answer (Amazon Bedrock API reference, ToolChoice). */
  TOOL,
  /** It is told to. */
  INSTRUCTIONS;

  /** The way that a question takes: the best of its model that its schema allows. */
  static StructuredOutput of(Ask ask, Traits.StructuredOutput best) {
    Output output = ask.output();
    // A tool's input is an object, and so is all that Bedrock's own way is documented for.
    if (output.schema() == null || !output.schema().path("type").asString("").equals("object")) {
      return INSTRUCTIONS;
    }
    return switch (best) {
      case JSON_SCHEMA -> BedrockSchema.isOne(output.schema()) ? TEXT_FORMAT : TOOL;
      case TOOL -> TOOL;
      case NONE -> INSTRUCTIONS;
    };
  }
}
