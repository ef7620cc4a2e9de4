package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertStatus;
import static ai.fileprocessing.e2e.Answers.submitted;
import static ai.fileprocessing.e2e.Answers.uploaded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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

/**
 * More work than a model or a server takes at once, with the default share for each caller. The
 * order lets the first test warm the server up.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CrowdIT {
  private static final int BACKLOG = Load.size("backlog", 1_000);
  private static final int THROTTLED = Load.size("throttled", 600);
  private static final int RATE = 20;

  private static LoadedServer server;

  @BeforeAll
  static void launch() throws Exception {
    server = LoadedServer.launch("crowd", Map.of());
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
  void aThrottlingModelIsUsedNearItsRateAndFailsNothing() throws Exception {
    ServiceClient alice = server.someone();
    List<String> files = Load.uploaded(alice, THROTTLED);
    server
        .bedrock()
        .configure(Map.of("latency_ms", 500, "rate_per_second", RATE, "burst", RATE / 2));
    long begun = System.nanoTime();
    List<String> jobs = Load.submitted(alice, files, 1);
    // While work is left that could be asked about; the last few wait for their own turn.
    int most = THROTTLED * 9 / 10;
    server.awaitAnswers(most);
    double seconds = (System.nanoTime() - begun) / 1e9;
    double used = most / (seconds * RATE);
    JsonNode job = Load.finished(alice, jobs, Duration.ofMinutes(5)).get(0);

    Load.figure(
        "%d of %d files at %d calls a second: %.1f s, %.0f %% of the rate; %s",
        most, THROTTLED, RATE, seconds, 100 * used, server.bedrock().stats().byOutcome());
    assertThat(job.path("job_status").stringValue()).isEqualTo("COMPLETED");
    assertThat(server.bedrock().answersByFile().values()).containsOnly(1L);
    // A short run is for a good part the search for the rate.
    assertThat(used).isGreaterThan(LoadedServer.TRUE_SIZE ? 0.9 : 0.5);
  }

  @Test
  @Order(2)
  void theBacklogOfOneCallerDoesNotKeepAnotherWaiting() throws Exception {
    ServiceClient noisy = server.someone();
    ServiceClient quiet = server.someone();
    server.bedrock().configure(Map.of("latency_ms", 1_000));
    double idle = oneFile(quiet);
    List<String> files = Load.uploaded(noisy, Math.min(1_000, BACKLOG));
    List<String> jobs = Load.submitted(noisy, files, BACKLOG / files.size());
    // As busy as this machine gets with calls of a second.
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> server.bedrock().stats().calls() > LoadedServer.SLOTS);
    double busy = oneFile(quiet);
    JsonNode left = noisy.get("/jobs/" + jobs.get(jobs.size() - 1)).json();

    // First of all: what is left would be work of the next test.
    for (String job : jobs) {
      assertStatus(noisy.post("/jobs/" + job + "/cancel", ""), 200);
    }
    Load.finished(noisy, jobs, Duration.ofMinutes(2));
    Load.figure(
        "%d files of one caller; one file of another: %.2f s idle, %.2f s busy",
        BACKLOG, idle, busy);
    assertThat(left.path("finished_at").isNumber()).isFalse();
    assertThat(busy).isLessThan(3 * idle + 1);
  }

  private static double oneFile(ServiceClient caller) throws Exception {
    String file = uploaded(caller, "some text");
    long begun = System.nanoTime();
    String job = submitted(caller, "Read.", file);
    Load.finished(caller, List.of(job), Duration.ofMinutes(2));
    return (System.nanoTime() - begun) / 1e9;
  }
}
