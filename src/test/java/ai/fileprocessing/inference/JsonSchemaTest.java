package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.JsonSchema.Check;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(20)
class JsonSchemaTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'required': ['a']} | {'a': 1}",
        "{'properties': {'a': {'pattern': 'b+'}}} | {'a': 'abbc'}",
        "{'properties': {'a': {'pattern': '^\\\\p{Lu}\\\\d{2}$'}}} | {'a': 'X12'}",
        "{'properties': {'a': {'format': 'date'}}} | {'a': 'no date'}",
        "{'patternProperties': {'^x-': {'type': 'integer'}}, 'additionalProperties': false} | {'x-a': 1}",
        "{'$defs': {'n': {'properties': {'n': {'$ref': '#/$defs/n'}}}}, '$ref': '#/$defs/n'} | {'n': {'n': {}}}"
      })
  void whatTheSchemaWantsIsValid(String schema, String value) {
    assertThat(check(schema, value)).isEqualTo(new Check.Valid());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'required': ['a']} | {'b': 1} | the whole: required property 'a' not found",
        "{'properties': {'a': {'type': 'integer'}}} | {'a': 'secret'} | /a: string found, integer expected",
        "{'properties': {'a': {'pattern': '^b+$'}}} | {'a': 'secret'} | /a: does not match the regex pattern ^b+$",
        "{'items': {'minimum': 3}} | [4, 1] | /1: must have a minimum value of 3"
      })
  void whatItDoesNotIsToldByItsPlaceAndWithoutTheValue(
      String schema, String value, String violation) {
    assertThat(check(schema, value))
        .isInstanceOfSatisfying(
            Check.Invalid.class,
            invalid -> assertThat(invalid.violations()).containsExactly(violation));
  }

  @Test
  void ofManyViolationsAFewAreToldAndNoneAtLength() {
    String many = "[" + "1,".repeat(1_000) + "1]";
    assertThat(check("{'items': {'type': 'string'}}", many))
        .isInstanceOfSatisfying(
            Check.Invalid.class, invalid -> assertThat(invalid.violations()).hasSize(5));

    assertThat(check("{'additionalProperties': false}", "{'" + "x".repeat(9_000) + "': 1}"))
        .isInstanceOfSatisfying(
            Check.Invalid.class,
            invalid ->
                assertThat(invalid.violations())
                    .singleElement()
                    .satisfies(violation -> assertThat(violation).hasSize(200)));
  }

  @Test
  void aPatternThatWouldBacktrackForEverDoesNot() {
    assertThat(check("{'items': {'pattern': '^(a+)+$'}}", "['" + "a".repeat(50_000) + "b']"))
        .isInstanceOf(Check.Invalid.class);
  }

  @Test
  void patternsThatTogetherTakeTooLongAreGivenUp() {
    String pattern = "{'pattern': '^(a|b|ab){100}c$'}";
    String schema = "{'items': {'allOf': [" + (pattern + ", ").repeat(9) + pattern + "]}}";

    assertThat(check(schema, "['" + "ab".repeat(50_000) + "']"))
        .isInstanceOfSatisfying(
            Check.Undecided.class, it -> assertThat(it.why()).contains("take too long"));
  }

  @Test
  void aSchemaThatDoublesWithEachLevelOfTheValueIsGivenUp() {
    String again = "{'properties': {'n': {'$ref': '#/$defs/n'}}}";
    String schema =
        "{'$ref': '#/$defs/n', '$defs': {'n': {'allOf': [" + again + ", " + again + "]}}}";

    assertThat(check(schema, "{'n': ".repeat(40) + "{}" + "}".repeat(40)))
        .isInstanceOf(Check.Undecided.class);
  }

  @Test
  void aValueThatIsDeeperThanAnySchemaLooksIsGivenUp() {
    assertThat(check("{'items': {'$ref': '#'}}", "[".repeat(400) + "]".repeat(400)))
        .isInstanceOf(Check.Undecided.class);
  }

  @Test
  void aLargeAnswerIsChecked() {
    String record = "{'name': 'a name', 'age': 5, 'tags': ['a', 'b'], 'note': 'x'}";
    String schema =
        "{'items': {'required': ['name'], 'additionalProperties': false, 'properties': {"
            + "'name': {'type': 'string', 'pattern': '^a'}, 'age': {'type': 'integer', 'minimum': 0},"
            + " 'tags': {'items': {'type': 'string'}}, 'note': {'type': 'string'}}}}";

    assertThat(check(schema, "[" + (record + ",").repeat(5_000) + record + "]"))
        .isEqualTo(new Check.Valid());
  }

  private static Check check(String schema, String value) {
    return JsonSchema.check(read(schema), read(value));
  }

  private static JsonNode read(String json) {
    return JsonMapper.shared().readTree(json.replace('\'', '"'));
  }
}
