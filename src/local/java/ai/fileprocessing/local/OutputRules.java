package ai.fileprocessing.local;

import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Converse asks of tools and of the format of the answer. */
final class OutputRules {
  private static final Pattern TOOL = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
  private static final String REFUSED = "The model returned the following errors: ";

  private OutputRules() {}

  static void require(ConverseLimits limits, JsonNode body) {
    requireTools(body);
    JsonNode format = body.at("/outputConfig/textFormat");
    if (!format.isMissingNode()) {
      if (!limits.textFormat()) {
        throw RefusedException.invalid(
            "This model doesn't support the outputConfig.textFormat field. Remove outputConfig.textFormat and try again.");
      }
      Rules.oneOf(format, "type", List.of("json_schema"), "outputConfig.textFormat");
      SchemaRules.require(schema(format), "output_config.format.schema");
    }
  }

  /** The schema of a text format, which travels as a text. */
  static JsonNode schema(JsonNode textFormat) {
    String schema = textFormat.path("structure").path("jsonSchema").path("schema").asString("");
    try {
      JsonNode json = JsonMapper.shared().readTree(schema);
      if (json.isObject()) {
        return json;
      }
    } catch (JacksonException e) {
      throw notASchema();
    }
    throw notASchema();
  }

  private static RefusedException notASchema() {
    return RefusedException.invalid(
        "The schema at outputConfig.textFormat.structure.jsonSchema.schema is not valid JSON. Provide a JSON schema and try again.");
  }

  private static void requireTools(JsonNode body) {
    JsonNode config = body.path("toolConfig");
    if (config.isMissingNode()) {
      if (usesTools(body)) {
        throw RefusedException.invalid(
            "The toolConfig field must be defined when using toolUse and toolResult content blocks.");
      }
      return;
    }
    JsonNode tools = config.path("tools");
    if (tools.isEmpty()) {
      throw Rules.constraint(
          tools, "toolConfig.tools", "Member must have length greater than or equal to 1");
    }
    for (int i = 0; i < tools.size(); i++) {
      requireTool(tools.path(i), "toolConfig.tools." + i);
    }
    JsonNode choice = config.path("toolChoice");
    if (!choice.isMissingNode()) {
      String kind = Rules.requireOneKind(choice, "toolConfig.toolChoice");
      String name = choice.path("tool").path("name").asString("");
      boolean known =
          tools
              .valueStream()
              .anyMatch(tool -> tool.path("toolSpec").path("name").asString("").equals(name));
      if (kind.equals("tool") && !known) {
        throw RefusedException.invalid(
            REFUSED + "tool_choice: Tool '%s' not found in provided tools".formatted(name));
      }
    }
  }

  private static void requireTool(JsonNode tool, String where) {
    if (!Rules.requireOneKind(tool, where).equals("toolSpec")) {
      return;
    }
    JsonNode specification = tool.path("toolSpec");
    String name = specification.path("name").asString("");
    if (!TOOL.matcher(name).matches()) {
      throw Rules.constraint(
          name,
          where + ".toolSpec.name",
          "Member must satisfy regular expression pattern: " + TOOL);
    }
    if (specification.has("description")
        && specification.path("description").asString("").isEmpty()) {
      throw Rules.constraint(
          "",
          where + ".toolSpec.description",
          "Member must have length greater than or equal to 1");
    }
    JsonNode schema = specification.at("/inputSchema/json");
    if (!schema.path("type").asString("").equals("object")) {
      throw RefusedException.invalid(
          "The value at %s.toolSpec.inputSchema.json.type must be one of the following: object."
              .formatted(where));
    }
    if (specification.path("strict").asBoolean(false)) {
      SchemaRules.require(schema, where + ".custom.input_schema");
    }
  }

  private static boolean usesTools(JsonNode body) {
    return body.path("messages")
        .valueStream()
        .flatMap(message -> message.path("content").valueStream())
        .anyMatch(block -> block.has("toolUse") || block.has("toolResult"));
  }
}
