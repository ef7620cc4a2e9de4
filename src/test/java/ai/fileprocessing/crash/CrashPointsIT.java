package ai.fileprocessing.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.faults.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * A server that is killed at each point of a job, and another that is started after it, alone with
 * what the first has left.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashPointsIT {
  private static final int ATTEMPTS = 3;

  private Cluster cluster;
  private Pod pod;
  private JsonNode undisturbed;

  @BeforeAll
  void start() {
    cluster = new Cluster(Map.of("JOBS_ATTEMPTS", Integer.toString(ATTEMPTS)), "crash-points");
    cluster.standIns().bedrock().configure(Map.of("numbered", true));
    pod = cluster.pods().get(0);
    Client client = new Client(cluster, new History());
    undisturbed = client.watch(client.submit(List.of(client.upload("some text"))));
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  @ParameterizedTest
  @EnumSource
  void aJobOutlivesItsServer(CrashPoint point) {
    History history = new History();
    Client client = new Client(cluster, history);
    String file = client.upload("some text");
    Rule rule = point.once(pod, this::replace);

    String job = client.submit(List.of(file));
    await().atMost(Duration.ofSeconds(30)).until(() -> rule.hits() == 1);
    JsonNode ended = client.watch(job);

    assertThat(ended.path("job_status").stringValue()).isEqualTo("COMPLETED");
    Map<String, Long> calls = cluster.standIns().bedrock().attemptsByFile();
    assertThat(calls).containsEntry(job + "/" + file, point.modelCalls());
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> cluster.messages() == 0 && cluster.openFiles() == 0);
    assertUsageIsCountedOnce(client, ended);
    client.lookAtAll();
    assertThat(Judgement.of(history, calls, ATTEMPTS)).isEmpty();
  }

  /** That of the one call whose answer became the result; nobody saw the end of any other. */
  private void assertUsageIsCountedOnce(Client client, JsonNode job) {
    await().atMost(Duration.ofMinutes(1)).until(() -> client.used().path("jobs").intValue() == 1);
    JsonNode used = client.used();
    for (String part : List.of("input_tokens", "output_tokens", "estimated_cost")) {
      assertThat(used.path(part)).as(part).isEqualTo(job.path("usage").path(part));
    }
    assertThat(used.path("input_tokens")).isEqualTo(undisturbed.at("/usage/input_tokens"));
  }

  private void replace() {
    pod.kill();
    pod.start();
  }
}
