package ai.fileprocessing.local;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An answer of the Converse call. A token is taken to be four characters. */
record ConverseAnswer(String text, String stopReason, int inputTokens, int outputTokens) {
  private static final int CHARACTERS_PER_TOKEN = 4;

  /**
   * The extractive answer from where the model stopped speaking, cut at the tokens that the request
   * allows: all the parts of a conversation that is continued, joined, are the uncut answer.
   */
  static ConverseAnswer to(ConverseRequest request) {
    String whole = ExtractiveAnswer.of(request.model(), request.prompt(), request.text());
    int start = Math.min(request.said().length(), whole.length());
    long limit = start + (long) request.maxTokens() * CHARACTERS_PER_TOKEN;
    int end = (int) Math.min(limit, whole.length());
    if (end < whole.length() && Character.isHighSurrogate(whole.charAt(end - 1))) {
      end--;
    }
    String stopReason = end < whole.length() ? "max_tokens" : "end_turn";
    return of(request, whole.substring(start, end), stopReason);
  }

  static ConverseAnswer of(ConverseRequest request, String text, String stopReason) {
    return new ConverseAnswer(
        text,
        stopReason,
        tokens(request.prompt()) + tokens(request.text()) + tokens(request.said()),
        tokens(text));
  }

  /** The same with a number under it. */
  ConverseAnswer numbered(int number) {
    String numbered = text + "\nAnswer number: " + number;
    return new ConverseAnswer(numbered, stopReason, inputTokens, tokens(numbered));
  }

  ObjectNode json(long latencyMillis) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("metrics").put("latencyMs", latencyMillis);
    ObjectNode message = json.putObject("output").putObject("message").put("role", "assistant");
    var content = message.putArray("content");
    if (!text.isEmpty()) {
      content.addObject().put("text", text);
    }
    json.put("stopReason", stopReason);
    json.putObject("usage")
        .put("inputTokens", inputTokens)
        .put("outputTokens", outputTokens)
        .put("totalTokens", inputTokens + outputTokens);
    return json;
  }

  private static int tokens(String text) {
    return (text.length() + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN;
  }
}
