package ai.fileprocessing.inference;

import ai.fileprocessing.platform.ConfigurationException;
import ai.fileprocessing.platform.Json;
import ai.fileprocessing.platform.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the operator knows better than {@link ModelFamilies}: a JSON object with an object per model
 * id, in the shape that {@code GET /models} shows. What is named replaces the table's (RFC 7396,
 * JSON Merge Patch), and {@code family} chooses the row that the rest is taken from.
 */
final class ModelOverrides {
  static final String KEY = "inference.model.overrides";

  private static final JsonMapper JSON = Json.strict();

  private ModelOverrides() {}

  /**
   * The traits of every model, changed by the overrides.
   *
   * @throws ConfigurationException for what is no such object, names a model that is not offered,
   *     or has a field that is unknown or wrong
   */
  static Map<String, Traits> over(List<String> models, String overrides) {
    Map<String, Traits> traits = new HashMap<>();
    models.forEach(id -> traits.put(id, ModelFamilies.of(id)));
    parsed(overrides)
        .properties()
        .forEach(
            override -> {
              String id = override.getKey();
              if (!traits.containsKey(id)) {
                throw Settings.wrong(KEY, "names '" + id + "', which inference.models lacks");
              }
              traits.put(id, changed(id, override.getValue()));
            });
    return Map.copyOf(traits);
  }

  private static JsonNode parsed(String overrides) {
    try {
      JsonNode parsed = JSON.readTree(overrides);
      if (parsed.isObject()) {
        return parsed;
      }
    } catch (JacksonException e) {
      throw Settings.wrong(
          KEY,
          "is not well-formed JSON (line %d, column %d)"
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    }
    throw Settings.wrong(KEY, "is not a JSON object");
  }

  private static Traits changed(String id, JsonNode override) {
    if (!override.isObject()) {
      throw Settings.wrong(KEY, "has no JSON object for '" + id + "'");
    }
    ObjectNode merged = JSON.valueToTree(base(id, override.path("family")));
    merge(merged, override);
    try {
      return JSON.treeToValue(merged, Traits.class);
    } catch (UnrecognizedPropertyException e) {
      throw Settings.wrong(
          KEY,
          "has the unknown field %s for '%s'; known there: %s"
              .formatted(
                  path(e),
                  id,
                  e.getKnownPropertyIds().stream()
                      .map(String::valueOf)
                      .sorted()
                      .collect(Collectors.joining(", "))));
    } catch (JacksonException e) {
      throw Settings.wrong(
          KEY, "has a wrong value in %s for '%s'%s".formatted(path(e), id, rule(e)));
    }
  }

  private static Traits base(String id, JsonNode family) {
    if (family.isMissingNode()) {
      return ModelFamilies.of(id);
    }
    return ModelFamilies.named(family.asString(""))
        .orElseThrow(
            () ->
                Settings.wrong(
                    KEY,
                    "has an unknown family for '%s'; known: %s"
                        .formatted(id, String.join(", ", ModelFamilies.names()))));
  }

  private static void merge(ObjectNode into, JsonNode patch) {
    patch
        .properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              if (value.isNull()) {
                into.remove(field.getKey());
              } else if (value.isObject() && into.get(field.getKey()) instanceof ObjectNode inner) {
                merge(inner, value);
              } else {
                into.set(field.getKey(), value);
              }
            });
  }

  private static String path(JacksonException fault) {
    return fault.getPath().isEmpty()
        ? "its object"
        : fault.getPath().stream()
            .map(it -> it.getIndex() >= 0 ? "" + it.getIndex() : it.getPropertyName())
            .collect(Collectors.joining("."));
  }

  /** The rule of {@link Traits} that was broken; the library's own words name our classes. */
  private static String rule(JacksonException fault) {
    return fault.getCause() instanceof IllegalArgumentException broken
        ? ": " + broken.getMessage()
        : "";
  }
}
