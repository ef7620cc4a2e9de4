package ai.fileprocessing.inference;

import static ai.fileprocessing.platform.TestFloor.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Output.Format;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OutputRulesTest {
  @Test
  void whoAsksForNothingGetsPlainText() {
    assertThat(OutputRules.complete(Optional.empty())).isEqualTo(Output.TEXT);
  }

  @Test
  void jsonNeedsNoSchema() {
    Output json = new Output(Format.JSON, null);

    assertThat(OutputRules.complete(Optional.of(json))).isEqualTo(json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TEXT", "MARKDOWN"})
  void onlyJsonTakesASchema(Format format) {
    assertProblem(
        () -> complete(format, read("{'type': 'object'}")), 422, "FIELD_INVALID", "/output/schema");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type': 'object'}",
        "{'type': 'array', 'items': {'type': 'string', 'format': 'date', 'pattern': '^[0-9-]{10}$'}}",
        "{'$schema': 'https://json-schema.org/draft/2020-12/schema', '$id': 'https://e.example/a', 'type': 'object', '$defs': {'a': {'type': 'string'}}, 'properties': {'b': {'$ref': '#/$defs/a'}}}",
        "{'type': 'object', 'properties': {'$ref': {'type': 'string'}, 'children': {'items': {'$ref': '#'}}}}",
        "{'type': 'object', '$defs': {'a b/c': {'type': 'string'}}, 'properties': {'x': {'$ref': '#/$defs/a%20b~1c'}}}",
        "{'type': 'object', '$defs': {'a': {'$anchor': 'here'}}, 'properties': {'x': {'$ref': '#here'}}}",
        "{'type': 'object', 'x-mine': 1, 'unevaluatedProperties': false, 'if': {'required': ['a']}, 'then': {'required': ['b']}}"
      })
  void aSchemaThatCanBeUsedIsTaken(String schema) {
    assertThat(complete(Format.JSON, read(schema)).schema()).isEqualTo(read(schema));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true | /output/schema",
        "5 | /output/schema",
        "[] | /output/schema",
        "{} | /output/schema",
        "{'type': 'string'} | /output/schema",
        "{'type': ['object', 'array']} | /output/schema",
        "{'$ref': '#/$defs/a', '$defs': {'a': {'type': 'object'}}} | /output/schema",
        "{'type': 'object', 'properties': {'a/b': {'minimum': 'x'}}} | /output/schema/properties/a~1b/minimum",
        "{'type': 'object', 'multipleOf': 1e400} | /output/schema/multipleOf",
        "{'type': 'object', 'required': 'a'} | /output/schema/required",
        "{'type': 'object', 'allOf': []} | /output/schema/allOf",
        "{'type': 'object', 'properties': {'a': {'$ref': 'http://127.0.0.1/x'}}} | /output/schema/properties/a/$ref",
        "{'type': 'object', '$defs': {'a': {'$ref': 'classpath:draft-07'}}} | /output/schema/$defs/a/$ref",
        "{'type': 'object', 'anyOf': [{'$dynamicRef': 'file:///etc/passwd'}]} | /output/schema/anyOf/0/$dynamicRef",
        "{'type': 'object', 'properties': {'a': {'$ref': '#/$defs/a'}}} | /output/schema/properties/a/$ref",
        "{'type': 'object', 'properties': {'a': {'$ref': '#/%'}}} | /output/schema/properties/a/$ref",
        "{'type': 'object', 'properties': {'a': {'$id': 'https://e.example/b'}}} | /output/schema/properties/a/$id",
        "{'type': 'object', '$schema': 'http://json-schema.org/draft-07/schema#'} | /output/schema",
        "{'type': 'object', '$ref': '#'} | /output/schema",
        "{'type': 'object', '$ref': '#nowhere'} | /output/schema",
        "{'type': 'object', 'properties': {'a': {'pattern': '('}}} | /output/schema",
        "{'type': 'object', 'properties': {'a': {'pattern': '(?=a)'}}} | /output/schema",
        "{'type': 'object', 'patternProperties': {'((a{1000}){1000}){1000}': {}}} | /output/schema"
      })
  void aSchemaThatCannotBeUsedIsRefusedByItsPlace(String schema, String pointer) {
    assertProblem(() -> complete(Format.JSON, read(schema)), 422, "SCHEMA_INVALID", pointer);
  }

  @Test
  void aSchemaIsBounded() {
    String most = "{'type': 'object', 'title': '" + "x".repeat(32_768 - 29) + "'}";
    assertThat(complete(Format.JSON, read(most.replace(" ", ""))).schema().isObject()).isTrue();

    assertRefused("{'type': 'object', 'title': '" + "\u00fc".repeat(20_000) + "'}");
    assertRefused(nested(100));
    assertThat(complete(Format.JSON, read(nested(31))).schema().isObject()).isTrue();
  }

  @Test
  @Timeout(10)
  void aSchemaThatDoublesItselfWithEachStepIsRefusedSoon() {
    StringBuilder schema = new StringBuilder("{'type': 'object', '$ref': '#/$defs/d0', '$defs': {");
    for (int i = 0; i < 60; i++) {
      String next = "{'$ref': '#/$defs/d" + (i + 1) + "'}";
      schema.append("'d" + i + "': {'allOf': [" + next + ", " + next + "]}, ");
    }

    assertRefused(schema + "'d60': {}}}");
  }

  private static String nested(int levels) {
    return "{'type':'object','properties':{'a':".repeat(levels) + "{}" + "}}".repeat(levels);
  }

  private static void assertRefused(String schema) {
    assertProblem(
        () -> complete(Format.JSON, read(schema)), 422, "SCHEMA_INVALID", "/output/schema");
  }

  private static Output complete(Format format, JsonNode schema) {
    return OutputRules.complete(Optional.of(new Output(format, schema)));
  }

  private static JsonNode read(String json) {
    return JsonMapper.shared().readTree(json.replace('\'', '"'));
  }
}
