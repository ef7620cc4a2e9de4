package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertStatus;
import static ai.fileprocessing.e2e.Answers.submitted;
import static ai.fileprocessing.e2e.Answers.uploaded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.StandIns;
import java.time.Duration;
import java.util.HashMap;
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

/** One server under load. The order lets the first test warm it up for the others. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LoadIT {
  private static final int SLOTS = Load.size("slots", 100);
  private static final int FILES = 2 * SLOTS;
  private static final int LATENCY = Load.size("latency", 3);
  private static final int BACKLOG = Load.size("backlog", 1_000);
  private static final int THROTTLED = Load.size("throttled", 600);
  private static final int RATE = 20;

  /**
   * What a pod of 512 MiB would be given. Work that waits for a model lives longer than a minor
   * collection, so that a small young generation leaves the old one the room; the second compiler
   * would cost more memory and time than it gains where a process mostly waits.
   */
  private static final String MEMORY =
      "-Xmx184m -Xmn32m -XX:+UseSerialGC -Xss256k -XX:TieredStopAtLevel=1"
          + (Runtime.version().feature() < 25 ? "" : " -XX:+UseCompactObjectHeaders");

  private static LocalServer server;
  private final Bedrock bedrock = StandIns.shared().bedrock();

  @BeforeAll
  static void launch() throws Exception {
    Map<String, String> settings = new HashMap<>(Load.queue("load"));
    settings.put("JVM_ARGS", MEMORY);
    settings.put("JOBS_SLOTS", "" + SLOTS);
    settings.put("JOBS_CALLER_SLOTS", "100");
    settings.put("JOBS_OPEN_FILES", "100000");
    server = Deployment.launch("load", settings).awaitReady();
  }

  @AfterAll
  static void close() {
    server.close();
  }

  @AfterEach
  void theModelBehavesAgain() {
    bedrock.reset();
  }

  @Test
  @Order(1)
  void whatAFileCostsInCallsToTheQueue() throws Exception {
    ServiceClient alice = someone();
    List<String> files = Load.uploaded(alice, SLOTS);
    // Once to warm up; long enough for all to be sent before the first is done.
    bedrock.configure(Map.of("latency_ms", 2_000));
    Load.finished(alice, Load.submitted(alice, files, 1), Duration.ofMinutes(3));
    StandIns.shared().queues().resetCalls();
    Load.finished(alice, Load.submitted(alice, files, 1), Duration.ofMinutes(3));

    Map<String, Long> calls = StandIns.shared().queues().calls();
    double each = calls.values().stream().mapToLong(Long::longValue).sum() / (double) files.size();
    Load.figure("SQS calls per file: %.2f %s", each, calls);
    assertThat(each).isLessThan(0.5);
  }

  @Test
  @Order(2)
  void everySlotIsACallOfTheModelTrulyInFlight() throws Exception {
    ServiceClient alice = someone();
    List<String> files = Load.uploaded(alice, FILES);
    bedrock.configure(Map.of("latency_ms", LATENCY * 1_000));
    long begun = System.nanoTime();
    List<String> jobs = Load.submitted(alice, files, 1);
    awaitAnswers(FILES);
    JsonNode job = Load.finished(alice, jobs, Duration.ofMinutes(5)).get(0);
    double seconds = (System.nanoTime() - begun) / 1e9;
    double floor = LATENCY * FILES / (double) SLOTS;

    Load.figure(
        "%d files of %d s in %d slots: %.1f s, %.2f times the floor of %.0f s; most calls in flight %d; most resident memory %d MB",
        FILES,
        LATENCY,
        SLOTS,
        seconds,
        seconds / floor,
        floor,
        bedrock.stats().mostInFlight(),
        Load.mostResident(server));
    assertThat(job.path("job_status").stringValue()).isEqualTo("COMPLETED");
    assertThat(bedrock.stats().mostInFlight()).isEqualTo(SLOTS);
    assertThat(bedrock.callsByFile().values()).containsOnly(1L);
    assertThat(Load.mostResident(server)).isLessThan(450);
    assertThat(seconds).isLessThan(floor * (SLOTS < 500 ? 2 : 1.3));
  }

  @Test
  @Order(3)
  void aJobOfAThousandFilesIsTakenWithinASecond() throws Exception {
    ServiceClient alice = someone();
    List<String> files = Load.uploaded(alice, 1_000);
    bedrock.configure(Map.of("latency_ms", 500));
    double best = Double.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      long begun = System.nanoTime();
      String job = assertStatus(alice.submit(files, "Read."), 201).field("job_id");
      best = Math.min(best, (System.nanoTime() - begun) / 1e9);
      assertStatus(alice.post("/jobs/" + job + "/cancel", ""), 200);
      assertStatus(alice.delete("/jobs/" + job), 204);
    }
    Load.figure("POST /jobs of 1000 files: %.2f s, the best of three", best);
    assertThat(best).isLessThan(SLOTS < 500 ? 5 : 1);
  }

  @Test
  @Order(4)
  void theBacklogOfOneCallerDoesNotKeepAnotherWaiting() throws Exception {
    ServiceClient noisy = someone();
    ServiceClient quiet = someone();
    bedrock.configure(Map.of("latency_ms", 1_000));
    double idle = oneFile(quiet);
    List<String> files = Load.uploaded(noisy, Math.min(1_000, BACKLOG));
    List<String> jobs = Load.submitted(noisy, files, BACKLOG / files.size());
    // As busy as this machine gets with calls of a second.
    await().atMost(Duration.ofMinutes(1)).until(() -> bedrock.stats().calls() > SLOTS);
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

  @Test
  @Order(5)
  void aThrottlingModelIsUsedNearItsRateAndFailsNothing() throws Exception {
    ServiceClient alice = someone();
    List<String> files = Load.uploaded(alice, THROTTLED);
    bedrock.configure(Map.of("latency_ms", 500, "rate_per_second", RATE, "burst", RATE / 2));
    long begun = System.nanoTime();
    List<String> jobs = Load.submitted(alice, files, 1);
    // While work is left that could be asked about; the last few wait for their own turn.
    int most = THROTTLED * 9 / 10;
    awaitAnswers(most);
    double seconds = (System.nanoTime() - begun) / 1e9;
    double used = most / (seconds * RATE);
    JsonNode job = Load.finished(alice, jobs, Duration.ofMinutes(5)).get(0);

    Load.figure(
        "%d of %d files at %d calls a second: %.1f s, %.0f %% of the rate; %s",
        most, THROTTLED, RATE, seconds, 100 * used, bedrock.stats().byOutcome());
    assertThat(job.path("job_status").stringValue()).isEqualTo("COMPLETED");
    assertThat(bedrock.answersByFile().values()).containsOnly(1L);
    // A short run is for a good part the search for the rate.
    assertThat(used).isGreaterThan(SLOTS < 500 ? 0.5 : 0.9);
  }

  /** Asked of the model, so that nothing is asked of the service meanwhile. */
  private void awaitAnswers(int count) {
    await()
        .atMost(Duration.ofMinutes(5))
        .until(() -> bedrock.stats().byOutcome().getOrDefault("end_turn", 0L) >= count);
  }

  private static double oneFile(ServiceClient caller) throws Exception {
    String file = uploaded(caller, "some text");
    long begun = System.nanoTime();
    String job = submitted(caller, "Read.", file);
    Load.finished(caller, List.of(job), Duration.ofMinutes(2));
    return (System.nanoTime() - begun) / 1e9;
  }

  private static ServiceClient someone() {
    return Deployment.caller(server, Deployment.newUser());
  }
}
