package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertStatus;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.ServiceClient;
import java.time.Duration;
import java.util.Arrays;
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

  /**
   * How often all slots are filled once before anything is measured: stand-ins that are not
   * compiled yet take more of the processors than the server.
   */
  private static final int WARM_UP = LoadedServer.TRUE_SIZE ? 6 : 1;

  /** Beyond the default's most. */
  private static final int MOST = Load.size("most", 1_200);

  private static LoadedServer server;

  @BeforeAll
  static void launch() throws Exception {
    server =
        LoadedServer.launch(
            "load", Map.of("JOBS_CALLER_SLOTS", "100", "JOBS_MAX_FILES", Integer.toString(MOST)));
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
    Load.finished(alice, Load.submitted(alice, files, WARM_UP), Duration.ofMinutes(5));
    // Long enough for all to be sent before the first is done.
    server.bedrock().configure(Map.of("latency_ms", 2_000));
    server.queues().resetCalls();
    Load.finished(alice, Load.submitted(alice, files, 1), Duration.ofMinutes(3));

    Map<String, Long> calls = server.queues().calls();
    double each = calls.values().stream().mapToLong(Long::longValue).sum() / (double) files.size();
    Load.figure("SQS calls per file: %.2f %s", each, calls);
    assertThat(each).isLessThan(LoadedServer.TRUE_SIZE ? 0.35 : 0.5);
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
    double[] took = new double[3];
    for (int i = 0; i < took.length; i++) {
      long begun = System.nanoTime();
      String job = assertStatus(alice.submit(files, "Read."), 201).field("job_id");
      took[i] = (System.nanoTime() - begun) / 1e9;
      assertStatus(alice.post("/jobs/" + job + "/cancel", ""), 200);
      assertStatus(alice.delete("/jobs/" + job), 204);
    }
    Arrays.sort(took);
    Load.figure("POST /jobs of 1000 files: %.2f, %.2f and %.2f s", took[0], took[1], took[2]);
    assertThat(took[1]).isLessThan(LoadedServer.TRUE_SIZE ? 1 : 5);
  }

  @Test
  @Order(4)
  void aJobMayHaveAsManyFilesAsIsConfigured() throws Exception {
    ServiceClient alice = server.someone();
    List<String> files = Load.uploaded(alice, MOST);
    server.bedrock().configure(Map.of("latency_ms", 100));
    long begun = System.nanoTime();
    String job = assertStatus(alice.submit(files, "Read."), 201).field("job_id");
    double taken = (System.nanoTime() - begun) / 1e9;
    JsonNode done = Load.finished(alice, List.of(job), Duration.ofMinutes(5)).get(0);
    double seconds = (System.nanoTime() - begun) / 1e9;

    Load.figure("a job of %d files: taken in %.1f s, done in %.1f s", MOST, taken, seconds);
    assertThat(done.path("counts").path("succeeded").intValue()).isEqualTo(MOST);
    assertThat(done.path("input_files").size()).isEqualTo(MOST);
    assertThat(server.bedrock().callsByFile().values()).containsOnly(1L);
    assertStatus(alice.delete("/jobs/" + job), 204);
  }
}
