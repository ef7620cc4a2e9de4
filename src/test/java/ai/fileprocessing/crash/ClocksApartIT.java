package ai.fileprocessing.crash;

import static ai.fileprocessing.faults.Call.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.faults.Rule;
import ai.fileprocessing.local.Bedrock;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two servers, of which one believes that it is ten minutes later. Needs libfaketime, Debian's
 * package {@code faketime}, and is skipped where that is not installed. Every look at the clock
 * goes through that library, which makes the server slow.
 */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClocksApartIT {
  private static final String RIGHT = "clock-right";
  private static final String AHEAD = "clock-ahead";
  private static final int ATTEMPTS = 3;
  private static final int CLIENTS = 3;
  private static final int CALLS = 150;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final History history = new History();
  private Cluster cluster;
  private Bedrock bedrock;

  @BeforeAll
  void start() throws IOException {
    Optional<Path> library = library();
    assumeThat(library).as("libfaketime, of Debian's package faketime").isPresent();
    Map<String, String> later =
        Map.of(
            "LD_PRELOAD", library.get().toString(),
            "FAKETIME", "+10m",
            "FAKETIME_DONT_FAKE_MONOTONIC", "1");
    cluster =
        new Cluster(
            Map.of("JOBS_ATTEMPTS", Integer.toString(ATTEMPTS)),
            Map.of(RIGHT, Map.of(), AHEAD, later));
    cluster.pods().forEach(Pod::awaitReady);
    bedrock = cluster.standIns().bedrock();
  }

  @AfterEach
  void forget() {
    cluster.pods().forEach(Pod::clear);
    bedrock.reset();
  }

  @AfterAll
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void theirClocksAreTenMinutesApart() throws Exception {
    assertThat(Duration.between(time(pod(RIGHT)), time(pod(AHEAD))))
        .isBetween(Duration.ofMinutes(9), Duration.ofMinutes(11));
  }

  @Test
  void underLoadEveryFileIsAskedAboutOnceAndNothingIsLostDoubledOrChanged() throws Exception {
    bedrock.configure(Map.of("numbered", true, "latency_ms", 100, "jitter_ms", 400));
    Load load = new Load(cluster, history, CLIENTS);
    load.start();
    await()
        .atMost(Duration.ofMinutes(2))
        .failFast(load::check)
        .until(() -> bedrock.stats().calls() > CALLS);
    load.finish();

    Map<String, Long> calls = bedrock.attemptsByFile();
    assertThat(calls.values()).containsOnly(1L);
    assertThat(Judgement.of(history, calls, ATTEMPTS)).isEmpty();
    assertThat(cluster.pods()).allMatch(it -> it.proxies().bedrock().calls("Converse") > 0);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {RIGHT, AHEAD})
  void whatOneHadInWorkWhenItDiedTheOtherFinishes(String dies) {
    bedrock.configure(Map.of("numbered", true, "hang", true, "fault_count", 1));
    Pod pod = pod(dies);
    List<Rule> held =
        cluster.pods().stream()
            .filter(it -> it != pod)
            .map(it -> it.proxies().sqs().when(call("ReceiveMessage")).hang())
            .toList();
    Client client = new Client(cluster, history);
    String file = client.upload("some text");
    String job = client.submit(List.of(file));
    await().atMost(PATIENCE).until(() -> pod.proxies().bedrock().calls("Converse") > 0);
    held.forEach(Rule::clear);

    pod.kill();
    client.watch(job);

    client.lookAtAll();
    Map<String, Long> calls = bedrock.attemptsByFile();
    assertThat(calls).containsEntry(job + "/" + file, 2L);
    assertThat(Judgement.of(history, calls, ATTEMPTS)).isEmpty();
    pod.start();
    pod.awaitReady();
    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() {
    await().atMost(PATIENCE).until(() -> cluster.messages() == 0 && cluster.openFiles() == 0);
  }

  private Pod pod(String name) {
    return cluster.pods().stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
  }

  /** What it believes the time to be. */
  private static Instant time(Pod pod) throws Exception {
    HttpRequest ask = HttpRequest.newBuilder(pod.awaitReady().resolve("/health/live")).build();
    String date =
        HttpClient.newHttpClient()
            .send(ask, BodyHandlers.discarding())
            .headers()
            .firstValue("Date")
            .orElseThrow();
    return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
  }

  /** Where Debian puts it, whatever the machine's architecture. */
  private static Optional<Path> library() throws IOException {
    Path libraries = Path.of("/usr/lib");
    if (!Files.isDirectory(libraries)) {
      return Optional.empty();
    }
    try (Stream<Path> folders = Files.list(libraries)) {
      return folders
          .map(it -> it.resolve("faketime/libfaketimeMT.so.1"))
          .filter(Files::exists)
          .findFirst();
    }
  }
}
