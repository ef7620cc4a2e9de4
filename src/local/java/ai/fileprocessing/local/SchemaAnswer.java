package ai.fileprocessing.local;

import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON that conforms to a schema of the simple kind: types, properties, items, enumerations,
 * constants, bounds, references within it and alternatives, of which it takes the first. A text
 * without rules of its own is the extract.
 */
final class SchemaAnswer {
  /** How deep a schema that refers to itself is followed. */
  private static final int DEEPEST = 12;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final JsonNode root;
  private final String extract;

  SchemaAnswer(JsonNode schema, String extract) {
    this.root = schema;
    this.extract = extract;
  }

  JsonNode right() {
    return value(root, 0);
  }

  /** The same, but one thing in it is not as the schema demands. */
  JsonNode wrong() {
    JsonNode right = right();
    if (right instanceof ObjectNode object && !object.isEmpty()) {
      JsonNode required = root.path("required");
      String name =
          required.isEmpty()
              ? object.propertyNames().iterator().next()
              : required.path(0).asString("");
      return required.isEmpty()
          ? object.set(name, ofAnotherType(object.path(name)))
          : object.without(name);
    }
    return ofAnotherType(right);
  }

  private static JsonNode ofAnotherType(JsonNode value) {
    return value.isArray() ? JSON.objectNode() : JSON.arrayNode();
  }

  private JsonNode value(JsonNode schema, int depth) {
    if (schema.has("const")) {
      return schema.path("const");
    }
    if (schema.has("enum")) {
      return schema.path("enum").path(0);
    }
    if (schema.has("$ref")) {
      return depth > DEEPEST
          ? JSON.nullNode()
          : value(root.at(schema.path("$ref").asString("#").substring(1)), depth + 1);
    }
    for (String alternatives : Set.of("anyOf", "oneOf")) {
      if (schema.has(alternatives)) {
        return value(schema.path(alternatives).path(0), depth + 1);
      }
    }
    return switch (type(schema)) {
      case "object" -> object(schema, depth);
      case "array" -> array(schema, depth);
      case "boolean" -> JSON.booleanNode(true);
      case "integer", "number" -> number(schema);
      case "null" -> JSON.nullNode();
      default -> JSON.stringNode(text(schema));
    };
  }

  private static String type(JsonNode schema) {
    JsonNode type = schema.path("type");
    if (type.isArray()) {
      return type.path(0).asString("");
    }
    return type.asString(
        schema.has("properties") ? "object" : schema.has("items") ? "array" : "string");
  }

  /** With everything that it may hold; below a certain depth only with what it must hold. */
  private ObjectNode object(JsonNode schema, int depth) {
    ObjectNode object = JSON.objectNode();
    Set<String> required = new TreeSet<>();
    schema.path("required").forEach(name -> required.add(name.asString("")));
    for (var property : schema.path("properties").properties()) {
      if (depth < DEEPEST || required.contains(property.getKey())) {
        object.set(property.getKey(), value(property.getValue(), depth + 1));
      }
    }
    required.stream().filter(name -> !object.has(name)).forEach(name -> object.put(name, extract));
    return object;
  }

  private ArrayNode array(JsonNode schema, int depth) {
    ArrayNode array = JSON.arrayNode();
    int most = schema.path("maxItems").asInt(Integer.MAX_VALUE);
    int items = Math.min(most, schema.path("minItems").asInt(depth < DEEPEST ? 1 : 0));
    for (int i = 0; i < items; i++) {
      array.add(value(schema.path("items"), depth + 1));
    }
    return array;
  }

  private static JsonNode number(JsonNode schema) {
    double least = schema.path("minimum").asDouble(0);
    if (schema.has("exclusiveMinimum")) {
      least = Math.floor(schema.path("exclusiveMinimum").asDouble(0)) + 1;
    } else if (!schema.has("minimum")) {
      least = Math.min(0, schema.path("maximum").asDouble(0));
    }
    return type(schema).equals("integer") || least == Math.rint(least)
        ? JSON.numberNode((long) Math.ceil(least))
        : JSON.numberNode(least);
  }

  private String text(JsonNode schema) {
    int most = schema.path("maxLength").asInt(Integer.MAX_VALUE);
    String text = extract.length() > most ? extract.substring(0, most) : extract;
    int missing = schema.path("minLength").asInt(0) - text.length();
    return missing > 0 ? text + ".".repeat(missing) : text;
  }
}
