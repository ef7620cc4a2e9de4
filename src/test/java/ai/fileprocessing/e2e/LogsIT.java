package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertStatus;
import static ai.fileprocessing.e2e.Answers.finished;
import static ai.fileprocessing.e2e.Answers.link;
import static ai.fileprocessing.e2e.Answers.submitted;
import static ai.fileprocessing.e2e.Answers.uploaded;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.StandIns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Nothing of what callers entrust to the service stands in any of its logs. */
class LogsIT {
  private final String canary = "canary" + UUID.randomUUID().toString().replace("-", "");
  private final String token = StandIns.shared().cognito().token("canary-bird");
  private final ServiceClient alice = new ServiceClient(Deployment.shared().uri(), token);

  @AfterEach
  void theModelBehavesAgain() {
    StandIns.shared().bedrock().reset();
  }

  @Test
  void aJobAndItsFailuresLeaveNoContentPromptTokenOrSignatureInTheLogs() throws Exception {
    String good = uploaded(alice, "content " + canary);
    String binary = uploaded(alice, "binary " + canary + "\0");
    String refused = uploaded(alice, "refused " + canary);
    StandIns.shared()
        .bedrock()
        .configure(
            Map.of(
                "fault", "ValidationException", "fault_when_text_contains", "refused " + canary));
    String jobId = submitted(alice, "prompt " + canary, good, binary, refused);
    JsonNode job = finished(alice, jobId);
    assertThat(job.path("job_status").stringValue()).isEqualTo("PARTIAL");
    String results = link(alice, "/jobs/" + jobId + "/download/" + good).toString();
    String original = link(alice, "/files/" + good + "/download").toString();

    assertNotLogged(
        canary,
        token,
        token.split("\\.")[1],
        token.split("\\.")[2],
        signature(results),
        signature(original),
        StandIns.shared().environment().get("AWS_SECRET_ACCESS_KEY"));
    assertThat(logs()).anyMatch(log -> log.contains(jobId));
  }

  @Test
  void refusedRequestsLeaveNothingOfTheirBodiesInTheLogs() throws Exception {
    for (String body :
        List.of(
            "{\"files\": [\"" + canary,
            "{\"" + canary + "\": 1}",
            "{\"files\": \"" + canary + "\", \"prompt\": \"" + canary + "\"}",
            "{\"files\": [\"" + canary + "\"], \"prompt\": \"" + canary + "\"}",
            canary)) {
      assertThat(alice.post("/jobs", body).status()).isBetween(400, 499);
      assertThat(alice.post("/files", body).status()).isBetween(400, 499);
    }
    for (String part :
        List.of(
            "no disposition " + canary,
            "Content-Type: " + canary + ";;;\r\nContent-Disposition: form-data; name=f\r\n\r\nx",
            "Content-Disposition: form-data; name=f; filename=" + canary.repeat(100))) {
      RawHttp.Answer answer =
          RawHttp.request("POST /files")
              .token(token)
              .header("Content-Type", "multipart/form-data; boundary=XX")
              .body("--XX\r\n" + part + "\r\n--XX--\r\n")
              .send(Deployment.shared().uri());
      assertThat(answer.status()).isBetween(400, 499);
    }
    RawHttp.Answer unsigned =
        RawHttp.request("GET /files")
            .token(token.substring(0, token.lastIndexOf('.')) + "." + canary)
            .send(Deployment.shared().uri());
    assertThat(unsigned.status()).isEqualTo(401);
    RawHttp.Answer cut =
        RawHttp.request("POST /jobs")
            .token(token)
            .header("Content-Type", "application/json")
            .header("Transfer-Encoding", "chunked")
            .unframed(("zz\r\n" + canary).getBytes(StandardCharsets.UTF_8))
            .send(Deployment.shared().uri());
    assertThat(cut.status()).isEqualTo(400);

    assertNotLogged(canary, token);
  }

  @Test
  void aClientsMistakeIsNoErrorInTheLog() throws Exception {
    String requestId = "mistake-" + UUID.randomUUID();
    assertStatus(alice.send(alice.request("/nothing").header("X-Request-Id", requestId)), 404);
    alice.post("/jobs", "{");

    assertThat(logs()).noneMatch(log -> log.contains(requestId));
    assertThat(logs()).noneMatch(log -> log.contains("unexpected failure"));
  }

  private static String signature(String presigned) {
    String name = "X-Amz-Signature=";
    int start = presigned.indexOf(name) + name.length();
    return presigned.substring(start, start + 64);
  }

  private static void assertNotLogged(String... secrets) throws IOException {
    for (String log : logs()) {
      for (String secret : secrets) {
        int at = log.indexOf(secret);
        if (at >= 0) {
          throw new AssertionError(
              "In a log: " + log.substring(Math.max(0, at - 300), Math.min(log.length(), at + 50)));
        }
      }
    }
  }

  /** The console, the server's own log and trace, and what it dumps of failures. */
  private static List<String> logs() throws IOException {
    Path folder = Deployment.shared().log().getParent();
    List<String> logs = new ArrayList<>();
    logs.add(Files.readString(Deployment.shared().log()));
    try (Stream<Path> files = Files.walk(folder.resolve("logs"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        logs.add(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return logs;
  }
}
