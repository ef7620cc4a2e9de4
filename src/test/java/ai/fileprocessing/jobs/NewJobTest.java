package ai.fileprocessing.jobs;

import static ai.fileprocessing.platform.TestFloor.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.inference.Output;
import ai.fileprocessing.inference.Parameters;
import ai.fileprocessing.platform.Problem;
import ai.fileprocessing.platform.TestFloor;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class NewJobTest {
  @Test
  void aWholeRequestIsRead() throws Exception {
    assertThat(
            read(
                """
                {'files': ['a', 'b'], 'prompt': 'p', 'model': 'm', 'mode': 'each',
                 'inference': {'max_tokens': 5, 'temperature': 0.5, 'stop_sequences': ['x']},
                 'output': {'format': 'json', 'schema': {'type': 'object'}},
                 'metadata': {'k': ''}, 'max_cost': 7}
                """))
        .isEqualTo(
            new NewJob(
                List.of("a", "b"),
                null,
                "p",
                null,
                "m",
                "each",
                new Parameters(5, 0.5, null, List.of("x")),
                new Output(
                    Output.Format.JSON, JsonMapper.shared().readTree("{\"type\": \"object\"}")),
                Map.of("k", ""),
                7L));
  }

  @Test
  void aSavedPromptStandsForAPrompt() throws Exception {
    NewJob wanted = read("{'files': ['a'], 'prompt_id': 'i'}");

    assertThat(wanted.promptId()).isEqualTo("i");
    assertThat(wanted.prompt()).isNull();
  }

  @Test
  void textsComeBesideFilesOrInsteadOfThem() throws Exception {
    NewJob wanted =
        read(
            """
            {'texts': [{'name': 'a', 'content': 'b'}], 'prompt': 'p', 'mode': 'together'}
            """);

    assertThat(wanted.fileIds()).isEmpty();
    assertThat(wanted.newTexts()).containsExactly(new NewText("a", "b"));
    assertThat(wanted.mode()).isEqualTo("together");
    assertThat(read("{'files': ['a'], 'texts': null, 'prompt': 'p'}").newTexts()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'prompt': 'p'} | 422 | FIELD_INVALID | /files",
        "{'prompt': 'p', 'files': []} | 422 | FIELD_INVALID | /files",
        "{'prompt': 'p', 'files': ['a', ' ']} | 422 | FIELD_INVALID | /files/1",
        "{'prompt': 'p', 'files': ['a', null]} | 422 | FIELD_INVALID | /files/1",
        "{'prompt': 'p', 'files': ['a', 5]} | 400 | FIELD_TYPE | /files/1",
        "{'prompt': 'p', 'files': 'a'} | 400 | FIELD_TYPE | /files",
        "{'files': ['a']} | 422 | FIELD_INVALID | /prompt",
        "{'files': ['a'], 'prompt': ' '} | 422 | FIELD_INVALID | /prompt",
        "{'files': ['a'], 'prompt': ' ', 'prompt_id': null} | 422 | FIELD_INVALID | /prompt",
        "{'files': ['a'], 'prompt': 'p', 'prompt_id': 'i'} | 422 | FIELD_INVALID | /prompt_id",
        "{'files': ['a'], 'prompt_id': 5} | 400 | FIELD_TYPE | /prompt_id",
        "{'files': ['a'], 'prompt': 5} | 400 | FIELD_TYPE | /prompt",
        "{'files': ['a'], 'prompt': 'p', 'mode': 'all'} | 422 | FIELD_INVALID | /mode",
        "{'prompt': 'p', 'files': [], 'texts': []} | 422 | FIELD_INVALID | /files",
        "{'prompt': 'p', 'texts': [null]} | 422 | FIELD_INVALID | /texts/0",
        "{'prompt': 'p', 'texts': ['a']} | 400 | FIELD_TYPE | /texts/0",
        "{'prompt': 'p', 'texts': [{'content': 'c'}]} | 422 | FIELD_INVALID | /texts/0/name",
        "{'prompt': 'p', 'texts': [{'name': 'n'}]} | 422 | FIELD_INVALID | /texts/0/content",
        "{'prompt': 'p', 'texts': [{'name': 'n', 'content': ' '}]} | 422 | FIELD_INVALID | /texts/0/content",
        "{'prompt': 'p', 'texts': [{'name': 'n', 'content': 5}]} | 400 | FIELD_TYPE | /texts/0/content",
        "{'prompt': 'p', 'texts': [{'name': 'n', 'content': 'c', 'size': 1}]} | 400 | FIELD_UNKNOWN | /texts/0/size",
        "{'prompt': 'p', 'texts': [{'name': 'n', 'content': 'c\\ud800'}]} | 422 | FIELD_INVALID | /texts/0/content",
        "{'prompt': 'p', 'texts': [{'name': 'n\\uDFFF', 'content': 'c'}]} | 422 | FIELD_INVALID | /texts/0/name",
        "{'files': ['f'], 'prompt': 'a\\ud83d b'} | 422 | FIELD_INVALID | /prompt",
        "{'files': ['f'], 'prompt': 'p', 'metadata': {'a/b': '\\udc00'}} | 422 | FIELD_INVALID | /metadata/a~1b",
        "{'prompt': 'p', 'texts': [{'name': 'n\\u0000', 'content': 'c'}]} | 422 | FIELD_INVALID | /texts/0/name",
        "{'prompt': 'p', 'texts': [{'name': 'n', 'content': 'c\\u0000'}]} | 422 | FIELD_INVALID | /texts/0/content",
        "{'files': ['a'], 'prompt': 'p', 'user_id': 'x'} | 400 | FIELD_UNKNOWN | /user_id",
        "{'files': ['a'], 'prompt': 'p', 'job_status': 'x'} | 400 | FIELD_UNKNOWN | /job_status",
        "{'files': ['a'], 'prompt': 'p', 'inference': {'max_tokens': 0}} | 422 | FIELD_INVALID | /inference/max_tokens",
        "{'files': ['a'], 'prompt': 'p', 'inference': {'max_tokens': '5'}} | 400 | FIELD_TYPE | /inference/max_tokens",
        "{'files': ['a'], 'prompt': 'p', 'inference': {'max_tokens': 1e1000000000}} | 400 | FIELD_TYPE | /inference/max_tokens",
        "{'files': ['a'], 'prompt': 'p', 'inference': {'temperature': 1.1}} | 422 | FIELD_INVALID | /inference/temperature",
        "{'files': ['a'], 'prompt': 'p', 'inference': {'temperature': 1e1000000000}} | 422 | FIELD_INVALID | /inference/temperature",
        "{'files': ['a'], 'prompt': 'p', 'inference': {'top_p': -0.1}} | 422 | FIELD_INVALID | /inference/top_p",
        "{'files': ['a'], 'prompt': 'p', 'inference': {'stop_sequences': ['a', '']}} | 422 | FIELD_INVALID | /inference/stop_sequences/1",
        "{'files': ['a'], 'prompt': 'p', 'output': 'json'} | 400 | FIELD_TYPE | /output",
        "{'files': ['a'], 'prompt': 'p', 'output': {}} | 422 | FIELD_INVALID | /output/format",
        "{'files': ['a'], 'prompt': 'p', 'output': {'format': 'xml'}} | 400 | FIELD_TYPE | /output/format",
        "{'files': ['a'], 'prompt': 'p', 'output': {'format': 'JSON'}} | 400 | FIELD_TYPE | /output/format",
        "{'files': ['a'], 'prompt': 'p', 'output': {'format': 2}} | 400 | FIELD_TYPE | /output/format",
        "{'files': ['a'], 'prompt': 'p', 'output': {'format': 'json', 'strict': true}} | 400 | FIELD_UNKNOWN | /output/strict",
        "{'files': ['a'], 'prompt': 'p', 'metadata': {'k': null}} | 422 | FIELD_INVALID | /metadata/k",
        "{'files': ['a'], 'prompt': 'p', 'metadata': {'': 'v'}} | 422 | FIELD_INVALID | /metadata/",
        "{'files': ['a'], 'prompt': 'p', 'metadata': {'k': 5}} | 400 | FIELD_TYPE | /metadata/k",
        "{'files': ['a'], 'prompt': 'p', 'max_cost': 0} | 422 | FIELD_INVALID | /max_cost",
        "{'files': ['a'], 'prompt': 'p', 'max_cost': -5} | 422 | FIELD_INVALID | /max_cost",
        "{'files': ['a'], 'prompt': 'p', 'max_cost': 1.5} | 400 | FIELD_TYPE | /max_cost",
        "{'files': ['a'], 'prompt': 'p', 'max_cost': '5'} | 400 | FIELD_TYPE | /max_cost",
        "{'files': ['a'], 'prompt': 'p', 'max_cost': 9223372036854775808} | 400 | FIELD_TYPE | /max_cost"
      })
  void whatIsWrongIsNamed(String json, int status, String code, String pointer) {
    assertProblem(() -> read(json), status, code, pointer);
  }

  @Test
  void aSchemaThatIsNestedTooDeeplyIsNotCalledMalformed() {
    String deep = "{'a': ".repeat(600) + "1" + "}".repeat(600);

    assertThatThrownBy(
            () ->
                read(
                    "{'files': ['a'], 'prompt': 'p', 'output': {'format': 'json', 'schema': "
                        + deep
                        + "}}"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("deeper");
  }

  @Test
  void lengthsAreBounded() {
    assertProblem(
        () -> read("{'files': ['a'], 'prompt': '" + "p".repeat(65_537) + "'}"),
        422,
        "FIELD_INVALID",
        "/prompt");
    assertProblem(
        () -> read("{'files': ['a'], 'prompt': 'p', 'metadata': {'k': '" + "v".repeat(513) + "'}}"),
        422,
        "FIELD_INVALID",
        "/metadata/k");
    assertProblem(
        () ->
            read(
                IntStream.range(0, 17)
                    .mapToObj(i -> "'k" + i + "': 'v'")
                    .collect(
                        Collectors.joining(
                            ", ", "{'files': ['a'], 'prompt': 'p', 'metadata': {", "}}"))),
        422,
        "FIELD_INVALID",
        "/metadata");
  }

  @Test
  void aTextIsBoundedByItsBytes() throws Exception {
    assertThat(read(text("x".repeat(65_536))).newTexts()).hasSize(1);
    assertThat(read(text("\u00fc".repeat(32_768))).newTexts()).hasSize(1);
    assertThat(read(text("\uD83D\uDE00".repeat(16_384))).newTexts()).hasSize(1);
    for (String tooLong : List.of("x".repeat(65_537), "\u00fc".repeat(32_769))) {
      assertProblem(() -> read(text(tooLong)), 422, "FIELD_INVALID", "/texts/0/content");
    }
    assertProblem(
        () ->
            read(
                "{'prompt': 'p', 'texts': [{'name': '"
                    + "n".repeat(1_025)
                    + "', 'content': 'c'}]}"),
        422,
        "FIELD_INVALID",
        "/texts/0/name");
  }

  private static String text(String content) {
    return "{'prompt': 'p', 'texts': [{'name': 'n', 'content': '" + content + "'}]}";
  }

  private static NewJob read(String json) throws Exception {
    return TestFloor.read(json.replace('\'', '"'), NewJob.class);
  }
}
