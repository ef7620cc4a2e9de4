package ai.fileprocessing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.ServiceClient.Answer;
import ai.fileprocessing.local.StandIns;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What tests say about answers over and over. */
final class Answers {
  static final JsonMapper JSON = JsonMapper.shared();

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private Answers() {}

  /** A problem as API.md promises it, of a client's making, that tells nothing of the inside. */
  static JsonNode assertProblem(Answer answer, int status, String code) {
    JsonNode problem =
        assertProblem(
            answer.status(),
            answer.header("Content-Type"),
            answer.header("X-Request-Id"),
            answer.text());
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(problem.path("code").stringValue()).as(answer.text()).isEqualTo(code);
    return problem;
  }

  static JsonNode assertProblem(RawHttp.Answer answer) {
    return assertProblem(
        answer.status(),
        answer.header("Content-Type"),
        answer.header("X-Request-Id"),
        answer.text());
  }

  private static JsonNode assertProblem(
      int status, String contentType, String requestId, String text) {
    assertThat(status).as(text).isBetween(400, 499);
    assertThat(contentType).as(text).isEqualTo("application/problem+json");
    JsonNode problem = JSON.readTree(text);
    assertThat(problem.path("status").intValue()).isEqualTo(status);
    assertThat(problem.path("code").stringValue()).matches("[A-Z][A-Z_]+");
    assertThat(problem.path("title").stringValue()).isNotBlank();
    assertThat(problem.path("detail").stringValue()).isNotBlank();
    assertThat(problem.path("type").stringValue()).isNotBlank();
    assertThat(problem.path("instance").isString()).isTrue();
    assertThat(problem.path("request_id").stringValue()).isNotBlank().isEqualTo(requestId);
    assertSaysNothingOfTheInside(text);
    return problem;
  }

  static void assertSaysNothingOfTheInside(String text) {
    assertThat(text)
        .doesNotContain("ai.fileprocessing", "org.", "java.", "jakarta.", "com.ibm")
        .doesNotContain("Exception", "\tat ", "arn:", "software.amazon");
    StandIns.shared().environment().entrySet().stream()
        .filter(it -> it.getKey().matches("FILES_.*|INFERENCE_.*|JOBS_.*"))
        .forEach(it -> assertThat(text).doesNotContain(it.getValue()));
  }

  static Answer assertStatus(Answer answer, int status) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    return answer;
  }

  /** Uploads a text and returns the file's id. */
  static String uploaded(ServiceClient caller, String text) throws Exception {
    return assertStatus(caller.upload("notes.txt", text), 201).field("file_id");
  }

  /** Submits a job and returns its id. */
  static String submitted(ServiceClient caller, String prompt, String... fileIds) throws Exception {
    return assertStatus(caller.submit(List.of(fileIds), prompt), 201).field("job_id");
  }

  /** The job, once it has come to an end. */
  static JsonNode finished(ServiceClient caller, String jobId) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> assertStatus(caller.get("/jobs/" + jobId), 200).json(),
            job -> job.path("finished_at").isNumber());
  }

  /** The result of one file of a job, as it is downloaded. */
  static String result(ServiceClient caller, String jobId, String fileId) throws Exception {
    return new String(
        fetch(link(caller, "/jobs/" + jobId + "/download/" + fileId)).body(),
        java.nio.charset.StandardCharsets.UTF_8);
  }

  static URI link(ServiceClient caller, String path) throws Exception {
    return URI.create(assertStatus(caller.get(path), 200).field("presigned_url"));
  }

  static HttpResponse<byte[]> fetch(URI presigned) throws IOException, InterruptedException {
    return HTTP.send(HttpRequest.newBuilder(presigned).build(), BodyHandlers.ofByteArray());
  }
}
