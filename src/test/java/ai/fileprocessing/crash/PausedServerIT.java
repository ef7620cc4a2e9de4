package ai.fileprocessing.crash;

import static ai.fileprocessing.faults.Call.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.faults.Rule;
import ai.fileprocessing.local.Bedrock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Two servers, of which the one that works a file is paused until the other has finished it, or
 * lives and takes its time.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PausedServerIT {
  private static final int ATTEMPTS = 3;

  /** More than two leases of a {@link Cluster}. */
  private static final int LONG_CALL_MILLIS = 8_000;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Cluster cluster;
  private Bedrock bedrock;
  private History history;
  private Client client;

  @BeforeAll
  void start() {
    cluster =
        new Cluster(Map.of("JOBS_ATTEMPTS", Integer.toString(ATTEMPTS)), "pause-1", "pause-2");
    cluster.pods().forEach(Pod::awaitReady);
    bedrock = cluster.standIns().bedrock();
  }

  @BeforeEach
  void begin() {
    history = new History();
    client = new Client(cluster, history);
  }

  @AfterEach
  void forget() {
    cluster.pods().forEach(Pod::clear);
    bedrock.reset();
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  @Test
  void aCallThatOutlastsItsLeaseIsCancelledAndWritesNothing() {
    bedrock.configure(Map.of("numbered", true, "hang", true, "fault_count", 1));
    String file = client.upload("some text");
    String job = client.submit(List.of(file));
    Pod paused = awaitPodThatAsks();

    overtake(paused, job);
    long writes = writes(paused);
    paused.resume();

    await().atMost(PATIENCE).until(() -> bedrock.stats().byOutcome().containsKey("left"));
    assertThat(bedrock.stats().inFlight()).isZero();
    assertRight(job, file, 2);
    assertThat(writes(paused)).isEqualTo(writes);
  }

  @Test
  void anAnswerThatCameDuringThePauseOverwritesNothing() {
    bedrock.configure(Map.of("numbered", true, "latency_ms", 1_500));
    String file = client.upload("some text");
    String job = client.submit(List.of(file));
    Pod paused = awaitPodThatAsks();

    overtake(paused, job);
    paused.resume();

    awaitPolls(paused);
    assertRight(job, file, 2);
  }

  @Test
  void aSettlementThatArrivesLateChangesNothing() {
    bedrock.configure(Map.of("numbered", true));
    List<Rule> held =
        cluster.pods().stream()
            .map(it -> it.proxies().dynamodb().when(CrashPoint.settle()).times(1).hang())
            .toList();
    String file = client.upload("some text");
    String job = client.submit(List.of(file));
    await().atMost(PATIENCE).until(() -> held.stream().anyMatch(it -> it.hits() == 1));
    Pod paused = cluster.pods().get(held.get(0).hits() == 1 ? 0 : 1);
    held.get(cluster.pods().indexOf(paused) == 0 ? 1 : 0).clear();

    overtake(paused, job);
    held.forEach(Rule::clear);
    paused.resume();

    awaitPolls(paused);
    assertRight(job, file, 1);
  }

  @Test
  void aCallLongerThanItsLeaseIsDeliveredToNoOtherWhileItsServerLives() {
    bedrock.configure(Map.of("numbered", true, "latency_ms", LONG_CALL_MILLIS));
    List<String> files = IntStream.range(0, 6).mapToObj(it -> client.upload("text " + it)).toList();

    String job = client.submit(files);
    client.watch(job);

    await().atMost(PATIENCE).until(() -> cluster.messages() == 0);
    Map<String, Long> made = bedrock.attemptsByFile();
    assertThat(files).allSatisfy(it -> assertThat(made).containsEntry(job + "/" + it, 1L));
    assertThat(cluster.pods().stream().mapToLong(PausedServerIT::claims).sum())
        .as("claims that were tried")
        .isEqualTo(files.size());
    client.lookAtAll();
    assertThat(Judgement.of(history, made, ATTEMPTS)).isEmpty();
  }

  private static long claims(Pod pod) {
    return pod.proxies().dynamodb().seen().stream()
        .filter(call("UpdateItem").containing("claimed_by = :name, updated_at"))
        .count();
  }

  private Pod awaitPodThatAsks() {
    await().atMost(PATIENCE).until(() -> cluster.pods().stream().anyMatch(PausedServerIT::asks));
    return cluster.pods().stream().filter(PausedServerIT::asks).findFirst().orElseThrow();
  }

  private static boolean asks(Pod pod) {
    return pod.proxies().bedrock().calls("Converse") > 0;
  }

  /** Pauses a server until the job has ended without it. */
  private void overtake(Pod pod, String job) {
    pod.pause();
    client.watch(job);
  }

  /** What it wrote for a file: its result or how it ended. */
  private static long writes(Pod pod) {
    return pod.proxies().s3().seen().stream()
            .filter(call("PutObject").withPathContaining("/results/"))
            .count()
        + pod.proxies().dynamodb().seen().stream().filter(CrashPoint.settle()).count();
  }

  /** Waits until the loop of a server that was paused has come round again. */
  private static void awaitPolls(Pod pod) {
    long polls = pod.proxies().sqs().calls("ReceiveMessage");
    await().atMost(PATIENCE).until(() -> pod.proxies().sqs().calls("ReceiveMessage") >= polls + 2);
  }

  private void assertRight(String job, String file, long calls) {
    await().atMost(PATIENCE).until(() -> cluster.messages() == 0);
    client.lookAtAll();
    assertThat(client.look(job).path("job_status").stringValue()).isEqualTo("COMPLETED");
    Map<String, Long> made = bedrock.attemptsByFile();
    assertThat(made).containsEntry(job + "/" + file, calls);
    assertThat(Judgement.of(history, made, ATTEMPTS)).isEmpty();
  }
}
