package ai.fileprocessing.inference;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * Whether a schema is one of those that Bedrock can hold a model to; it refuses the request
 * otherwise (Amazon Bedrock User Guide, "Get validated JSON results from models"; Claude's
 * documentation, "Structured outputs", on JSON Schema limitations and schema complexity).
 */
final class BedrockSchema {
  private static final Set<String> SILENT =
      Set.of("$schema", "$comment", "title", "description", "default", "type", "required");
  private static final Set<String> FORMATS =
      Set.of(
          "date-time",
          "time",
          "date",
          "duration",
          "email",
          "hostname",
          "uri",
          "ipv4",
          "ipv6",
          "uuid");

  /** References can make a small schema endlessly large. */
  private static final int MOST_VISITS = 1_000;

  private static final int MOST_OPTIONAL = 24;
  private static final int MOST_UNIONS = 16;

  private final JsonNode root;
  private final Set<JsonNode> above = new HashSet<>();
  private int visits;
  private int optional;
  private int unions;

  private BedrockSchema(JsonNode root) {
    this.root = root;
  }

  static boolean isOne(JsonNode schema) {
    return new BedrockSchema(schema).fits(schema);
  }

  /** Follows references, so that one that leads back to itself is found. */
  private boolean fits(JsonNode schema) {
    visits++;
    if (visits > MOST_VISITS || !schema.isObject() || !above.add(schema)) {
      return false;
    }
    boolean fits =
        schema.properties().stream().allMatch(it -> fits(it.getKey(), it.getValue()))
            && isClosed(schema)
            && isSimple(schema);
    above.remove(schema);
    return fits;
  }

  private boolean fits(String keyword, JsonNode value) {
    return switch (keyword) {
      case "properties", "$defs", "definitions" ->
          value.properties().stream().map(Map.Entry::getValue).allMatch(this::fits);
      case "items" -> fits(value);
      case "anyOf" -> value.valueStream().allMatch(this::fits);
      case "allOf" -> value.valueStream().allMatch(it -> !it.has("$ref") && fits(it));
      case "$ref" -> referenceFits(value.stringValue());
      case "enum" -> value.valueStream().noneMatch(JsonNode::isContainer);
      case "const" -> !value.isContainer();
      case "format" -> FORMATS.contains(value.asString(""));
      case "minItems" -> value.isIntegralNumber() && value.asInt() <= 1;
      case "additionalProperties" -> value.isBoolean() && !value.booleanValue();
      default -> SILENT.contains(keyword);
    };
  }

  private boolean referenceFits(String reference) {
    return reference.startsWith("#/") && fits(root.at(JsonPointer.compile(reference.substring(1))));
  }

  private static boolean isClosed(JsonNode schema) {
    return types(schema).noneMatch("object"::equals) || schema.has("additionalProperties");
  }

  private boolean isSimple(JsonNode schema) {
    long required = schema.path("required").size();
    optional += (int) Math.max(0, schema.path("properties").size() - required);
    unions += schema.has("anyOf") || schema.path("type").size() > 1 ? 1 : 0;
    return optional <= MOST_OPTIONAL && unions <= MOST_UNIONS;
  }

  private static Stream<String> types(JsonNode schema) {
    JsonNode type = schema.path("type");
    return Stream.concat(Stream.of(type), type.valueStream())
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue);
  }
}
