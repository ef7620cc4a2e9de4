package ai.fileprocessing.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.faults.Proxies;
import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.StandIns;
import java.net.ConnectException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What Kubernetes asks, without a token. */
class HealthIT {

  @ParameterizedTest
  @ValueSource(strings = {"/health", "/health/started", "/health/live", "/health/ready"})
  void aServerThatWorksIsUp(String path) throws Exception {
    RawHttp.Answer answer = RawHttp.request("GET " + path).send(Deployment.shared().uri());

    assertThat(answer.status()).isEqualTo(200);
    JsonNode health = Answers.JSON.readTree(answer.text());
    assertThat(health.path("status").stringValue()).isEqualTo("UP");
    Answers.assertSaysNothingOfTheInside(answer.text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health", "/health/live", "/health/ready"})
  void aServerWithoutAWorkerIsUpToo(String path) throws Exception {
    assertThat(RawHttp.request("GET " + path).send(SideServer.get().uri()).status()).isEqualTo(200);
  }

  @Test
  void aServerWhoseConfigurationNamesWhatIsNotThereIsAliveAndNotReadyAndSaysWhy() throws Exception {
    Map<String, String> settings =
        Map.of(
            "FILES_BUCKET", "no-such-bucket",
            "JOBS_TABLE", "no-such-table",
            "JOBS_QUEUE_URL", StandIns.shared().environment().get("JOBS_QUEUE_URL") + "-absent");
    try (LocalServer server = Deployment.launch("nowhere", settings)) {
      RawHttp.Answer answer =
          await()
              .atMost(Duration.ofMinutes(3))
              .ignoreException(ConnectException.class)
              .until(
                  () -> RawHttp.request("GET /health/ready").send(server.uri()),
                  it -> it.text().contains("files.bucket"));

      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.text())
          .contains("jobs.table", "jobs.queue.url", "does not exist")
          .doesNotContain("no-such", "files.table", "jobs.results.bucket");
      assertThat(RawHttp.request("GET /health/live").send(server.uri()).status()).isEqualTo(200);
      assertThat(Files.readString(server.log()))
          .contains("(environment FILES_BUCKET) names a bucket that does not exist")
          .contains("(environment JOBS_TABLE) names a table that does not exist")
          .contains("(environment JOBS_QUEUE_URL) names a queue that does not exist");
    }
  }

  @Test
  void aServerIsReadyAlthoughAwsGivesNoAnswerAtItsStartAndStaysReadyLater() throws Exception {
    Proxies proxies = Proxies.to(StandIns.shared());
    TestQueue queue = TestQueue.create("unreachable");
    proxies.dynamodb().down();
    try (proxies;
        LocalServer server =
            Deployment.launch(
                "unreachable", proxies.environment(queue.url(), queue.deadLettersUrl()))) {
      server.awaitReady();

      proxies.dynamodb().up();
      ServiceClient alice = Deployment.caller(server, Deployment.newUser());
      await().ignoreExceptions().until(() -> alice.get("/jobs").status() == 200);
      proxies.s3().down();
      proxies.sqs().down();
      assertThat(RawHttp.request("GET /health/ready").send(server.uri()).status()).isEqualTo(200);
    }
  }
}
