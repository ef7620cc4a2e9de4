package ai.fileprocessing.inference;

import ai.fileprocessing.inference.JsonSchema.Check;
import ai.fileprocessing.platform.Json;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An answer's JSON, found in its text and held against what was asked for. */
final class AnswerJson {
  private static final String FENCE = "```";
  private static final JsonMapper MAPPER = Json.strict();

  private AnswerJson() {}

  /** The text without white space and a code fence around it. */
  static String bare(String text) {
    String bare = text.strip();
    int line = bare.indexOf('\n');
    if (!bare.startsWith(FENCE) || !bare.endsWith(FENCE) || line < 0) {
      return bare;
    }
    return bare.substring(line, bare.length() - FENCE.length()).strip();
  }

  /** Whether a bare text is what a job asked for. */
  static Check check(String bare, JsonNode schema) {
    JsonNode json;
    try {
      json = MAPPER.readTree(bare);
    } catch (JacksonException e) {
      return new Check.Invalid(List.of("it is not one JSON value" + where(e.getLocation())));
    }
    if (json.valueStream().anyMatch(AnswerJson::isBeyond)) {
      return new Check.Invalid(List.of("a number in it is larger than any that can be checked"));
    }
    if (!json.isContainer()) {
      return new Check.Invalid(List.of("it is neither a JSON object nor an array"));
    }
    return schema == null ? new Check.Valid() : JsonSchema.check(schema, json);
  }

  /** Larger than a double, it is infinite, which keeps to every bound that is no number. */
  private static boolean isBeyond(JsonNode value) {
    return value.isContainer()
        ? value.valueStream().anyMatch(AnswerJson::isBeyond)
        : value.isDouble() && Double.isInfinite(value.doubleValue());
  }

  private static String where(TokenStreamLocation at) {
    return at == null || at.getLineNr() < 1
        ? ""
        : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
  }
}
