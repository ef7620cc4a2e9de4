package ai.fileprocessing.local;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** What Bedrock says when a value is not one of those that it knows. */
final class Rules {
  private Rules() {}

  /** The text of a field that must be one of some values. */
  static String oneOf(JsonNode json, String field, List<String> values, String where) {
    String value = json.path(field).asString("");
    if (!values.contains(value)) {
      throw constraint(value, where + "." + field, "Member must satisfy enum value set: " + values);
    }
    return value;
  }

  /** As {@link #oneOf}, for a field that may be left out. */
  static void oneOfIfThere(JsonNode json, String field, List<String> values, String where) {
    if (json.has(field)) {
      oneOf(json, field, values, where);
    }
  }

  /** The name of the only field of an object of which each kind is another field. */
  static String requireOneKind(JsonNode json, String where) {
    if (json.size() != 1) {
      throw RefusedException.invalid(
          "Exactly one kind must be set at %s, and there are %s."
              .formatted(where, json.propertyNames()));
    }
    return json.propertyNames().iterator().next();
  }

  static RefusedException constraint(Object value, String where, String constraint) {
    return RefusedException.invalid(
        "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: %s"
            .formatted(value, where, constraint));
  }
}
