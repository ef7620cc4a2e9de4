package ai.fileprocessing.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.faults.FaultProxy;
import ai.fileprocessing.faults.Proxies;
import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.StandIns;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a file costs that nothing disturbs, counted on the wire between the service and AWS. */
class AwsCallsIT {
  private static final int FILES = 100;

  /** Beats of the process, sweeps and the job's own row; they do not grow with the files. */
  private static final int BESIDES = 10;

  /** Of all files at once, and of those who look whether the job has ended. */
  private static final int READS = FILES / 4;

  private final Proxies proxies = Proxies.to(StandIns.shared());
  private LocalServer server;

  @BeforeEach
  void launch() throws Exception {
    TestQueue queue = TestQueue.create("counted");
    Map<String, String> settings =
        new HashMap<>(proxies.environment(queue.url(), queue.deadLettersUrl()));
    settings.put("JOBS_TABLE", TestTable.likeJobs("counted-jobs"));
    settings.put("JOBS_CALLER_SLOTS", "100");
    server = Deployment.launch("counted", settings).awaitReady();
  }

  @AfterEach
  void close() {
    server.close();
    proxies.close();
    StandIns.shared().bedrock().reset();
  }

  @Test
  void aFileCostsOneGetOnePutAndTwoWritesOfItsRow() throws Exception {
    ServiceClient alice = Deployment.caller(server, Deployment.newUser());
    List<String> files = Load.uploaded(alice, FILES);
    StandIns.shared().bedrock().configure(Map.of("latency_ms", 1_000));
    Map<String, Long> before = calls();
    String job = Load.submitted(alice, files, 1).get(0);
    // Asked of the model, since to follow the job would be reads of its own.
    await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                StandIns.shared().bedrock().stats().byOutcome().getOrDefault("end_turn", 0L)
                    >= FILES);
    var ended = Load.finished(alice, List.of(job), Duration.ofMinutes(1)).get(0);
    Map<String, Long> spent = calls();
    spent.replaceAll((operation, count) -> count - before.get(operation));

    Load.figure("AWS calls of a job of %d files: %s", FILES, spent);
    assertThat(ended.path("job_status").stringValue()).isEqualTo("COMPLETED");
    assertThat(spent).containsEntry("GetObject", (long) FILES);
    assertThat(spent).containsEntry("PutObject", (long) FILES);
    assertThat(spent.get("UpdateItem")).isBetween(2L * FILES, 2L * FILES + BESIDES);
    assertThat(spent.get("PutItem")).isLessThan(BESIDES);
    assertThat(spent.get("BatchWriteItem")).isLessThan(BESIDES);
    assertThat(spent.get("GetItem")).isLessThan(READS);
    assertThat(spent.get("BatchGetItem")).isLessThan(READS);
    assertThat(spent.get("Query")).isLessThan(READS);
    assertThat(spent.get("HeadObject")).isZero();
    assertThat(spent.get("TransactWriteItems")).isZero();
  }

  private Map<String, Long> calls() {
    Map<String, Long> calls = new TreeMap<>();
    count(calls, proxies.s3(), "GetObject", "PutObject", "HeadObject");
    count(
        calls,
        proxies.dynamodb(),
        "UpdateItem",
        "PutItem",
        "GetItem",
        "Query",
        "BatchGetItem",
        "BatchWriteItem",
        "TransactWriteItems");
    return calls;
  }

  private static void count(Map<String, Long> calls, FaultProxy proxy, String... operations) {
    for (String operation : operations) {
      calls.put(operation, proxy.calls(operation));
    }
  }
}
