package ai.fileprocessing.inference;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.PathType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Checks values against a caller's schema, with bounded work whatever the schema and the value:
 * schemas can repeat themselves without end, and patterns can backtrack. {@code format} says
 * something and checks nothing, as in JSON Schema 2020-12 by default. Nothing is ever fetched.
 */
final class JsonSchema {
  /** Enough for an answer of some 600 KB; about a tenth of a second. */
  private static final long STEPS = 250_000;

  /** In subschemas within each other; a level of a value takes two or three. */
  private static final int DEPTH = 200;

  private static final int MOST_VIOLATIONS = 5;
  private static final int LONGEST_VIOLATION = 200;

  /** What a check found. */
  sealed interface Check {
    /** The value is as the schema wants it. */
    record Valid() implements Check {}

    /**
     * It is not.
     *
     * @param violations the first few, each with its place; never the values themselves
     */
    record Invalid(List<String> violations) implements Check {}

    /** It is not known, because the schema cannot be used or asks for too much work. */
    record Undecided(String why) implements Check {}
  }

  private JsonSchema() {}

  /** Why a schema can be used for nothing, not even for the emptiest value of its kind. */
  static Optional<String> unusable(JsonNode schema) {
    JsonNode empty =
        schema.path("type").asString("").equals("array")
            ? JsonNodeFactory.instance.arrayNode()
            : JsonNodeFactory.instance.objectNode();
    return check(schema, empty) instanceof Check.Undecided undecided
        ? Optional.of(undecided.why())
        : Optional.empty();
  }

  static Check check(JsonNode schema, JsonNode value) {
    try {
      Schema compiled = registry().getSchema(schema);
      compiled.initializeValidators();
      List<Error> errors = compiled.validate(value);
      return errors.isEmpty()
          ? new Check.Valid()
          : new Check.Invalid(
              errors.stream().limit(MOST_VIOLATIONS).map(JsonSchema::violation).toList());
    } catch (ValidationLimitExceededException e) {
      return new Check.Undecided("it repeats itself too often or without end.");
    } catch (SchemaPatterns.RefusedException e) {
      return new Check.Undecided(e.getMessage());
    } catch (SchemaException e) {
      return new Check.Undecided(
          patternRefused(e).orElse("a reference or dialect in it is not known here."));
    }
  }

  /** The library wraps what a pattern is refused with. */
  private static Optional<String> patternRefused(SchemaException fault) {
    return Stream.iterate(fault, it -> it != null, Throwable::getCause)
        .filter(SchemaPatterns.RefusedException.class::isInstance)
        .map(Throwable::getMessage)
        .findFirst();
  }

  /** One for each check, so that its patterns share one allowance and nothing stays behind. */
  private static SchemaRegistry registry() {
    SchemaRegistryConfig config =
        SchemaRegistryConfig.builder()
            .locale(Locale.ROOT)
            .pathType(PathType.JSON_POINTER)
            .formatAssertionsEnabled(false)
            .regularExpressionFactory(new SchemaPatterns())
            .executionContextCustomizer(
                (context, schema) ->
                    context.executionConfig(
                        it -> it.maxEvaluationSteps(STEPS).maxEvaluationDepth(DEPTH)))
            .build();
    return SchemaRegistry.withDialect(
        Dialects.getDraft202012(),
        it ->
            it.schemaCacheEnabled(false)
                .schemaLoader(loader -> loader.block(iri -> true))
                .schemaRegistryConfig(config));
  }

  private static String violation(Error error) {
    String place = error.getInstanceLocation().toString();
    String violation = (place.isEmpty() ? "the whole" : place) + ": " + error.getMessage();
    return violation.length() <= LONGEST_VIOLATION
        ? violation
        : violation.substring(0, LONGEST_VIOLATION - 1) + "\u2026";
  }
}
