package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertStatus;
import static ai.fileprocessing.e2e.Answers.finished;
import static ai.fileprocessing.e2e.Answers.link;
import static ai.fileprocessing.e2e.Answers.submitted;
import static ai.fileprocessing.e2e.Answers.uploaded;
import static ai.fileprocessing.faults.Call.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;

import ai.fileprocessing.faults.Proxies;
import ai.fileprocessing.kubernetes.Permissions;
import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.Cognito;
import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.StandIns;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An API and a worker, each behind proxies of its own, do everything that there is to do. The roles
 * of the template allow what they called, and nothing that they did not call.
 */
class PermissionsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** What the worker does last where it goes on with what was cut short. */
  private static final Set<String> LAST =
      Set.of(
          "dynamodb:DeleteItem FilesTable",
          "dynamodb:BatchWriteItem JobsTable",
          "dynamodb:DeleteItem JobsTable",
          "sqs:SendMessage JobsDeadLetterQueue",
          "sqs:ChangeMessageVisibility JobsDeadLetterQueue");

  private final Map<String, String> names = StandIns.shared().environment();
  private final String user = Deployment.newUser();
  private final Bedrock bedrock = StandIns.shared().bedrock();
  private final TestQueue queue = TestQueue.create("permissions");
  private final String table = TestTable.likeJobs("permissions-jobs");
  private final Recorder api = new Recorder(table, queue);
  private final Recorder worker = new Recorder(table, queue);

  @AfterEach
  void reset() {
    bedrock.reset();
  }

  @Test
  void theRolesAllowExactlyTheCallsThatAreMadeAndTheTemplateHasWhatTheyName() throws Exception {
    try (Proxies first = Proxies.to(StandIns.shared());
        Proxies second = Proxies.to(StandIns.shared())) {
      api.listen(first);
      worker.listen(second);
      try (LocalServer server = launch("permissions-api", first, false);
          LocalServer other = launch("permissions-worker", second, true)) {
        server.awaitReady();
        other.awaitReady();
        ServiceClient alice = Deployment.caller(server, user);
        everything(alice);
        cutShort(alice, first, second);
      }
    }

    assertAll(
        () -> assertThat(api.used()).isEqualTo(Permissions.of("ApiRole")),
        () -> assertThat(worker.used()).isEqualTo(Permissions.of("WorkerRole")),
        this::assertTables);
  }

  private void assertTables() {
    Set<String> indexes = new TreeSet<>();
    List.of(api, worker)
        .forEach(
            it ->
                it.used().stream()
                    .map(used -> used.split(" ")[1])
                    .filter(used -> used.contains("/"))
                    .forEach(indexes::add));
    assertThat(indexes).isEqualTo(Permissions.indexes());
    Map<String, Set<String>> keys = new TreeMap<>(api.keys());
    worker.keys().forEach((of, more) -> keys.merge(of, more, PermissionsIT::both));
    assertThat(keys).isEqualTo(Permissions.keys());
    Map<String, String> expiring = api.expiring();
    expiring.putAll(worker.expiring());
    assertThat(expiring).isEqualTo(Permissions.expiring());
  }

  private LocalServer launch(String name, Proxies proxies, boolean works) {
    Map<String, String> settings =
        new HashMap<>(proxies.environment(queue.url(), queue.deadLettersUrl()));
    settings.put("JOBS_TABLE", table);
    settings.put("JOBS_WORKER", Boolean.toString(works));
    settings.put("JOBS_LEASE", "PT3S");
    settings.put("JOBS_DEAD_LETTERS", "PT1S");
    settings.put("JOBS_SWEEP", "PT1S");
    settings.put("JOBS_SWEEP_AFTER", "PT2S");
    settings.put("JOBS_ATTEMPTS", "1");
    settings.put("FILES_SWEEP", "PT1S");
    return Deployment.launch(name, settings);
  }

  private void everything(ServiceClient alice) throws Exception {
    String prompt = prompts(alice);
    String file = uploaded(alice, "a text");
    String other = uploaded(alice, "another text");
    assertStatus(alice.get("/files"), 200);
    assertStatus(alice.get("/files/" + file), 200);
    Answers.fetch(link(alice, "/files/" + file + "/download"));

    String job =
        withKey(alice, "{\"files\": [\"%s\"], \"prompt_id\": \"%s\"}".formatted(file, prompt));
    finished(alice, job);
    Answers.fetch(link(alice, "/jobs/" + job + "/download/" + file));
    assertStatus(alice.get("/jobs"), 200);
    assertStatus(alice.get("/usage"), 200);
    assertStatus(alice.delete("/prompts/" + prompt), 204);

    String texts =
        assertStatus(
                alice.post(
                    "/jobs",
                    """
                    {"files": ["%s"], "texts": [{"name": "t", "content": "c"}], "prompt": "Read."}"""
                        .formatted(file)),
                201)
            .field("job_id");
    finished(alice, texts);
    assertStatus(alice.delete("/jobs/" + texts), 204);

    String parts = uploaded(alice, "A line of a text that is too long. ".repeat(60_000));
    finished(alice, submitted(alice, "Read.", parts));

    bedrock.configure(Map.of("fault", "ValidationException", "fault_count", 1));
    String failed = submitted(alice, "Read.", file);
    finished(alice, failed);
    assertStatus(alice.post("/jobs/" + failed + "/retry", ""), 200);
    finished(alice, failed);

    bedrock.configure(Map.of("latency_ms", 3_000));
    String cancelled = submitted(alice, "Read.", file, other);
    await().until(() -> bedrock.stats().inFlight() > 0);
    queue.send("none of ours");
    assertStatus(alice.post("/jobs/" + cancelled + "/cancel", ""), 200);
    finished(alice, cancelled);
    assertStatus(alice.delete("/files/" + other), 204);
  }

  /** What others go on with: a message, an upload, a deletion and the record of a dead letter. */
  private void cutShort(ServiceClient alice, Proxies first, Proxies second) throws Exception {
    String file = uploaded(alice, "a text");
    first.sqs().when(call("SendMessageBatch")).times(1).answer(400, "AccessDenied", "as injected");
    String job = submitted(alice, "Read.", file);
    finished(alice, job);
    String deleted = submitted(alice, "Read.", file);
    finished(alice, deleted);
    second
        .dynamodb()
        .when(call("UpdateItem").containing("WORK_ABANDONED"))
        .times(1)
        .answer(400, "AccessDeniedException", "as injected");
    queue.sendDead(
        "{\"user_id\": \"%s\", \"job_id\": \"%s\", \"file_id\": \"%s\"}"
            .formatted(Cognito.subject(user), job, file));
    first
        .dynamodb()
        .when(call("BatchWriteItem"))
        .times(1)
        .answer(400, "AccessDeniedException", "as injected");
    assertStatus(alice.delete("/jobs/" + deleted), 204);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              // Whoever comes first sweeps it; sooner or later that is the one, and the other.
              leaveAnUpload();
              return worker.used().containsAll(LAST);
            });
  }

  private static String prompts(ServiceClient alice) throws Exception {
    String json = "{\"name\": \"Reading\", \"prompt\": \"Read.\"}";
    String prompt = assertStatus(alice.post("/prompts", json), 201).field("prompt_id");
    assertStatus(alice.get("/prompts"), 200);
    assertStatus(
        alice.send(
            alice
                .request("/prompts/" + prompt)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(json))),
        200);
    return prompt;
  }

  private static String withKey(ServiceClient alice, String json) throws Exception {
    var request =
        alice
            .request("/jobs")
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "once")
            .POST(BodyPublishers.ofString(json));
    return assertStatus(alice.send(request), 201).field("job_id");
  }

  /** As a server leaves it that is killed between the last byte and the end of an upload. */
  private void leaveAnUpload() {
    StandIns.shared()
        .dynamodb()
        .putItem(
            put ->
                put.tableName(names.get("FILES_TABLE"))
                    .item(
                        Map.of(
                            "user_id",
                            AttributeValue.fromS(Cognito.subject(user)),
                            "file_id",
                            AttributeValue.fromS("018f0000-0000-7000-8000-00000000000b"),
                            "unfinished",
                            AttributeValue.fromS("b"),
                            "unfinished_since",
                            AttributeValue.fromN(
                                Long.toString(
                                    Instant.now().minus(Duration.ofHours(25)).getEpochSecond())))));
  }

  private static Set<String> both(Set<String> some, Set<String> more) {
    Set<String> all = new TreeSet<>(some);
    all.addAll(more);
    return all;
  }
}
