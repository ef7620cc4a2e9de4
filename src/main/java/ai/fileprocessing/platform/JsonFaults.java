package ai.fileprocessing.platform;

import ai.fileprocessing.platform.Problem.FieldError;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * Says in the client's words what is wrong with its JSON. The library's own words name our classes;
 * they stay inside.
 */
public final class JsonFaults {
  private JsonFaults() {}

  /** The problem behind a failure to read JSON. */
  public static Problem problem(JacksonException fault) {
    if (fault instanceof UnrecognizedPropertyException unknown) {
      return unknown(
          pointer(unknown),
          unknown.getKnownPropertyIds() == null ? List.of() : unknown.getKnownPropertyIds());
    }
    if (fault instanceof InputCoercionException tooLarge) {
      return Problem.field(
          400, "FIELD_TYPE", pointer(tooLarge), "This number is larger than any that fits here.");
    }
    if (fault instanceof MismatchedInputException mismatch && mismatch.getPath().isEmpty()) {
      return Problem.of(
          400,
          "JSON_INVALID",
          "The body is not one JSON object as this call takes it, with nothing behind it.");
    }
    if (fault instanceof MismatchedInputException mismatch) {
      return mistyped(pointer(mismatch), kind(mismatch));
    }
    if (fault instanceof DatabindException bind
        && !(fault.getCause() instanceof StreamReadException)) {
      return Problem.field(
          400, "FIELD_TYPE", pointer(bind), "This value cannot be read. See the API description.");
    }
    if (fault instanceof StreamConstraintsException
        || fault.getCause() instanceof StreamConstraintsException) {
      return Problem.of(
          400,
          "JSON_INVALID",
          "The body has a text, a number or a nesting that is longer or deeper than any that is taken.");
    }
    return Problem.of(400, "JSON_INVALID", "The body is not well-formed JSON" + where(fault) + ".");
  }

  /** The problem of a field that does not exist. */
  public static Problem unknown(String pointer, Collection<?> known) {
    return Problem.field(
        400,
        "FIELD_UNKNOWN",
        pointer,
        "This field does not exist here. Known fields: "
            + known.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "))
            + ".");
  }

  /** The problem of a value that is of another type. */
  public static Problem mistyped(String pointer, String expected) {
    return Problem.field(
        400,
        "FIELD_TYPE",
        pointer,
        "This value is missing or has the wrong type; expected " + expected + ".");
  }

  static <T> void refuseViolations(Set<ConstraintViolation<T>> violations) {
    if (violations.isEmpty()) {
      return;
    }
    List<FieldError> errors =
        violations.stream()
            .map(it -> new FieldError(pointer(it.getPropertyPath()), it.getMessage()))
            .sorted(Comparator.comparing(FieldError::pointer).thenComparing(FieldError::detail))
            .toList();
    throw Problem.of(
        422,
        "FIELD_INVALID",
        errors.size() == 1
            ? errors.get(0).detail()
            : errors.size() + " fields are invalid; see errors.",
        errors);
  }

  /** The pointer to a field of the body itself (RFC 6901). */
  public static String pointer(String field) {
    return "/" + escaped(field);
  }

  private static String pointer(JacksonException fault) {
    return fault.getPath().stream()
        .map(it -> pointer(it.getIndex() >= 0 ? "" + it.getIndex() : it.getPropertyName()))
        .collect(Collectors.joining());
  }

  private static String pointer(Path path) {
    StringBuilder pointer = new StringBuilder();
    for (Path.Node node : path) {
      if (node.getIndex() != null) {
        pointer.append('/').append(node.getIndex());
      }
      if (node.getKey() != null) {
        pointer.append('/').append(escaped(node.getKey().toString()));
      }
      if (node.getName() != null && !node.getName().startsWith("<")) {
        pointer.append('/').append(Json.fieldName(node.getName()));
      }
    }
    return pointer.toString();
  }

  private static String escaped(String token) {
    return String.valueOf(token).replace("~", "~0").replace("/", "~1");
  }

  private static String kind(MismatchedInputException mismatch) {
    Class<?> type = mismatch.getTargetType();
    if (type == null) {
      return "another type";
    }
    if (type.isEnum()) {
      return "one of "
          + java.util.Arrays.stream(type.getEnumConstants())
              .map(Object::toString)
              .collect(Collectors.joining(", "));
    }
    if (type == String.class) {
      return "a string";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "an array";
    }
    if (type == Integer.class || type == int.class || type == Long.class || type == long.class) {
      return "a whole number";
    }
    if (Number.class.isAssignableFrom(type) || type == double.class) {
      return "a number";
    }
    return type == Boolean.class || type == boolean.class ? "true or false" : "an object";
  }

  private static String where(JacksonException fault) {
    var at = fault.getLocation();
    return at == null || at.getLineNr() < 1
        ? ""
        : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
  }
}
