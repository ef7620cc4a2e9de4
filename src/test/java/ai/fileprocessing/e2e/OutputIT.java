package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertProblem;
import static ai.fileprocessing.e2e.Answers.assertStatus;
import static ai.fileprocessing.e2e.Answers.fetch;
import static ai.fileprocessing.e2e.Answers.finished;
import static ai.fileprocessing.e2e.Answers.uploaded;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.ServiceClient.Answer;
import ai.fileprocessing.local.StandIns;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The form that results are asked for in. */
class OutputIT {
  private static final String TOTAL =
      """
      {"format": "json", "schema": {"type": "object", "required": ["total"],
       "additionalProperties": false, "properties": {"total": {"type": "number"}}}}
      """;

  private static final String FLAWED = "a text whose answer is flawed";

  private final ServiceClient alice = Deployment.someone();
  private final Bedrock bedrock = StandIns.shared().bedrock();

  @AfterEach
  void theModelBehavesAgain() {
    bedrock.reset();
  }

  @Test
  void aResultInMarkdownIsToldAndDownloadedAsMarkdown() throws Exception {
    String fileId = uploaded(alice, "some text");
    JsonNode job = finished(alice, submitted(fileId, "{\"format\": \"markdown\"}"));

    assertThat(job.path("output")).isEqualTo(Answers.JSON.readTree("{\"format\": \"markdown\"}"));
    Answer link = alice.get("/jobs/" + job.path("job_id").asString() + "/download/" + fileId);
    assertThat(link.field("filename")).isEqualTo("notes.result.md");
    assertThat(link.field("content_type")).isEqualTo("text/markdown; charset=utf-8");
    HttpResponse<byte[]> download = fetch(URI.create(link.field("presigned_url")));
    assertThat(download.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/markdown");
    assertThat(new String(download.body(), StandardCharsets.UTF_8)).startsWith(Bedrock.NOTICE);
  }

  @Test
  void aSchemaThatCannotBeUsedIsRefusedByItsPlaceAndNothingIsCreated() throws Exception {
    String fileId = uploaded(alice, "some text");

    JsonNode problem =
        assertProblem(
            ask(
                fileId,
                """
                {"format": "json", "schema": {"type": "object",
                 "properties": {"a": {"type": "strnig"}, "b": {"$ref": "https://example.com/b"}}}}
                """),
            422,
            "SCHEMA_INVALID");

    assertThat(problem.path("errors").valueStream().map(it -> it.path("pointer").stringValue()))
        .isNotEmpty()
        .allMatch(pointer -> pointer.equals("/output/schema/properties/a/type"));
    assertThat(alice.get("/jobs").json().size()).isZero();
  }

  @Test
  void aJobShowsTheSchemaThatItWasGiven() throws Exception {
    String output =
        """
        {"format": "json", "schema": {"type": "object", "required": ["a"],
         "additionalProperties": false, "properties": {"a": {"type": "string", "pattern": "^x{2}"}}}}
        """;
    String jobId = submitted(uploaded(alice, "some text"), output);

    assertThat(assertStatus(alice.get("/jobs/" + jobId), 200).json().path("output"))
        .isEqualTo(Answers.JSON.readTree(output));
  }

  @ParameterizedTest
  @ValueSource(strings = {"invalid", "wrong"})
  void anAnswerThatIsNotWhatWasAskedForIsCorrectedByOneFurtherCall(String flaw) throws Exception {
    flawed(flaw, 1);
    String fileId = uploaded(alice, FLAWED);
    JsonNode job = finished(alice, submitted(fileId, TOTAL));

    JsonNode file = job.path("input_files").path(0);
    assertThat(file.path("status").stringValue()).as(file.toString()).isEqualTo("SUCCEEDED");
    assertThat(outcomes(file)).containsExactly("OUTPUT_INVALID", "ANSWERED");
    JsonNode result =
        Answers.JSON.readTree(Answers.result(alice, job.path("job_id").stringValue(), fileId));
    assertThat(result.path("total").isNumber()).as(result.toString()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"invalid, JSON", "wrong, total"})
  void anAnswerThatIsWrongTwiceFailsItsFileAndSaysWhatWasWrong(String flaw, String what)
      throws Exception {
    flawed(flaw, 2);
    JsonNode job = finished(alice, submitted(uploaded(alice, FLAWED), TOTAL));

    JsonNode file = job.path("input_files").path(0);
    assertThat(file.path("status").stringValue()).isEqualTo("FAILED");
    assertThat(file.at("/error/code").stringValue()).isEqualTo("OUTPUT_INVALID");
    assertThat(file.at("/error/message").stringValue()).contains(what);
    assertThat(outcomes(file)).containsExactly("OUTPUT_INVALID", "OUTPUT_INVALID");
    assertThat(file.at("/usage/output_tokens").longValue()).isPositive();
  }

  /** Of the calls about this text alone: jobs of other tests may still be at work. */
  private void flawed(String flaw, int count) {
    bedrock.configure(
        Map.of("json", flaw, "fault_count", count, "fault_when_text_contains", FLAWED));
  }

  private static List<String> outcomes(JsonNode file) {
    return file.path("attempts").valueStream().map(it -> it.path("outcome").stringValue()).toList();
  }

  private String submitted(String fileId, String output) throws Exception {
    return assertStatus(ask(fileId, output), 201).field("job_id");
  }

  private Answer ask(String fileId, String output) throws Exception {
    return alice.post(
        "/jobs",
        "{\"files\": [\"%s\"], \"prompt\": \"Read.\", \"output\": %s}".formatted(fileId, output));
  }
}
