package ai.fileprocessing.inference;

import ai.fileprocessing.platform.Problem;
import ai.fileprocessing.platform.Problem.FieldError;
import com.networknt.schema.ExecutionContextCustomizer;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * What a caller's schema may be: a JSON Schema 2020-12 of bounded size whose root is an object or
 * an array, which leads nowhere outside of itself.
 */
final class SchemaRules {
  /** In bytes; it is in every request to the model, and beside the prompt in the job's row. */
  static final int LARGEST = 32 * 1024;

  /** In objects and arrays within each other; a level of an answer takes two. */
  static final int DEEPEST = 64;

  static final String POINTER = "/output/schema";

  private static final int MOST_ERRORS = 10;
  private static final Set<String> REFERENCES = Set.of("$ref", "$dynamicRef");

  /**
   * More than a schema of this size and depth needs to be checked against the schema of schemas.
   */
  private static final ExecutionContextCustomizer LIMITS =
      (context, schema) ->
          context.executionConfig(it -> it.maxEvaluationSteps(2_000_000).maxEvaluationDepth(800));

  private SchemaRules() {}

  /**
   * Refuses a schema that cannot be used.
   *
   * @throws Problem 422 that names each place in it that is wrong
   */
  static void check(JsonNode schema) {
    if (schema.toString().getBytes(StandardCharsets.UTF_8).length > LARGEST) {
      throw refused("The schema is larger than " + LARGEST + " bytes. Make it smaller.");
    }
    if (depth(schema, 0) > DEEPEST) {
      throw refused("The schema is nested deeper than " + DEEPEST + " levels. Make it flatter.");
    }
    String type = schema.path("type").asString("");
    if (!type.equals("object") && !type.equals("array")) {
      throw refused("The schema's root needs the type object or array, and only one of them.");
    }
    refuse(againstTheSchemaOfSchemas(schema));
    List<FieldError> strays = new ArrayList<>();
    addStrays(schema, schema, "", strays);
    refuse(strays);
    JsonSchema.unusable(schema)
        .ifPresent(
            why -> {
              throw refused("The schema cannot be used: " + why);
            });
  }

  private static int depth(JsonNode node, int above) {
    // Also how deep this method calls itself.
    return above > DEEPEST
        ? above
        : node.valueStream().mapToInt(it -> depth(it, above + 1)).max().orElse(above);
  }

  private static List<FieldError> againstTheSchemaOfSchemas(JsonNode schema) {
    return SchemaRegistry.withDialect(Dialects.getDraft202012())
        .getSchema(SchemaLocation.of(Dialects.getDraft202012().getId()))
        .validate(schema, LIMITS)
        .stream()
        .limit(MOST_ERRORS)
        .map(
            it ->
                new FieldError(
                    POINTER + it.getInstanceLocation(),
                    "Not JSON Schema 2020-12: " + it.getMessage() + "."))
        .toList();
  }

  /**
   * References that lead out of the schema or to nothing, and ids that would give others a base.
   */
  private static void addStrays(JsonNode root, JsonNode node, String at, List<FieldError> strays) {
    if (strays.size() >= MOST_ERRORS) {
      return;
    }
    for (Map.Entry<String, JsonNode> it : node.properties()) {
      String place = at + "/" + it.getKey().replace("~", "~0").replace("/", "~1");
      JsonNode value = it.getValue();
      if (REFERENCES.contains(it.getKey()) && value.isString()) {
        stray(root, value.stringValue())
            .ifPresent(why -> strays.add(new FieldError(POINTER + place, why)));
      } else if (it.getKey().equals("$id") && value.isString() && node != root) {
        strays.add(new FieldError(POINTER + place, "An $id stands only at the schema's root."));
      }
      addStrays(root, value, place, strays);
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      addStrays(root, node.get(i), at + "/" + i, strays);
    }
  }

  private static Optional<String> stray(JsonNode root, String reference) {
    if (!reference.startsWith("#")) {
      return Optional.of(
          "A reference leads only within the schema, such as #/$defs/name; nothing is fetched.");
    }
    try {
      String fragment = URI.create(reference).getFragment();
      return fragment.startsWith("/") && root.at(JsonPointer.compile(fragment)).isMissingNode()
          ? Optional.of("There is nothing in the schema where this reference leads.")
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of("This is not a reference, which is a URI such as #/$defs/name.");
    }
  }

  private static void refuse(List<FieldError> errors) {
    if (!errors.isEmpty()) {
      throw Problem.of(
          422, "SCHEMA_INVALID", "The schema in output.schema cannot be used; see errors.", errors);
    }
  }

  private static Problem refused(String why) {
    return Problem.field(422, "SCHEMA_INVALID", POINTER, why);
  }
}
