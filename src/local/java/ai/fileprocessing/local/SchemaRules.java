package ai.fileprocessing.local;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The part of JSON Schema that a model can be held to while it writes (Bedrock's user guide, "Get
 * validated JSON results from models"): closed objects, no bounds on numbers and texts, no more
 * than one item demanded of a list. A tool that is not strict has no such rules.
 */
final class SchemaRules {
  private static final List<String> BOUNDS_OF_NUMBERS =
      List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");
  private static final Map<String, List<String>> NOT_SUPPORTED =
      Map.of(
          "number",
          BOUNDS_OF_NUMBERS,
          "integer",
          BOUNDS_OF_NUMBERS,
          "string",
          List.of("minLength", "maxLength"),
          "array",
          List.of("maxItems", "uniqueItems"));

  private SchemaRules() {}

  static void require(JsonNode schema, String where) {
    String type = schema.path("type").asString("");
    if (type.equals("object") && !isClosed(schema)) {
      throw refused(
          where, "For 'object' type, 'additionalProperties' must be explicitly set to false");
    }
    List<String> tooMuch =
        NOT_SUPPORTED.getOrDefault(type, List.of()).stream().filter(schema::has).toList();
    if (!tooMuch.isEmpty()) {
      throw refused(
          where,
          "For '%s' type, properties %s are not supported"
              .formatted(type, String.join(", ", tooMuch)));
    }
    if (schema.path("minItems").asInt(0) > 1) {
      throw refused(
          where, "For 'array' type, 'minItems' values other than 0 or 1 are not supported");
    }
    if (!schema.path("$ref").asString("#").startsWith("#")) {
      throw refused(where, "External $ref is not supported");
    }
    for (String each : List.of("properties", "$defs", "definitions")) {
      schema.path(each).forEach(inner -> require(inner, where));
    }
    for (String each : List.of("anyOf", "allOf", "oneOf")) {
      schema.path(each).forEach(inner -> require(inner, where));
    }
    if (schema.path("items").isObject()) {
      require(schema.path("items"), where);
    }
  }

  private static boolean isClosed(JsonNode schema) {
    JsonNode others = schema.path("additionalProperties");
    return others.isBoolean() && !others.asBoolean();
  }

  private static RefusedException refused(String where, String why) {
    return RefusedException.invalid(
        "The model returned the following errors: " + where + ": " + why);
  }
}
