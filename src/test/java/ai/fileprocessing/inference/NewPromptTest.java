package ai.fileprocessing.inference;

import static ai.fileprocessing.platform.TestFloor.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.platform.TestFloor;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NewPromptTest {

  @Test
  void aPromptHasANameAndATextAndMayHaveAGroup() throws IOException {
    assertThat(read("{\"name\": \"n\", \"prompt\": \"p\", \"group\": \"g\"}"))
        .isEqualTo(new NewPrompt("n", "p", "g"));
    assertThat(read("{\"name\": \"n\", \"prompt\": \"p\", \"group\": null}"))
        .isEqualTo(read("{\"name\": \"n\", \"prompt\": \"p\"}"))
        .isEqualTo(new NewPrompt("n", "p", null));
  }

  @Test
  void whatIsAsLongAsItMayBeIsTakenAndNotOneCharacterMore() throws IOException {
    String name = "\u20ac".repeat(200);
    String prompt = "\uD83D\uDE00".repeat(32_768);

    assertThat(read(body(name, prompt, "g".repeat(128))).prompt()).isEqualTo(prompt);
    assertProblem(() -> read(body(name + "x", "p", "g")), 422, "FIELD_INVALID", "/name");
    assertProblem(() -> read(body("n", prompt + "x", "g")), 422, "FIELD_INVALID", "/prompt");
    assertProblem(() -> read(body("n", "p", "g".repeat(129))), 422, "FIELD_INVALID", "/group");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "{\"prompt\": \"p\"}|/name",
        "{\"name\": null, \"prompt\": \"p\"}|/name",
        "{\"name\": \" \", \"prompt\": \"p\"}|/name",
        "{\"name\": \"\\ud800\", \"prompt\": \"p\"}|/name",
        "{\"name\": \"n\"}|/prompt",
        "{\"name\": \"n\", \"prompt\": \"\\n\"}|/prompt",
        "{\"name\": \"n\", \"prompt\": \"a\\n\\udc00b\"}|/prompt",
        "{\"name\": \"n\", \"prompt\": \"p\", \"group\": \"\"}|/group"
      })
  void whatIsMissingOrNoTextIsNamed(String body, String pointer) {
    assertProblem(() -> read(body), 422, "FIELD_INVALID", pointer);
  }

  private static String body(String name, String prompt, String group) {
    return "{\"name\": \"%s\", \"prompt\": \"%s\", \"group\": \"%s\"}"
        .formatted(name, prompt, group);
  }

  private static NewPrompt read(String json) throws IOException {
    return TestFloor.read(json, NewPrompt.class);
  }
}
