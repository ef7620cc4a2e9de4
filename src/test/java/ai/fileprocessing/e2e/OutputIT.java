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
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The form that results are asked for in. */
class OutputIT {
  private final ServiceClient alice = Deployment.someone();

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

  private String submitted(String fileId, String output) throws Exception {
    return assertStatus(ask(fileId, output), 201).field("job_id");
  }

  private Answer ask(String fileId, String output) throws Exception {
    return alice.post(
        "/jobs",
        "{\"files\": [\"%s\"], \"prompt\": \"Read.\", \"output\": %s}".formatted(fileId, output));
  }
}
