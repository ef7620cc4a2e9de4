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
  private static final String HAIKU = "global.anthropic.claude-haiku-4-5-20251001-v1:0";
  private static final String CLOSED = "'type': 'object', 'additionalProperties': false";

  @ParameterizedTest
  @CsvSource({
    HAIKU + ",TEXT_FORMAT",
    "eu.anthropic.claude-opus-4-6-v1,TEXT_FORMAT",
    "anthropic.claude-sonnet-4-20250514-v1:0,TOOL",
    "anthropic.claude-3-5-sonnet-20240620-v1:0,TOOL",
    "us.amazon.nova-pro-v1:0,TOOL",
    "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0,TEXT_FORMAT",
    "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc,INSTRUCTIONS",
    "meta.llama3-70b-instruct-v1:0,INSTRUCTIONS"
  })
  void aModelIsHeldToASchemaByTheBestThatItHas(String model, StructuredOutput way) {
    assertThat(StructuredOutput.way(model)).isEqualTo(way);
    assertThat(way(model, "{" + CLOSED + "}")).isEqualTo(way);
  }

  @Test
  void whatIsNoObjectIsOnlyAskedFor() {
    assertThat(way(HAIKU, "{'type': 'array'}")).isEqualTo(StructuredOutput.INSTRUCTIONS);
    assertThat(StructuredOutput.of(ask(HAIKU, null))).isEqualTo(StructuredOutput.INSTRUCTIONS);
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
    assertThat(way(HAIKU, "{" + CLOSED + ", " + more + "}"))
        .isEqualTo(StructuredOutput.TEXT_FORMAT);
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
    assertThat(way(HAIKU, schema.replace("X", CLOSED))).isEqualTo(StructuredOutput.TOOL);
  }

  @Test
  void aSchemaWithMoreChoicesThanBedrockTakesGoesToATool() {
    assertThat(way(HAIKU, optional(24))).isEqualTo(StructuredOutput.TEXT_FORMAT);
    assertThat(way(HAIKU, optional(25))).isEqualTo(StructuredOutput.TOOL);
    assertThat(way(HAIKU, unions(16))).isEqualTo(StructuredOutput.TEXT_FORMAT);
    assertThat(way(HAIKU, unions(17))).isEqualTo(StructuredOutput.TOOL);
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

    assertThat(way(HAIKU, "{" + CLOSED + ", '$defs': {" + defs + "'d50': {'type': 'string'}}}"))
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

  private static StructuredOutput way(String model, String schema) {
    return StructuredOutput.of(ask(model, JsonMapper.shared().readTree(schema.replace('\'', '"'))));
  }

  private static Ask ask(String model, JsonNode schema) {
    return new Ask(
        model, new Parameters(9, null, null, null), "p", new Output(Output.Format.JSON, schema));
  }
}
