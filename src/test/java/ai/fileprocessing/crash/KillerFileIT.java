package ai.fileprocessing.crash;

import static ai.fileprocessing.faults.Call.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.faults.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A file whose call kills its server each time, among slow ones that do nothing wrong. */
@Tag("long")
class KillerFileIT {
  /** The default of {@code jobs.attempts}. */
  private static final int ATTEMPTS = 5;

  /** How many workers a file may lose before it is worked apart. */
  private static final int LOSSES = 2;

  private static final int NEIGHBOURS = 12;

  /** For a start of the server after each kill, and suspects that are worked one by one. */
  private static final Duration LONG = Duration.ofMinutes(20);

  private final Cluster cluster = new Cluster(Map.of(), "killer-file");
  private final Pod pod = cluster.pods().get(0);
  private final History history = new History();
  private final Client client = new Client(cluster, history);

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void itFailsAfterItsAttemptsAndItsNeighboursSucceed() {
    cluster.standIns().bedrock().configure(Map.of("numbered", true, "latency_ms", 2_000));
    String killer = client.upload("A text that kills");
    List<String> files = new ArrayList<>(List.of(killer));
    IntStream.range(0, NEIGHBOURS).forEach(i -> files.add(client.upload("Text number " + i)));
    Rule kills =
        pod.proxies()
            .bedrock()
            .when(call("Converse").containing(killer))
            .afterAnswer(
                () -> {
                  pod.kill();
                  pod.start();
                });
    pod.proxies().bedrock().when(call("Converse")).delayAnswer(Duration.ofSeconds(4));

    String job = client.submit(files);
    JsonNode ended =
        await()
            .atMost(LONG)
            .pollInterval(Duration.ofSeconds(1))
            .until(() -> client.look(job), Client::hasEnded);

    assertThat(ended.path("input_files").valueStream())
        .allSatisfy(
            file -> {
              if (file.path("file_id").stringValue().equals(killer)) {
                assertThat(file.path("status").stringValue()).isEqualTo("FAILED");
                assertThat(file.at("/error/code").stringValue()).isEqualTo("ATTEMPTS_EXHAUSTED");
                assertThat(losses(file)).isEqualTo(ATTEMPTS);
              } else {
                assertThat(file.path("status").stringValue()).isEqualTo("SUCCEEDED");
                assertThat(losses(file)).isLessThanOrEqualTo(LOSSES);
              }
            });
    assertThat(ended.path("input_files").valueStream().filter(it -> losses(it) > 0).count())
        .as("files that were in work when their server was killed")
        .isGreaterThan(NEIGHBOURS / 2);
    assertThat(kills.hits()).isEqualTo(ATTEMPTS);
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> cluster.messages() == 0 && cluster.openFiles() == 0);
    client.lookAtAll();
    Map<String, Long> calls = cluster.standIns().bedrock().attemptsByFile();
    assertThat(Judgement.of(history, calls, ATTEMPTS))
        .containsExactly(job + "/" + killer + ": failed with ATTEMPTS_EXHAUSTED");
  }

  private static long losses(JsonNode file) {
    return file.path("attempts")
        .valueStream()
        .filter(it -> it.path("outcome").stringValue().equals("WORKER_LOST"))
        .count();
  }
}
