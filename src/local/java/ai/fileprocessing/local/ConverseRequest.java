package ai.fileprocessing.local;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * A Converse request that Bedrock would take.
 *
 * @param prompt the system prompt
 * @param text what the user said before the model first spoke
 * @param said what the model has said so far, all its turns joined
 */
record ConverseRequest(
    String model, String prompt, String text, String said, int maxTokens, JsonNode body) {

  /** What a model writes at most when nobody says how much. */
  private static final int MODEL_MAXIMUM = 64_000;

  static ConverseRequest of(String model, JsonNode body) {
    if (!model.contains(".") && !model.startsWith("arn:")) {
      throw RefusedException.invalid("The provided model identifier is invalid.");
    }
    List<JsonNode> messages = body.path("messages").valueStream().toList();
    requireConversation(messages);
    int blocks = 0;
    for (JsonNode system : body.path("system")) {
      requireText(system, "system." + blocks++);
    }
    requireInference(model, body.path("inferenceConfig"));

    List<String> text = new ArrayList<>();
    StringBuilder said = new StringBuilder();
    for (JsonNode message : messages) {
      if (message.path("role").asString("").equals("assistant")) {
        said.append(texts(message.path("content"), ""));
      } else if (said.isEmpty()) {
        text.add(texts(message.path("content"), "\n"));
      }
    }
    return new ConverseRequest(
        model,
        texts(body.path("system"), "\n"),
        String.join("\n", text),
        said.toString(),
        body.path("inferenceConfig").path("maxTokens").asInt(MODEL_MAXIMUM),
        body);
  }

  private static void requireConversation(List<JsonNode> messages) {
    String before = "assistant";
    for (int i = 0; i < messages.size(); i++) {
      String role = messages.get(i).path("role").asString("");
      if (i == 0 && !role.equals("user")) {
        break;
      }
      if (!role.equals("user") && !role.equals("assistant")) {
        throw RefusedException.invalid(
            "Value '%s' at 'messages.%d.member.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant]"
                .formatted(role, i + 1));
      }
      if (role.equals(before)) {
        throw RefusedException.invalid(
            "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.");
      }
      before = role;
      requireContent(messages.get(i).path("content"), role, i);
    }
    if (messages.isEmpty() || !messages.get(0).path("role").asString("").equals("user")) {
      throw RefusedException.invalid(
          "A conversation must start with a user message. Try again with a conversation that starts with a user message.");
    }
    JsonNode last = messages.get(messages.size() - 1);
    String words = texts(last.path("content"), "");
    if (before.equals("assistant") && !words.equals(words.stripTrailing())) {
      throw RefusedException.invalid(
          "The model returned the following errors: messages: final assistant content cannot end with trailing whitespace");
    }
  }

  private static void requireContent(JsonNode content, String role, int message) {
    if (content.isEmpty()) {
      throw RefusedException.invalid(
          "The content field in the Message object at messages.%d is empty. Add a ContentBlock object to the content field and try again."
              .formatted(message));
    }
    boolean media = false;
    boolean document = false;
    for (int i = 0; i < content.size(); i++) {
      requireText(content.path(i), "messages.%d.content.%d".formatted(message, i));
      document |= content.path(i).has("document");
      media |= content.path(i).has("document") || content.path(i).has("image");
    }
    if (media && role.equals("assistant")) {
      throw RefusedException.invalid(
          "The model returned the following errors: media is allowed in messages of the user only");
    }
    if (document && texts(content, "").isEmpty()) {
      throw RefusedException.invalid(
          "A text block must be included when a document is, at messages.%d".formatted(message));
    }
  }

  private static void requireText(JsonNode block, String where) {
    if (block.has("text") && block.path("text").asString("").isBlank()) {
      throw RefusedException.invalid(
          "The text field in the ContentBlock object at %s is blank. Add text to the text field, and try again."
              .formatted(where));
    }
  }

  private static void requireInference(String model, JsonNode inference) {
    JsonNode maxTokens = inference.path("maxTokens");
    if (!maxTokens.isMissingNode() && maxTokens.asInt(0) < 1) {
      throw RefusedException.invalid(
          "1 validation error detected: Value '%s' at 'inferenceConfig.maxTokens' failed to satisfy constraint: Member must have value greater than or equal to 1"
              .formatted(maxTokens));
    }
    for (String name : List.of("temperature", "topP")) {
      JsonNode value = inference.path(name);
      if (!value.isMissingNode() && !(value.asDouble(-1) >= 0 && value.asDouble(-1) <= 1)) {
        throw RefusedException.invalid(
            "1 validation error detected: Value '%s' at 'inferenceConfig.%s' failed to satisfy constraint: Member must have value between 0 and 1"
                .formatted(value, name));
      }
    }
    if (inference.has("temperature")
        && inference.has("topP")
        && model.contains("anthropic.claude")
        && model.contains("-4-5")) {
      throw RefusedException.invalid(
          "The model returned the following errors: `temperature` and `top_p` cannot both be specified for this model. Please use only one.");
    }
  }

  static String texts(JsonNode blocks, String between) {
    return blocks
        .valueStream()
        .filter(block -> block.has("text"))
        .map(block -> block.path("text").asString(""))
        .collect(Collectors.joining(between));
  }
}
