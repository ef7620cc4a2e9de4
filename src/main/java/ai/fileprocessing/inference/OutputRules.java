package ai.fileprocessing.inference;

import ai.fileprocessing.platform.Json;
import ai.fileprocessing.platform.Problem;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Which form a caller may ask for. */
final class OutputRules {
  private static final JsonMapper MAPPER = Json.strict();

  private OutputRules() {}

  /**
   * The request's, or plain text.
   *
   * @throws Problem 422 for a schema without JSON, or one that cannot be used
   */
  static Output complete(Optional<Output> wanted) {
    Output output = wanted.orElse(Output.TEXT);
    if (output.schema() == null) {
      return output;
    }
    if (output.format() != Output.Format.JSON) {
      throw Problem.field(
          422, "FIELD_INVALID", SchemaRules.POINTER, "Only the format json takes a schema.");
    }
    // As it will be read from its row: a number that is too large is none any more.
    JsonNode schema = MAPPER.readTree(MAPPER.writeValueAsString(output.schema()));
    SchemaRules.check(schema);
    return new Output(output.format(), schema);
  }
}
