package ai.fileprocessing.inference;

import static ai.fileprocessing.platform.TestFloor.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.inference.PromptTemplate.Rendered;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptTemplateTest {
  private static final Input INPUT =
      new Input(4, "report.pdf", "application/pdf", new byte[] {'x'});

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Summarise this.",
        "  two lines\n and blanks \n",
        "{one} brace } and }} two that close",
        "{\"a\": {\"b\": 1}}",
        "100 % of ${this} and $1 \\d",
        "{"
      })
  void aPromptWithoutVariablesGoesOnUnchanged(String prompt) {
    assertThat(rendered(prompt)).isEqualTo(new Rendered(prompt, "", false, ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "What is {{filename}}?|What is report.pdf?",
        "{{ content_type }}|application/pdf",
        "{{index}} of {{count}}|5 of 7",
        "{{index}}{{index}}|55",
        "{{{{filename}} is {{filename}}|{{filename}} is report.pdf",
        "{{{{{{{{|{{{{",
        "{{{{}}|{{}}"
      })
  void variablesAreFilledInAndFourBracesAreTwo(String prompt, String text) {
    Rendered rendered = rendered(prompt);

    assertThat(rendered.same() + rendered.own()).isEqualTo(text);
    assertThat(rendered.placed()).isFalse();
  }

  @Test
  void theFileIsPlacedBetweenTheTextsAroundIt() {
    assertThat(rendered("Read {{file}} and say {{index}}."))
        .isEqualTo(new Rendered("Read ", "", true, " and say 5."));
    assertThat(rendered("{{file}}")).isEqualTo(new Rendered("", "", true, ""));
  }

  @Test
  void thePartBeforeTheFirstVariableOfAFileIsTheSameForAllAndEndsWithALine() {
    assertThat(rendered("{{count}} files.\nRules.\nThis is {{filename}}.\nGo."))
        .isEqualTo(new Rendered("7 files.\nRules.\n", "This is report.pdf.\nGo.", false, ""));
    assertThat(rendered("This is {{filename}}.\nRules."))
        .isEqualTo(new Rendered("", "This is report.pdf.\nRules.", false, ""));
    assertThat(rendered("{{index}}\n{{file}} end"))
        .isEqualTo(new Rendered("", "5\n", true, " end"));
  }

  @Test
  void whatIsFilledInIsNotReadAgain() {
    Input sly = new Input(0, "{{count}} {{file}} {{{{.txt", "{{index}}", new byte[0]);

    Rendered rendered =
        PromptTemplate.parse("{{filename}}|{{content_type}}", "prompt")
            .render(Questions.about("m", "p", sly, 3));

    assertThat(rendered.placed()).isFalse();
    assertThat(rendered.own()).isEqualTo("__count__ __file__ ____.txt|__index__");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{{name}}|{{name}} is unknown",
        "{{Filename}}|{{Filename}} is unknown",
        "{{}}|{{unnamed}} is unknown",
        "{{{filename}}}|is unknown",
        "{{ file name }}|{{file name}} is unknown",
        "a {{|{{ is not closed by }}",
        "{{filename}|{{ is not closed by }}",
        "}} {{|{{ is not closed by }}",
        "{{{{{{|{{ is not closed by }}",
        "{{file}} and {{ file }}|{{file}} is there more than once"
      })
  void whatIsNoVariableIsRefusedAndTheKnownOnesAreListed(String prompt, String what) {
    assertProblem(
        () -> PromptTemplate.parse(prompt, "prompt_id"), 422, "PROMPT_INVALID", "/prompt_id");
    assertThatThrownBy(() -> PromptTemplate.parse(prompt, "prompt"))
        .hasMessageContainingAll(
            what, "{{filename}}", "{{content_type}}", "{{index}}", "{{count}}", "{{file}}");
  }

  @Test
  void manyFaultsMakeAShortAnswer() {
    assertThatThrownBy(
            () -> PromptTemplate.parse("{{" + "x\n".repeat(30_000) + "}}{{y}}{{z}}{{w}}", "prompt"))
        .message()
        .hasSizeLessThan(500)
        .doesNotContain("\n");
  }

  @Test
  void aPromptHasAtMostAHundredVariables() {
    assertThat(rendered("{{index}}".repeat(100)).own()).hasSize(100);
    assertProblem(
        () -> PromptTemplate.parse("{{index}}".repeat(101), "prompt"),
        422,
        "PROMPT_INVALID",
        "/prompt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{{", "{{ {{ ", "{{{{", "{{x}}"})
  void aLongPromptOfBracesIsReadInNoTime(String braces) {
    String prompt = braces.repeat(65_536 / braces.length());

    org.junit.jupiter.api.Assertions.assertTimeout(
        java.time.Duration.ofSeconds(5), () -> PromptTemplate.taken(prompt));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{{filename}}", "{{content_type}}", "{{index}}"})
  void whatDiffersBetweenFilesIsRefusedWhereTheyAreTogether(String variable) {
    PromptTemplate template = PromptTemplate.parse("A " + variable, "prompt");

    assertProblem(
        () -> template.refuseVariablesOfOneFile("prompt"), 422, "PROMPT_INVALID", "/prompt");
    assertThatThrownBy(() -> template.refuseVariablesOfOneFile("prompt"))
        .hasMessageContainingAll(variable, "{{count}}, {{file}}");
  }

  @Test
  void theirCountAndPlaceAreNot() {
    PromptTemplate.parse("{{count}} files: {{file}}", "prompt").refuseVariablesOfOneFile("prompt");
  }

  @Test
  void whatIsWrongInAPromptThatWasTakenIsText() {
    assertThat(PromptTemplate.taken("{{x}} {{ {{index}").render(question()))
        .isEqualTo(new Rendered("{{x}} {{ {{index}", "", false, ""));
  }

  private static Rendered rendered(String prompt) {
    return PromptTemplate.parse(prompt, "prompt").render(question());
  }

  private static Question question() {
    return Questions.about("m", "p", INPUT, 7);
  }
}
