package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StructuredOutputTest {
  private static final Traits.StructuredOutput BEST = Traits.StructuredOutput.JSON_SCHEMA;
  private static final String CLOSED = "'type': 'object', 'additionalProperties': false";

  @ParameterizedTest
  @CsvSource({"JSON_SCHEMA,TEXT_FORMAT", "TOOL,TOOL", "NONE,INSTRUCTIONS"})
  void aModelIsHeldToASchemaByTheBestThatItHas(Traits.StructuredOutput best, StructuredOutput way) {
    assertThat(way(best, "{" + CLOSED + "}")).isEqualTo(way);
  }

  @Test
  void whatIsNoObjectIsOnlyAskedFor() {
    assertThat(way(BEST, "{'type': 'array'}")).isEqualTo(StructuredOutput.INSTRUCTIONS);
    assertThat(StructuredOutput.of(ask(null), BEST)).isEqualTo(StructuredOutput.INSTRUCTIONS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'properties': {'a': {'type': 'string', 'format': 'date', 'description': 'd'}}, 'required': ['a']",
        "'properties': {'a': {'type': ['string', 'null'], 'enum': ['x', null]}, 'b': {'const': 1}}",
        "'properties': {'a': {'type': 'array', 'minItems': 1, 'items': {'$ref': '#/$defs/i'}}}, '$defs': {'i': {'type': 'integer'}}",
        "'properties': {'type': {'anyOf': [{'type': 'string'}, {'type': 'null'}]}}"
      })
  void aSchemaOfTheKindThatBedrockTakesGoesItsWay(String more) {
    assertThat(way(BEST, "{" + CLOSED + ", " + more + "}")).isEqualTo(StructuredOutput.TEXT_FORMAT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type': 'object'}",
        "{'type': 'object', 'additionalProperties': true}",
        "{'type': 'object', 'additionalProperties': {'type': 'string'}}",
        "{X, 'properties': {'a': {'type': 'object'}}}",
        "{X, 'properties': {'a': {'type': ['object', 'null']}}}",
        "{X, 'properties': {'a': true}}",
        "{X, 'properties': {'a': {'type': 'integer', 'minimum': 1}}}",
        "{X, 'properties': {'a': {'type': 'string', 'maxLength': 1}}}",
        "{X, 'properties': {'a': {'type': 'string', 'pattern': 'a'}}}",
        "{X, 'properties': {'a': {'type': 'string', 'format': 'regex'}}}",
        "{X, 'properties': {'a': {'type': 'array', 'minItems': 2}}}",
        "{X, 'properties': {'a': {'enum': [{}]}}}",
        "{X, 'properties': {'a': {'const': []}}}",
        "{X, 'properties': {'a': {'oneOf': [{'type': 'string'}]}}}",
        "{X, 'properties': {'a': {'$ref': '#'}}}",
        "{X, 'properties': {'a': {'$ref': '#/$defs/a'}}, '$defs': {'a': {X, 'properties': {'a': {'$ref': '#/$defs/a'}}}}}",
        "{X, 'allOf': [{'$ref': '#/$defs/a'}], '$defs': {'a': {X}}}"
      })
  void aSchemaThatBedrockRefusesGoesToATool(String schema) {
    assertThat(way(BEST, schema.replace("X", CLOSED))).isEqualTo(StructuredOutput.TOOL);
  }

  @Test
  void aSchemaWithMoreChoicesThanBedrockTakesGoesToATool() {
    assertThat(way(BEST, optional(24))).isEqualTo(StructuredOutput.TEXT_FORMAT);
    assertThat(way(BEST, optional(25))).isEqualTo(StructuredOutput.TOOL);
    assertThat(way(BEST, unions(16))).isEqualTo(StructuredOutput.TEXT_FORMAT);
    assertThat(way(BEST, unions(17))).isEqualTo(StructuredOutput.TOOL);
  }

  @Test
  @Timeout(5)
  void aSchemaThatDoublesWithEachReferenceGoesToATool() {
    StringBuilder defs = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      String next = "{'$ref': '#/$defs/d" + (i + 1) + "'}";
      defs.append("'d" + i + "': {" + CLOSED + ", 'required': ['a', 'b'], 'properties': ");
      defs.append("{'a': " + next + ", 'b': " + next + "}}, ");
    }

    assertThat(way(BEST, "{" + CLOSED + ", '$defs': {" + defs + "'d50': {'type': 'string'}}}"))
        .isEqualTo(StructuredOutput.TOOL);
  }

  private static String optional(int properties) {
    StringBuilder schema = new StringBuilder("{" + CLOSED + ", 'properties': {");
    for (int i = 0; i < properties; i++) {
      schema.append(i == 0 ? "" : ", ").append("'p" + i + "': {'type': 'string'}");
    }
    return schema + "}}";
  }

  private static String unions(int properties) {
    StringBuilder schema = new StringBuilder("{" + CLOSED + ", 'required': [");
    StringBuilder types = new StringBuilder();
    for (int i = 0; i < properties; i++) {
      schema.append(i == 0 ? "" : ", ").append("'p" + i + "'");
      types.append(i == 0 ? "" : ", ").append("'p" + i + "': {'type': ['string', 'null']}");
    }
    return schema + "], 'properties': {" + types + "}}";
  }

  private static StructuredOutput way(Traits.StructuredOutput best, String schema) {
    return StructuredOutput.of(ask(JsonMapper.shared().readTree(schema.replace('\'', '"'))), best);
  }

  private static Ask ask(JsonNode schema) {
    return new Ask(
        "model", new Parameters(9, null, null, null), "p", new Output(Output.Format.JSON, schema));
  }
}
