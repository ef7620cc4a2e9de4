package ai.fileprocessing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

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
}
