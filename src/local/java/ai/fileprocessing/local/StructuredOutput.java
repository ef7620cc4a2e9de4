package ai.fileprocessing.local;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * That a request is to be answered with JSON: as its text, or as the input of a tool that the model
 * must use.
 *
 * @param tool the tool's name; empty for text
 * @param schema what the JSON is to look like
 */
record StructuredOutput(Optional<String> tool, JsonNode schema) {

  static Optional<StructuredOutput> of(JsonNode body) {
    JsonNode choice = body.at("/toolConfig/toolChoice");
    if (choice.has("tool") || choice.has("any")) {
      String name = choice.path("tool").path("name").asString("");
      return body.at("/toolConfig/tools")
          .valueStream()
          .map(tool -> tool.path("toolSpec"))
          .filter(tool -> tool.has("name"))
          .filter(tool -> name.isEmpty() || tool.path("name").asString("").equals(name))
          .findFirst()
          .map(
              tool ->
                  new StructuredOutput(
                      Optional.of(tool.path("name").asString("")), tool.at("/inputSchema/json")));
    }
    JsonNode format = body.at("/outputConfig/textFormat");
    return format.isMissingNode()
        ? Optional.empty()
        : Optional.of(new StructuredOutput(Optional.empty(), OutputRules.schema(format)));
  }
}
