package ai.fileprocessing.local;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What Converse asks of the messages of a request, whatever is in their blocks. */
final class ConversationRules {
  private static final Set<String> OF_THE_USER = Set.of("toolResult", "guardContent");
  private static final Set<String> OF_THE_MODEL = Set.of("toolUse", "reasoningContent");

  private ConversationRules() {}

  static void require(List<JsonNode> messages) {
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
    String words = ConverseRequest.texts(last.path("content"), "");
    if (before.equals("assistant") && !words.equals(words.stripTrailing())) {
      throw RefusedException.invalid(
          "The model returned the following errors: messages: final assistant content cannot end with trailing whitespace");
    }
    requireAnsweredTools(messages);
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
      String where = "messages.%d.content.%d".formatted(message, i);
      requireText(content.path(i), where);
      requireRole(content.path(i), role, where);
      document |= content.path(i).has("document");
      media |= content.path(i).has("document") || content.path(i).has("image");
    }
    if (media && role.equals("assistant")) {
      throw RefusedException.invalid(
          "The model returned the following errors: media is allowed in messages of the user only");
    }
    if (document && ConverseRequest.texts(content, "").isEmpty()) {
      throw RefusedException.invalid(
          "A text block must be included when a document is, at messages.%d".formatted(message));
    }
  }

  static void requireText(JsonNode block, String where) {
    if (block.has("text") && block.path("text").asString("").isBlank()) {
      throw RefusedException.invalid(
          "The text field in the ContentBlock object at %s is blank. Add text to the text field, and try again."
              .formatted(where));
    }
  }

  private static void requireRole(JsonNode block, String role, String where) {
    Set<String> ofTheOther = role.equals("user") ? OF_THE_MODEL : OF_THE_USER;
    for (String kind : ofTheOther) {
      if (block.has(kind)) {
        throw RefusedException.invalid(
            "The %s field at %s is not allowed in a message of the role %s."
                .formatted(kind, where, role));
      }
    }
  }

  /** Each use of a tool has its result in the next message, and each result its use. */
  private static void requireAnsweredTools(List<JsonNode> messages) {
    for (int i = 0; i < messages.size(); i++) {
      Set<String> used = i == 0 ? Set.of() : ids(messages.get(i - 1).path("content"), "toolUse");
      Set<String> answered = ids(messages.get(i).path("content"), "toolResult");
      if (!answered.containsAll(used)) {
        throw RefusedException.invalid(
            "Expected toolResult blocks at messages.%d.content for the following Ids: %s"
                .formatted(i, String.join(", ", used)));
      }
      if (!used.containsAll(answered)) {
        throw RefusedException.invalid(
            "The number of toolResult blocks at messages.%d.content exceeds the number of toolUse blocks of previous turn."
                .formatted(i));
      }
    }
  }

  private static Set<String> ids(JsonNode content, String kind) {
    return content
        .valueStream()
        .filter(block -> block.has(kind))
        .map(block -> block.path(kind).path("toolUseId").asString(""))
        .collect(Collectors.toSet());
  }
}
