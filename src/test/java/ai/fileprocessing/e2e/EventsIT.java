package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertProblem;
import static ai.fileprocessing.e2e.Answers.assertStatus;
import static ai.fileprocessing.e2e.Answers.finished;
import static ai.fileprocessing.e2e.Answers.submitted;
import static ai.fileprocessing.e2e.Answers.uploaded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.ServiceClient.Answer;
import ai.fileprocessing.local.StandIns;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Following a job: by answers that wait and by a stream of its changes, through two servers. */
class EventsIT {
  private String user;
  private ServiceClient shared;

  /** The same caller at a server that queues work and does not do it before it is handed over. */
  private ServiceClient side;

  @BeforeEach
  void callers() {
    user = Deployment.newUser();
    shared = Deployment.caller(user);
    side = Deployment.caller(SideServer.get(), user);
  }

  @Test
  void aWaitEndsWhenTheJobChangesInWhicheverProcess() throws Exception {
    String job = waitingJob("some text");

    CompletableFuture<Answer> waiting = waitFor(side, job, "respond-async, wait=30");
    SideServer.handOver();
    Answer answer = assertStatus(waiting.get(60, TimeUnit.SECONDS), 200);

    assertThat(answer.field("job_status")).isNotEqualTo("PENDING");
    assertThat(answer.header("Preference-Applied")).isEqualTo("wait=30");
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("X-Request-Id")).isNotEmpty();
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void aWaitEndsAfterItsTimeWithTheJobAsItIs() throws Exception {
    String job = waitingJob("some text");
    Instant before = Instant.now();

    Answer answer = waitFor(side, job, "wait=2").get(60, TimeUnit.SECONDS);

    assertThat(answer.field("job_status")).isEqualTo("PENDING");
    assertThat(answer.header("Preference-Applied")).isEqualTo("wait=2");
    assertThat(Duration.between(before, Instant.now())).isGreaterThan(Duration.ofSeconds(1));
    SideServer.handOver();
  }

  @Test
  void aJobThatHasEndedIsNotWaitedFor() throws Exception {
    String job = submitted(shared, "Read.", uploaded(shared, "some text"));
    finished(shared, job);
    Instant before = Instant.now();

    Answer answer = waitFor(shared, job, "wait=30").get(60, TimeUnit.SECONDS);

    assertThat(answer.field("job_status")).isEqualTo("COMPLETED");
    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void aPreferenceThatIsNoneIsIgnored() throws Exception {
    String job = waitingJob("some text");
    Instant before = Instant.now();

    for (String none : List.of("wait=0", "wait=-5", "wait=soon", "wait", "handling=strict")) {
      Answer answer = waitFor(side, job, none).get(60, TimeUnit.SECONDS);
      assertThat(answer.field("job_status")).isEqualTo("PENDING");
      assertThat(answer.header("Preference-Applied")).isEmpty();
    }

    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(20));
    SideServer.handOver();
  }

  @Test
  void aWaitForAJobThatIsDeletedMeanwhileEndsAsForOneThatNeverWas() throws Exception {
    String job = waitingJob("some text");

    CompletableFuture<Answer> waiting = waitFor(side, job, "wait=30");
    assertStatus(shared.delete("/jobs/" + job), 204);

    assertProblem(waiting.get(60, TimeUnit.SECONDS), 404, "JOB_NOT_FOUND");
    SideServer.handOver();
  }

  @Test
  void aStreamShowsTheLifeOfAJobAndEndsWithIt() throws Exception {
    String job = waitingJob("the first", "the second", "the third");

    try (EventReader reader = EventReader.open(side, job, "")) {
      EventReader.Event first = reader.awaitEvent(event -> event.name().equals("job"));
      assertThat(first.json()).isEqualTo(side.get("/jobs/" + job).json());
      assertThat(first.retry()).isEqualTo("2000");
      SideServer.handOver();
      HttpResponse<Void> answer = reader.awaitEnd();

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type").orElse(""))
          .startsWith("text/event-stream");
      assertThat(answer.headers().allValues("Cache-Control")).containsExactly("no-store");
      assertThat(answer.headers().firstValue("X-Accel-Buffering")).contains("no");
      assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
      assertThat(reader.names()).startsWith("job").endsWith("job", "end");
      JsonNode now = shared.get("/jobs/" + job).json();
      assertThat(lastOfEachFile(reader)).containsExactlyInAnyOrderElementsOf(files(now));
      EventReader.Event last =
          reader.events().stream()
              .filter(it -> it.name().equals("job"))
              .reduce((a, b) -> b)
              .orElseThrow();
      assertThat(last.json().path("job_status").stringValue()).isEqualTo("COMPLETED");
      assertThat(last.json().path("counts")).isEqualTo(now.path("counts"));
      assertThat(last.json().path("usage")).isEqualTo(now.path("usage"));
      assertThat(last.json().has("input_files")).isFalse();
      assertThat(
              reader.events().get(reader.events().size() - 1).json().path("reason").stringValue())
          .isEqualTo("FINISHED");
    }
  }

  @Test
  void onlyTheLastEventOfAChangeMovesTheIdOn() throws Exception {
    String job = waitingJob("the first", "the second");

    try (EventReader reader = EventReader.open(side, job, "")) {
      reader.awaitOpen();
      SideServer.handOver();
      reader.awaitEnd();

      assertThat(reader.events()).filteredOn(it -> it.name().equals("file")).isNotEmpty();
      assertThat(reader.events())
          .filteredOn(it -> it.name().equals("file"))
          .allMatch(it -> it.id().isEmpty());
      assertThat(reader.events())
          .filteredOn(it -> it.name().equals("job"))
          .noneMatch(it -> it.id().isEmpty());
    }
  }

  @Test
  void whoComesBackToAnotherServerGetsWhatItMissedAndThenNothingMore() throws Exception {
    String job = waitingJob("some text");
    String seen;
    try (EventReader reader = EventReader.open(side, job, "")) {
      seen = reader.awaitEvent(event -> event.name().equals("job")).id();
    }

    SideServer.handOver();
    JsonNode now = finished(shared, job);
    String last;
    try (EventReader reader = EventReader.open(shared, job, seen)) {
      reader.awaitEnd();
      assertThat(reader.names()).containsExactly("job", "end");
      assertThat(reader.events().get(0).json()).isEqualTo(now);
      last = reader.lastId();
    }

    try (EventReader reader = EventReader.open(side, job, last)) {
      assertThat(reader.awaitEnd().statusCode()).isEqualTo(204);
      assertThat(reader.events()).isEmpty();
    }
  }

  @Test
  void whoComesBackAndHasMissedNothingIsToldNothingTwice() throws Exception {
    String job = waitingJob("some text");
    String seen;
    try (EventReader reader = EventReader.open(side, job, "")) {
      seen = reader.awaitEvent(event -> event.name().equals("job")).id();
    }

    try (EventReader reader = EventReader.open(shared, job, seen)) {
      reader.awaitOpen();
      SideServer.handOver();
      reader.awaitEnd();

      assertThat(reader.names()).startsWith("file").endsWith("job", "end");
    }
  }

  @Test
  void aStreamEndsWhenItsJobIsDeleted() throws Exception {
    String job = waitingJob("some text");

    try (EventReader reader = EventReader.open(side, job, "")) {
      reader.awaitOpen();
      assertStatus(shared.delete("/jobs/" + job), 204);
      reader.awaitEnd();

      assertThat(reader.names()).containsExactly("job", "end");
      assertThat(reader.events().get(1).json().path("reason").stringValue()).isEqualTo("DELETED");
    }
    assertProblem(side.get("/jobs/" + job + "/events"), 404, "JOB_NOT_FOUND");
    SideServer.handOver();
  }

  @Test
  void whatIsNoStreamIsRefusedLikeAnyOtherCall() throws Exception {
    String job = waitingJob("some text");
    String path = "/jobs/" + job + "/events";

    assertProblem(
        side.send(side.request(path).header("Accept", "application/json")), 406, "NOT_ACCEPTABLE");
    assertProblem(
        Deployment.someone().send(shared.request("/jobs/nothing/events")), 404, "JOB_NOT_FOUND");
    assertProblem(Deployment.someone().get(path), 404, "JOB_NOT_FOUND");
    assertThat(RawHttp.request("GET " + path).send(SideServer.get().uri()).status()).isEqualTo(401);
    HttpRequest.Builder head =
        side.request(path).method("HEAD", HttpRequest.BodyPublishers.noBody());
    assertThat(assertStatus(side.send(head), 200).header("Content-Type"))
        .startsWith("text/event-stream");
    SideServer.handOver();
  }

  @Test
  void twoHundredStreamsHoldNoThreadsAndLeaveNothingWhenTheirClientsGo() throws Exception {
    int many = 200;
    Map<String, String> settings =
        Map.of("JOBS_WORKER", "false", "JOBS_QUEUE_URL", queue(), "JOBS_CALLER_WATCHES", "" + many);
    try (LocalServer server = Deployment.launch("streams", settings).awaitReady()) {
      ServiceClient alice = Deployment.caller(server, user);
      List<String> jobs = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        // More than fits between a server and a client that does not read.
        jobs.add(submitted(alice, "Read. ".repeat(10_000), uploaded(alice, "text " + i)));
      }
      int before = threads(server);
      List<Socket> streams = new ArrayList<>();
      for (int i = 0; i < many; i++) {
        Socket stream = EventReader.unread(server.uri(), user, jobs.get(i % jobs.size()));
        assertThat(stream.getInputStream().read()).isEqualTo('H');
        streams.add(stream);
      }

      Answer refused = alice.get("/jobs/" + jobs.get(0) + "/events");
      assertProblem(refused, 429, "TOO_MANY_WATCHES");
      assertThat(refused.header("Retry-After")).isEqualTo("5");
      assertThat(threads(server) - before).isLessThan(many / 2);
      assertStatus(alice.get("/jobs/" + jobs.get(0)), 200);

      for (Socket stream : streams) {
        stream.close();
      }
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> waitFor(alice, jobs.get(0), "wait=1").join().status() == 200);
      assertThat(Files.readString(server.log())).doesNotContain("\"ERROR\"", "FFDC");
    }
  }

  @Test
  void aServerThatStopsKeepsNobodyWaiting() throws Exception {
    Map<String, String> settings = Map.of("JOBS_WORKER", "false", "JOBS_QUEUE_URL", queue());
    try (LocalServer server = Deployment.launch("stopping-streams", settings).awaitReady()) {
      ServiceClient alice = Deployment.caller(server, user);
      String job = submitted(alice, "Read.", uploaded(alice, "some text"));
      EventReader reader = EventReader.open(alice, job, "");
      reader.awaitOpen();
      CompletableFuture<Answer> waiting = waitFor(alice, job, "wait=30");
      assertStatus(alice.get("/jobs/" + job), 200);
      Instant before = Instant.now();

      server.process().destroy();

      assertThat(waiting.get(60, TimeUnit.SECONDS).field("job_status")).isEqualTo("PENDING");
      assertThat(reader.awaitEnd().statusCode()).isEqualTo(200);
      assertThat(reader.names()).containsExactly("job");
      assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(25));
      assertThat(server.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** A job of the side server that nobody works on yet. */
  private String waitingJob(String... texts) throws Exception {
    List<String> files = new ArrayList<>();
    for (String text : texts) {
      files.add(uploaded(side, text));
    }
    return submitted(side, "Read.", files.toArray(String[]::new));
  }

  private static CompletableFuture<Answer> waitFor(ServiceClient caller, String job, String how) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return caller.send(caller.request("/jobs/" + job).header("Prefer", how));
          } catch (IOException e) {
            throw new CompletionException(e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
          }
        });
  }

  /** What the stream said last of each file, as the job has it. */
  private static List<JsonNode> lastOfEachFile(EventReader reader) {
    Map<String, JsonNode> files = new LinkedHashMap<>();
    for (EventReader.Event event : reader.events()) {
      if (event.name().equals("file")) {
        ObjectNode file = (ObjectNode) event.json();
        file.remove("job_id");
        files.put(file.path("file_id").stringValue(), file);
      }
    }
    return List.copyOf(files.values());
  }

  private static List<JsonNode> files(JsonNode job) {
    List<JsonNode> files = new ArrayList<>();
    job.path("input_files").forEach(files::add);
    return files;
  }

  private static String queue() {
    return StandIns.shared()
        .sqs()
        .createQueue(it -> it.queueName("events-" + UUID.randomUUID()))
        .queueUrl();
  }

  /** The server is the shell that started it, or the process in its place or below it. */
  private static int threads(LocalServer server) throws Exception {
    int most = 0;
    List<ProcessHandle> all = new ArrayList<>(server.process().descendants().toList());
    all.add(server.process().toHandle());
    for (ProcessHandle process : all) {
      most =
          Math.max(
              most,
              Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                  .filter(line -> line.startsWith("Threads:"))
                  .mapToInt(line -> Integer.parseInt(line.substring(8).strip()))
                  .findFirst()
                  .orElse(0));
    }
    return most;
  }
}
