package ai.fileprocessing.local;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An answer of the Converse call.
 *
 * @param tool the use of a tool instead of a text
 * @param inputTokens all of them, also those that came from the cache
 * @param cache what became of the request's cache points; empty where it has none
 */
record ConverseAnswer(
    String text,
    Optional<ToolUse> tool,
    String stopReason,
    int inputTokens,
    int outputTokens,
    Optional<PromptCache.Use> cache) {

  /** What the model wants of a tool. */
  record ToolUse(String name, JsonNode input) {}

  private static final int CHARACTERS_PER_TOKEN = 4;

  /**
   * The extractive answer from where the model stopped speaking, cut at the tokens that the request
   * allows: all the parts of a conversation that is continued, joined, are the uncut answer.
   *
   * @param flaw what is wrong with JSON, as {@link BedrockConfig} has it
   */
  static ConverseAnswer to(ConverseRequest request, String flaw) {
    String extract = ExtractiveAnswer.of(request);
    if (request.output().isEmpty()) {
      return from(request, extract, request.said());
    }
    StructuredOutput output = request.output().get();
    SchemaAnswer answer = new SchemaAnswer(output.schema(), extract);
    JsonNode json = flaw.equals("wrong") ? answer.wrong() : answer.right();
    String text = flaw.equals("invalid") ? "{" + json : json.toString();
    if (output.tool().isEmpty()) {
      // Held to the whole schema again, it cannot go on in the middle of a value.
      return from(request, text, "");
    }
    if (flaw.equals("invalid")) {
      return of(request, text, "malformed_tool_use");
    }
    if (SentBlock.tokens(text) > request.maxTokens()) {
      return of(
              request, text.substring(0, request.maxTokens() * CHARACTERS_PER_TOKEN), "max_tokens")
          .using(output.tool().get(), JsonNodeFactory.instance.objectNode());
    }
    return of(request, text, "tool_use").using(output.tool().get(), json);
  }

  static ConverseAnswer of(ConverseRequest request, String text, String stopReason) {
    return new ConverseAnswer(
        text,
        Optional.empty(),
        stopReason,
        request.inputTokens(),
        SentBlock.tokens(text),
        Optional.empty());
  }

  private static ConverseAnswer from(ConverseRequest request, String whole, String said) {
    int start = Math.min(said.length(), whole.length());
    long limit = start + (long) request.maxTokens() * CHARACTERS_PER_TOKEN;
    int end = (int) Math.min(limit, whole.length());
    if (end < whole.length() && Character.isHighSurrogate(whole.charAt(end - 1))) {
      end--;
    }
    String stopReason = end < whole.length() ? "max_tokens" : "end_turn";
    return of(request, whole.substring(start, end), stopReason);
  }

  /** The same with a number under it. */
  ConverseAnswer numbered(int number) {
    String numbered = text + "\nAnswer number: " + number;
    return new ConverseAnswer(
        numbered, tool, stopReason, inputTokens, SentBlock.tokens(numbered), cache);
  }

  /** The same without a word, or with another stop reason. */
  ConverseAnswer spoilt(boolean empty, String otherReason) {
    return new ConverseAnswer(
        empty ? "" : text,
        empty ? Optional.empty() : tool,
        otherReason.isEmpty() ? stopReason : otherReason,
        inputTokens,
        empty ? 0 : outputTokens,
        cache);
  }

  /** The same text as the input of a tool. */
  ConverseAnswer using(String name, JsonNode input) {
    return new ConverseAnswer(
        "", Optional.of(new ToolUse(name, input)), stopReason, inputTokens, outputTokens, cache);
  }

  ConverseAnswer cached(PromptCache.Use use) {
    return new ConverseAnswer(text, tool, stopReason, inputTokens, outputTokens, Optional.of(use));
  }

  /** The same as another has counted it. */
  ConverseAnswer counted(int input, int output) {
    return new ConverseAnswer(text, tool, stopReason, input, output, cache);
  }

  ObjectNode json(long latencyMillis) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("metrics").put("latencyMs", latencyMillis);
    ObjectNode message = json.putObject("output").putObject("message").put("role", "assistant");
    ArrayNode content = message.putArray("content");
    if (!text.isEmpty()) {
      content.addObject().put("text", text);
    }
    tool.ifPresent(
        use ->
            content
                .addObject()
                .putObject("toolUse")
                .put("toolUseId", "tooluse_" + Integer.toHexString(use.hashCode()))
                .put("name", use.name())
                .set("input", use.input()));
    json.put("stopReason", stopReason);
    int cached = cache.map(use -> use.read() + use.written()).orElse(0);
    int others = Math.max(0, inputTokens - cached);
    ObjectNode usage =
        json.putObject("usage")
            .put("inputTokens", others)
            .put("outputTokens", outputTokens)
            .put("totalTokens", others + cached + outputTokens);
    cache.ifPresent(
        use ->
            usage
                .put("cacheReadInputTokens", use.read())
                .put("cacheWriteInputTokens", use.written()));
    return json;
  }
}
