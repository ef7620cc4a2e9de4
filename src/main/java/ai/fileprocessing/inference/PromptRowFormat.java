package ai.fileprocessing.inference;

import ai.fileprocessing.platform.Row;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How saved prompts look as rows. A prompt is one row in a place of its own, and only that row says
 * what it is and who sees it. An entry in the list of its owner, and one in that of its group, lead
 * to it.
 */
final class PromptRowFormat {
  static final String ID = "prompt_id";

  private static final String PLACE = "place";
  private static final String GROUP = "shared_with";

  private PromptRowFormat() {}

  static Map<String, AttributeValue> key(String promptId) {
    return key("prompt/" + promptId, promptId);
  }

  /** Where the number of a user's prompts is kept. */
  static Map<String, AttributeValue> countOf(String userId) {
    return key("count/" + userId, "count");
  }

  /** An entry of a list is nothing but its key. */
  static Map<String, AttributeValue> entry(String list, SavedPrompt prompt) {
    return key(list, prompt.promptId());
  }

  static String listOf(String userId) {
    return "user/" + userId;
  }

  static String listOfGroup(String group) {
    return "group/" + group;
  }

  static Map<String, AttributeValue> row(SavedPrompt prompt) {
    Row row =
        new Row(key(prompt.promptId()))
            .text("name", prompt.name())
            .text("prompt", prompt.prompt())
            .text("user_id", prompt.userId())
            .number("version", prompt.version())
            .number("created_at", prompt.createdAt())
            .number("updated_at", prompt.updatedAt());
    return prompt.group() == null ? row.values() : row.text(GROUP, prompt.group()).values();
  }

  static SavedPrompt prompt(Map<String, AttributeValue> values) {
    Row row = new Row(values);
    return new SavedPrompt(
        row.text(ID),
        row.text("name"),
        row.text("prompt"),
        row.text("user_id"),
        row.optionalText(GROUP).orElse(null),
        row.number("version"),
        row.number("created_at"),
        row.number("updated_at"));
  }

  private static Map<String, AttributeValue> key(String place, String id) {
    return new Row().text(PLACE, place).text(ID, id).values();
  }
}
