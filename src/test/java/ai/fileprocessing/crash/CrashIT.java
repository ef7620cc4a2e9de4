package ai.fileprocessing.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.local.Bedrock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Two servers under load, of which one after the other, and sometimes both, are killed at random
 * moments and started again; the system property {@code kills} says how often. The model throttles,
 * fails and refuses now and then, and the clients cancel, retry and delete.
 */
class CrashIT {
  private static final int KILLS = Integer.getInteger("kills", 3);

  /** So many that clients have cancelled, retried and deleted in between. */
  private static final int MANY = 30;

  private static final int ATTEMPTS = 10;
  private static final int CLIENTS = 4;

  /** A server is killed within so many milliseconds after work goes on. */
  private static final int LIFE = 3_000;

  /** What a model says of a file that it will not have; nothing else may fail one. */
  private static final String REFUSAL = "ValidationException";

  private static final Map<String, Object> WELL = Map.of("fault", "", "cut", false);
  private static final List<Map<String, Object>> WEATHER =
      List.of(
          WELL,
          WELL,
          Map.of("fault", "ThrottlingException", "fault_count", 20),
          Map.of("fault", "InternalServerException", "fault_count", 3),
          Map.of("fault", "ModelTimeoutException", "fault_count", 3),
          Map.of("fault", REFUSAL, "fault_count", 5),
          Map.of("fault", "", "cut", true, "fault_count", 3));

  private final Random random = new Random();
  private final History history = new History();
  private final long begun = System.nanoTime();

  @Test
  void whateverIsKilledWheneverNothingIsLostDoubledOrChanged() throws Exception {
    Map<String, String> settings =
        Map.of("JOBS_ATTEMPTS", Integer.toString(ATTEMPTS), "JOBS_SLOTS", "8");
    try (Cluster cluster = new Cluster(settings, "crash-1", "crash-2")) {
      cluster
          .standIns()
          .bedrock()
          .configure(Map.of("numbered", true, "latency_ms", 50, "jitter_ms", 400));
      Load load = new Load(cluster, history, CLIENTS);
      load.start();
      for (int kill = 0; kill < KILLS; kill++) {
        cluster.standIns().bedrock().configure(WEATHER.get(random.nextInt(WEATHER.size())));
        killOne(cluster, load);
      }
      cluster.standIns().bedrock().configure(WELL);
      load.finish();

      Map<String, Long> calls = cluster.standIns().bedrock().attemptsByFile();
      report(calls);
      assertThat(calls).as("files that a model was asked about").isNotEmpty();
      assertThat(Judgement.of(history, calls, ATTEMPTS, Set.of("MODEL_REFUSED_REQUEST"))).isEmpty();
      assertNothingIsLeft(cluster);
      if (KILLS >= MANY) {
        assertThat(history.cancelled()).as("cancellations").isNotEmpty();
        assertThat(history.retried()).as("retries").isNotEmpty();
        assertThat(history.deleted()).as("deletions").isNotEmpty();
      }
    }
  }

  /** No message, and no open work of a job that was never accepted. */
  private static void assertNothingIsLeft(Cluster cluster) {
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> {
              assertThat(cluster.messages()).as("messages").isZero();
              assertThat(cluster.openFiles()).as("open files").isZero();
            });
  }

  /** Waits until work goes on, and then for a random moment. */
  private void killOne(Cluster cluster, Load load) throws InterruptedException {
    Bedrock bedrock = cluster.standIns().bedrock();
    long calls = bedrock.stats().calls();
    await()
        .atMost(Duration.ofMinutes(8))
        .failFast(load::check)
        .until(() -> cluster.anyAddress().isPresent() && bedrock.stats().calls() > calls);
    new CountDownLatch(1).await(random.nextInt(LIFE), TimeUnit.MILLISECONDS);
    List<Pod> up = cluster.pods().stream().filter(it -> it.address().isPresent()).toList();
    Pod pod = up.get(random.nextInt(up.size()));
    pod.kill();
    pod.start();
  }

  private void report(Map<String, Long> calls) {
    LongSummaryStatistics each = calls.values().stream().mapToLong(it -> it).summaryStatistics();
    System.out.printf(
        Locale.ROOT,
        "FIGURE %d kills, %d jobs, of which %d deleted, %d cancelled, %d retries; %d files, %d results"
            + " read in %d looks; %d files failed, %d were cancelled; model calls per file %.2f, at"
            + " most %d; %d s%n",
        KILLS,
        history.accepted().stream().map(History.Accepted::jobId).distinct().count(),
        history.deleted().size(),
        history.cancelled().stream().map(History.Cancelled::jobId).distinct().count(),
        history.retried().size(),
        calls.size(),
        history.read().stream().filter(it -> it.content() != null).count(),
        history.seen().size(),
        history.failed().stream().map(it -> it.jobId() + "/" + it.fileId()).distinct().count(),
        history.seen().stream()
            .flatMap(
                job ->
                    job.files().entrySet().stream()
                        .filter(it -> it.getValue().equals("CANCELLED"))
                        .map(it -> job.jobId() + "/" + it.getKey()))
            .distinct()
            .count(),
        each.getAverage(),
        each.getMax(),
        Duration.ofNanos(System.nanoTime() - begun).toSeconds());
  }
}
