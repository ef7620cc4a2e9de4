package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertProblem;
import static ai.fileprocessing.e2e.Answers.assertStatus;
import static ai.fileprocessing.e2e.SomeJob.attemptCounts;
import static ai.fileprocessing.e2e.SomeJob.files;
import static ai.fileprocessing.e2e.SomeJob.outcomes;
import static ai.fileprocessing.e2e.SomeJob.reasons;
import static ai.fileprocessing.e2e.SomeJob.statuses;
import static ai.fileprocessing.e2e.SomeJob.waitsFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.ServiceClient.Answer;
import ai.fileprocessing.local.StandIns;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import tools.jackson.databind.JsonNode;

/** What its owner can do with a job, and what the service does with one that cannot go on. */
class JobLifeIT {
  private static final int OPEN_FILES = 8;
  private static final int SLOTS = 4;
  private static final int SLOTS_OF_ONE = SLOTS / 2;
  private static final int DEADLINE_SECONDS = 15;

  /** Files with this can be made to misbehave, and others go on. */
  private static final String BAD = "bad-one";

  private static String table;
  private static TestQueue queue;
  private static LocalServer server;

  private final Bedrock bedrock = StandIns.shared().bedrock();
  private final String user = Deployment.newUser();
  private final ServiceClient alice = Deployment.caller(server, user);

  @BeforeAll
  static void start() {
    table = TestTable.likeJobs("life-jobs");
    queue = TestQueue.create("life");
    server =
        Deployment.ready(
            Deployment.launch(
                "life",
                Map.of(
                    "JOBS_TABLE",
                    table,
                    "JOBS_QUEUE_URL",
                    queue.url(),
                    "JOBS_DEAD_LETTER_QUEUE_URL",
                    queue.deadLettersUrl(),
                    "JOBS_LEASE",
                    "PT3S",
                    "JOBS_SWEEP",
                    "PT1S",
                    "JOBS_SWEEP_AFTER",
                    "PT2S",
                    "JOBS_DEADLINE",
                    "PT" + DEADLINE_SECONDS + "S",
                    "JOBS_OPEN_FILES",
                    Integer.toString(OPEN_FILES),
                    "JOBS_SLOTS",
                    Integer.toString(SLOTS),
                    "JOBS_CALLER_SLOTS",
                    "50")));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void theModelBehavesAgain() {
    bedrock.reset();
  }

  @Test
  void aCancelledJobStartsNothingMoreAndWhatRunsMayFinishAndKeepsItsResult() throws Exception {
    bedrock.configure(Map.of("latency_ms", 3_000));
    SomeJob job = uploaded(5).submit();
    await().until(() -> bedrock.stats().inFlight() == SLOTS_OF_ONE);

    JsonNode cancelled = assertStatus(alice.post(job.path() + "/cancel", ""), 200).json();

    assertThat(cancelled.path("counts").path("cancelled").intValue()).isEqualTo(3);
    assertThat(assertStatus(alice.post(job.path() + "/cancel", ""), 200).json().path("counts"))
        .isEqualTo(cancelled.path("counts"));
    JsonNode done = job.finished();
    assertThat(done.path("job_status").stringValue()).isEqualTo("CANCELLED");
    for (int i = 0; i < 5; i++) {
      String fileId = job.fileIds().get(i);
      boolean ran = job.calls().get(i) > 0;
      assertThat(statuses(done).get(i)).isEqualTo(ran ? "SUCCEEDED" : "CANCELLED");
      if (ran) {
        job.assertResult(fileId);
      } else {
        assertProblem(alice.get(job.path() + "/download/" + fileId), 409, "RESULT_CANCELLED");
      }
    }
    assertThat(job.calls()).containsOnly(0L, 1L);
    assertThat(assertStatus(alice.post(job.path() + "/cancel", ""), 200).json()).isEqualTo(done);
    assertThat(alice.get("/jobs?status=CANCELLED").json().size()).isOne();
    queue.awaitDrained();
    assertThat(job.json()).isEqualTo(done);
  }

  @Test
  void whatFailsWhileItsJobIsCancelledIsNotTriedAgain() throws Exception {
    bedrock.configure(Map.of("hang", true));
    SomeJob job = uploaded(1).submit();
    await().until(() -> bedrock.stats().inFlight() == 1);
    alice.post(job.path() + "/cancel", "");
    assertThat(statuses(job.json())).containsExactly("PROCESSING");

    bedrock.reset();

    assertThat(statuses(job.finished())).containsExactly("CANCELLED");
    queue.awaitDrained();
    assertThat(bedrock.callsByFile().keySet()).noneMatch(it -> it.startsWith(job.jobId()));
  }

  @Test
  void aFinishedJobStaysAsItIsWhenItIsCancelled() throws Exception {
    SomeJob job = uploaded(2).submit();
    JsonNode done = job.assertCompleted(1);

    assertThat(assertStatus(alice.post(job.path() + "/cancel", ""), 200).json()).isEqualTo(done);
  }

  @Test
  void aRetryRunsTheFilesThatFailedAndNoOther() throws Exception {
    bedrock.configure(
        Map.of("fault", "ValidationException", "fault_when_text_contains", BAD, "latency_ms", 500));
    SomeJob job = uploaded(1).upload(BAD).submit();
    assertProblem(alice.post(job.path() + "/retry", ""), 409, "JOB_NOT_FINISHED");
    JsonNode partial = job.finished();
    assertThat(partial.path("job_status").stringValue()).isEqualTo("PARTIAL");
    bedrock.configure(Map.of("fault", ""));
    long now = System.currentTimeMillis() / 1000;

    JsonNode retried = assertStatus(alice.post(job.path() + "/retry", ""), 200).json();

    assertThat(retried.has("finished_at")).isFalse();
    assertThat(retried.path("deadline").longValue()).isGreaterThanOrEqualTo(now + DEADLINE_SECONDS);
    JsonNode done = job.assertCompleted(2);
    assertThat(job.calls()).containsExactly(1L, 2L);
    assertThat(attemptCounts(done)).containsExactly(1, 1);
    assertThat(done.path("input_files").path(0)).isEqualTo(partial.path("input_files").path(0));
    assertThat(done.at("/input_files/1/error").isMissingNode()).isTrue();
    assertThat(outcomes(done.at("/input_files/1")))
        .containsExactly("MODEL_REFUSED_REQUEST", "ANSWERED");
    assertProblem(alice.post(job.path() + "/retry", ""), 409, "NOTHING_TO_RETRY");
  }

  @Test
  void aDeletedJobIsGoneEverywhereAndItsFilesStay() throws Exception {
    SomeJob job = uploaded(3).submit();
    job.assertCompleted(1);
    assertThat(job.results()).isEqualTo(3);

    assertStatus(alice.delete(job.path()), 204);

    assertGone(job);
    for (String fileId : job.fileIds()) {
      assertStatus(alice.get("/files/" + fileId), 200);
    }
  }

  @Test
  void aJobThatRunsIsDeletedWithTheResultsThatComeLater() throws Exception {
    bedrock.configure(Map.of("latency_ms", 2_000));
    SomeJob job = uploaded(4).submit();
    await().until(() -> bedrock.stats().inFlight() == SLOTS_OF_ONE);

    assertStatus(alice.delete(job.path()), 204);

    assertGone(job);
    await().until(() -> bedrock.stats().inFlight() == 0);
    queue.awaitDrained();
    await().untilAsserted(() -> assertGone(job));
    assertThat(job.calls().stream().mapToLong(it -> it).sum()).isEqualTo(SLOTS_OF_ONE);
  }

  @Test
  void whatIsNobodysOrSomebodyElsesCannotBeCancelledRetriedOrDeleted() throws Exception {
    SomeJob job = uploaded(1).submit();
    job.assertCompleted(1);
    ServiceClient mallory = Deployment.caller(server, Deployment.newUser());

    for (String path : List.of(job.path(), "/jobs/" + job.fileIds().get(0), "/jobs/x")) {
      assertProblem(mallory.post(path + "/cancel", ""), 404, "JOB_NOT_FOUND");
      assertProblem(mallory.post(path + "/retry", ""), 404, "JOB_NOT_FOUND");
      assertProblem(mallory.delete(path), 404, "JOB_NOT_FOUND");
    }
    job.assertCompleted(1);
  }

  @Test
  void theSameRequestFiftyTimesAtOnceUnderOneKeyIsOneJob() throws Exception {
    SomeJob job = uploaded(3);
    ExecutorService clients = Executors.newFixedThreadPool(50);
    List<Callable<Answer>> requests =
        IntStream.range(0, 50).<Callable<Answer>>mapToObj(i -> () -> job.ask("the-key")).toList();
    List<Future<Answer>> answers = clients.invokeAll(requests);
    clients.shutdown();

    Set<String> ids = new HashSet<>();
    for (Future<Answer> each : answers) {
      Answer answer = each.get();
      if (answer.status() == 201) {
        ids.add(answer.field("job_id"));
      } else {
        assertProblem(answer, 409, "IDEMPOTENCY_KEY_IN_USE");
        assertThat(answer.header("Retry-After")).matches("[1-9][0-9]*");
      }
    }
    assertThat(ids).hasSize(1);
    assertThat(SomeJob.list(alice)).containsExactlyElementsOf(ids);
    job.submitted(job.ask("the-key")).assertCompleted(1);
    assertThat(ids).containsExactly(job.jobId());
  }

  @Test
  void aKeyIsTheSameWithAndWithoutQuotesAndNotForAnotherRequest() throws Exception {
    SomeJob job = uploaded(1);
    job.submitted(job.ask("a-key")).assertCompleted(1);

    assertThat(job.ask("\"a-key\"").field("job_id")).isEqualTo(job.jobId());
    assertProblem(uploaded(1).ask("a-key"), 422, "IDEMPOTENCY_KEY_REUSED");
    assertThat(SomeJob.list(alice)).containsExactly(job.jobId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"\"", "with space", "tab\there"})
  void aKeyThatIsNoneIsRefused(String key) throws Exception {
    assertProblem(uploaded(1).ask(key), 400, "PARAMETER_INVALID");
    assertThat(SomeJob.list(alice)).isEmpty();
  }

  @Test
  void aKeyThatIsTooLongIsRefused() throws Exception {
    SomeJob job = uploaded(1);

    assertProblem(job.ask("k".repeat(256)), 400, "PARAMETER_INVALID");
    job.submitted(job.ask("k".repeat(255))).assertCompleted(1);
  }

  @Test
  void moreThanACallerMayHaveOpenIsRefusedUntilSomeOfItHasEnded() throws Exception {
    bedrock.configure(Map.of("hang", true, "fault_when_text_contains", BAD));
    SomeJob first = uploaded(0);
    for (int i = 0; i < OPEN_FILES - 2; i++) {
      first.upload(BAD + i);
    }
    Answer created = assertStatus(first.ask(), 201);
    first.submitted(created);
    assertThat(created.header("RateLimit")).contains("\"open-files\";r=2");
    assertThat(created.header("RateLimit-Policy")).contains("\"open-files\";q=" + OPEN_FILES);
    SomeJob second = uploaded(3);

    Answer refused = second.ask();

    assertProblem(refused, 429, "TOO_MANY_OPEN_FILES");
    assertThat(refused.header("Retry-After")).matches("[1-9][0-9]*");
    assertThat(refused.header("RateLimit")).contains("\"open-files\";r=2");
    assertThat(refused.header("RateLimit-Policy")).contains("\"open-files\";q=" + OPEN_FILES);
    assertThat(SomeJob.list(alice)).containsExactly(first.jobId());
    assertProblem(uploaded(OPEN_FILES + 1).ask(), 422, "TOO_MANY_FILES");
    assertStatus(alice.post(first.path() + "/cancel", ""), 200);
    bedrock.reset();
    second.submit().assertCompleted(1);
  }

  @Test
  void whatHangsBeyondTheDeadlineFailsAndItsNeighboursResultsStay() throws Exception {
    bedrock.configure(Map.of("hang", true, "fault_when_text_contains", BAD));
    SomeJob job = uploaded(1).upload(BAD).submit();

    JsonNode late = job.finished();

    assertThat(late.path("job_status").stringValue()).isEqualTo("PARTIAL");
    assertThat(statuses(late)).containsExactly("SUCCEEDED", "FAILED");
    assertThat(late.at("/input_files/1/error/code").stringValue()).isEqualTo("DEADLINE_EXCEEDED");
    assertThat(late.path("finished_at").longValue())
        .isGreaterThanOrEqualTo(late.path("deadline").longValue());
    job.assertResult(job.fileIds().get(0));
    bedrock.configure(Map.of("hang", false));
    assertStatus(alice.post(job.path() + "/retry", ""), 200);
    job.assertCompleted(2);
  }

  @Test
  void oneCallersManyFilesSayWhyTheyWaitAndDoNotKeepAnothersWaiting() throws Exception {
    bedrock.configure(Map.of("hang", true, "fault_when_text_contains", BAD));
    SomeJob many = uploaded(0);
    for (int i = 0; i < OPEN_FILES - 1; i++) {
      many.upload(BAD + i);
    }
    Answer created = assertStatus(many.ask(), 201);
    assertThat(reasons(created.json())).hasSize(OPEN_FILES - 1).containsOnly("queued");
    assertThat(created.json().at("/waiting/reason").stringValue()).isEqualTo("queued");
    many.submitted(created);

    JsonNode crowded = many.await(it -> reasons(it).contains("fair_share"));
    assertThat(crowded.has("waiting")).isFalse();
    assertThat(files(crowded))
        .filteredOn(waitsFor("fair_share"))
        .allMatch(SomeJob::saysWhenItIsTriedAgain);
    assertThat(bedrock.stats().inFlight()).isEqualTo(SLOTS_OF_ONE);
    String bob = Deployment.newUser();
    SomeJob.uploaded(bob, Deployment.caller(server, bob), 1).submit().assertCompleted(1);
    assertThat(many.json().path("counts").path("succeeded").intValue()).isZero();

    alice.post(many.path() + "/cancel", "");
  }

  private SomeJob uploaded(int files) throws Exception {
    return SomeJob.uploaded(user, alice, files);
  }

  private void assertGone(SomeJob job) throws Exception {
    assertProblem(alice.get(job.path()), 404, "JOB_NOT_FOUND");
    assertProblem(alice.delete(job.path()), 404, "JOB_NOT_FOUND");
    assertProblem(alice.post(job.path() + "/cancel", ""), 404, "JOB_NOT_FOUND");
    assertProblem(alice.post(job.path() + "/retry", ""), 404, "JOB_NOT_FOUND");
    assertProblem(
        alice.get(job.path() + "/download/" + job.fileIds().get(0)), 404, "RESULT_NOT_FOUND");
    assertThat(SomeJob.list(alice)).isEmpty();
    assertThat(job.results()).isZero();
    assertThat(rows(job)).isEmpty();
  }

  private static Set<String> rows(SomeJob job) {
    return StandIns.shared()
        .dynamodb()
        .query(
            it ->
                it.tableName(table)
                    .keyConditionExpression("user_id = :user")
                    .expressionAttributeValues(Map.of(":user", AttributeValue.fromS(job.owner()))))
        .items()
        .stream()
        .map(row -> row.get("row_id").s())
        .collect(Collectors.toSet());
  }
}
