package ai.fileprocessing.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Published schemas in short: each type has its properties with their types, where {@code !} is
 * required, {@code [T]} a list, {@code {T}} a map, {@code #T} another type and {@code |} an
 * alternative.
 */
record Shapes(JsonNode spec) {
  /** Outside of brackets. */
  private static final String ALTERNATIVE = "\\|(?![^\\[]*])(?![^{]*})";

  static Shapes read(String name) {
    try (InputStream in = Shapes.class.getResourceAsStream("/kubernetes/" + name)) {
      return new Shapes(new JsonMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean has(String resource) {
    return spec.path("resources").has(resource);
  }

  Set<String> attributes(String resource) {
    return Set.copyOf(
        spec.path("resources")
            .path(resource)
            .path("attributes")
            .valueStream()
            .map(JsonNode::asString)
            .toList());
  }

  /** What is wrong with it, each with its place. */
  List<String> faults(String resource, JsonNode properties) {
    List<String> faults = new ArrayList<>();
    check(spec.path("resources").path(resource).path("properties"), properties, resource, faults);
    return faults;
  }

  private void check(JsonNode shape, JsonNode value, String place, List<String> faults) {
    for (var property : value.properties()) {
      String at = place + "." + property.getKey();
      if (!shape.has(property.getKey())) {
        faults.add(at + " is unknown");
      } else if (!fits(shape.path(property.getKey()).asString(), property.getValue(), at, faults)) {
        faults.add(at + " is no " + shape.path(property.getKey()).asString());
      }
    }
    for (var property : shape.properties()) {
      if (property.getValue().asString().startsWith("!") && !value.has(property.getKey())) {
        faults.add(place + "." + property.getKey() + " is missing");
      }
    }
  }

  /** Faults inside are told at their own place, unless there are alternatives. */
  private boolean fits(String type, JsonNode value, String place, List<String> faults) {
    if (type.startsWith("!")) {
      return fits(type.substring(1), value, place, faults);
    }
    if (isFunction(value) || type.equals("json")) {
      return true;
    }
    String[] alternatives = type.split(ALTERNATIVE);
    if (alternatives.length > 1) {
      boolean known = Arrays.stream(alternatives).anyMatch(it -> it.contains("#"));
      return Arrays.stream(alternatives)
          // Any value would do.
          .filter(it -> !known || !it.equals("json"))
          .anyMatch(
              it -> {
                List<String> inside = new ArrayList<>();
                return fits(it, value, place, inside) && inside.isEmpty();
              });
    }
    String element = type.substring(1, Math.max(1, type.length() - 1));
    switch (type.charAt(0)) {
      case '[' -> {
        if (!value.isArray()) {
          return false;
        }
        boolean all = true;
        for (JsonNode one : value) {
          all &= fits(element, one, place + "[]", faults);
        }
        return all;
      }
      case '{' -> {
        return value.isObject()
            && value.valueStream().allMatch(one -> fits(element, one, place, faults));
      }
      case '#' -> {
        if (!value.isObject()) {
          return false;
        }
        check(spec.path("types").required(type.substring(1)), value, place, faults);
        return true;
      }
      default -> {
        return switch (type) {
          case "string", "date-time" -> value.isString();
          case "boolean" -> value.isBoolean();
          case "integer" -> value.isIntegralNumber();
          case "number" -> value.isNumber();
          default -> throw new IllegalArgumentException(type);
        };
      }
    }
  }

  /** A function of CloudFormation, whose value is not known here. */
  private static boolean isFunction(JsonNode value) {
    return value.isObject()
        && value.size() == 1
        && value.propertyNames().stream().allMatch(it -> it.equals("Ref") || it.startsWith("Fn::"));
  }
}
