package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertStatus;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.ServiceClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/** One caller who may have every slot. The order lets the first test warm the server up. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LoadIT {
  private static final int FILES = 2 * LoadedServer.SLOTS;
  private static final int LATENCY = Load.size("latency", 3);

  private static LoadedServer server;

  @BeforeAll
  static void launch() throws Exception {
    server = LoadedServer.launch("load", Map.of("JOBS_CALLER_SLOTS", "100"));
  }

  @AfterAll
  static void close() {
    server.close();
  }

  @AfterEach
  void theModelBehavesAgain() {
    server.bedrock().reset();
  }

  @Test
  @Order(1)
  void whatAFileCostsInCallsToTheQueue() throws Exception {
    ServiceClient alice = server.someone();
    List<String> files = Load.uploaded(alice, LoadedServer.SLOTS);
    // Once to warm up; long enough for all to be sent before the first is done.
    server.bedrock().configure(Map.of("latency_ms", 2_000));
    Load.finished(alice, Load.submitted(alice, files, 1), Duration.ofMinutes(3));
    server.queues().resetCalls();
    Load.finished(alice, Load.submitted(alice, files, 1), Duration.ofMinutes(3));

    Map<String, Long> calls = server.queues().calls();
    double each = calls.values().stream().mapToLong(Long::longValue).sum() / (double) files.size();
    Load.figure("SQS calls per file: %.2f %s", each, calls);
    assertThat(each).isLessThan(0.5);
  }

  @Test
  @Order(2)
  void everySlotIsACallOfTheModelTrulyInFlight() throws Exception {
    ServiceClient alice = server.someone();
    List<String> files = Load.uploaded(alice, FILES);
    server.bedrock().configure(Map.of("latency_ms", LATENCY * 1_000));
    long begun = System.nanoTime();
    List<String> jobs = Load.submitted(alice, files, 1);
    server.awaitAnswers(FILES);
    JsonNode job = Load.finished(alice, jobs, Duration.ofMinutes(5)).get(0);
    double seconds = (System.nanoTime() - begun) / 1e9;
    double floor = LATENCY * FILES / (double) LoadedServer.SLOTS;

    Load.figure(
        "%d files of %d s in %d slots: %.1f s, %.2f times the floor of %.0f s; most calls in flight %d; most resident memory %d MB",
        FILES,
        LATENCY,
        LoadedServer.SLOTS,
        seconds,
        seconds / floor,
        floor,
        server.bedrock().stats().mostInFlight(),
        server.mostResident());
    assertThat(job.path("job_status").stringValue()).isEqualTo("COMPLETED");
    assertThat(server.bedrock().stats().mostInFlight()).isEqualTo(LoadedServer.SLOTS);
    assertThat(server.bedrock().callsByFile().values()).containsOnly(1L);
    assertThat(server.mostResident()).isLessThan(450);
    assertThat(seconds).isLessThan(floor * (LoadedServer.TRUE_SIZE ? 1.3 : 2));
  }

  @Test
  @Order(3)
  void aJobOfAThousandFilesIsTakenWithinASecond() throws Exception {
    ServiceClient alice = server.someone();
    List<String> files = Load.uploaded(alice, 1_000);
    server.bedrock().configure(Map.of("latency_ms", 500));
    double best = Double.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      long begun = System.nanoTime();
      String job = assertStatus(alice.submit(files, "Read."), 201).field("job_id");
      best = Math.min(best, (System.nanoTime() - begun) / 1e9);
      assertStatus(alice.post("/jobs/" + job + "/cancel", ""), 200);
      assertStatus(alice.delete("/jobs/" + job), 204);
    }
    Load.figure("POST /jobs of 1000 files: %.2f s, the best of three", best);
    assertThat(best).isLessThan(LoadedServer.TRUE_SIZE ? 1 : 5);
  }
}
