package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertProblem;
import static ai.fileprocessing.e2e.Answers.assertStatus;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.StandIns;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What jobs have used, and jobs that may not use more. */
class UsageIT {
  private static final String SONNET = "global.anthropic.claude-sonnet-4-5-20250929-v1:0";
  private static final String HAIKU = "global.anthropic.claude-haiku-4-5-20251001-v1:0";
  private static final String WITHOUT_PRICE = "mistral.mistral-large-2407-v1:0";
  private static final String BAD = "bad-one";
  private static final List<String> PARTS =
      List.of(
          "input_tokens",
          "output_tokens",
          "cache_read_tokens",
          "cache_write_tokens",
          "estimated_cost");

  private static LocalServer server;

  private final Bedrock bedrock = StandIns.shared().bedrock();
  private final String user = Deployment.newUser();
  private final ServiceClient alice = Deployment.caller(server, user);

  @BeforeAll
  static void start() {
    TestQueue queue = TestQueue.create("usage");
    server =
        Deployment.ready(
            Deployment.launch(
                "usage",
                Map.of(
                    "JOBS_TABLE",
                    TestTable.likeJobs("usage-jobs"),
                    "JOBS_QUEUE_URL",
                    queue.url(),
                    "JOBS_DEAD_LETTER_QUEUE_URL",
                    queue.deadLettersUrl(),
                    "JOBS_SWEEP",
                    "PT1S",
                    "JOBS_SWEEP_AFTER",
                    "PT2S",
                    "JOBS_SLOTS",
                    "1",
                    "INFERENCE_MODELS",
                    String.join(",", SONNET, HAIKU, WITHOUT_PRICE),
                    "INFERENCE_PRICES",
                    SONNET + "=3/15/0.30/3.75," + HAIKU + "=1/5")));
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
  void whatJobsUsedIsSummedByDayAndModelAndStaysWhenTheyAreDeleted() throws Exception {
    List<JsonNode> sonnet = List.of(finished(submit(2, SONNET)), finished(submit(1, SONNET)));
    List<JsonNode> haiku = List.of(finished(submit(3, HAIKU)));

    JsonNode report =
        await()
            .atMost(Duration.ofSeconds(60))
            .until(this::usage, it -> it.at("/total/jobs").intValue() == 3);

    String today = LocalDate.now(ZoneOffset.UTC).toString();
    assertThat(report.path("to").stringValue()).isEqualTo(today);
    assertThat(report.path("days").size()).isEqualTo(2);
    assertLine(report.at("/days/0"), HAIKU, haiku);
    assertLine(report.at("/days/1"), SONNET, sonnet);
    assertThat(report.at("/days/0/day").stringValue()).isEqualTo(today);
    for (String part : PARTS) {
      assertThat(report.path("total").path(part).longValue())
          .isEqualTo(sum(sonnet, part) + sum(haiku, part));
    }
    assertThat(report.at("/total/estimated_cost").longValue()).isPositive();

    assertStatus(alice.delete("/jobs/" + id(sonnet.get(0))), 204);

    assertThat(usage()).isEqualTo(report);
    ServiceClient mallory = Deployment.caller(server, Deployment.newUser());
    JsonNode others = assertStatus(mallory.get("/usage"), 200).json();
    assertThat(others.path("days").isEmpty()).isTrue();
    assertThat(others.at("/total/jobs").intValue()).isZero();
    JsonNode before = assertStatus(alice.get("/usage?to=2025-12-31"), 200).json();
    assertThat(before.path("from").stringValue()).isEqualTo("2025-12-02");
    assertThat(before.path("days").isEmpty()).isTrue();
  }

  @Test
  void aRetryAddsToWhatItsJobUsed() throws Exception {
    bedrock.configure(Map.of("fault", "ValidationException", "fault_when_text_contains", BAD));
    SomeJob job = SomeJob.uploaded(user, alice, 1).upload(BAD).submit();
    long first = job.finished().path("estimated_cost").longValue();
    awaitCost(first);
    bedrock.reset();

    assertStatus(
        alice.send(alice.request(job.path() + "/retry").POST(BodyPublishers.noBody())), 200);

    long both = job.finished().path("estimated_cost").longValue();
    assertThat(both).isGreaterThan(first);
    awaitCost(both);
    assertThat(usage().at("/total/jobs").intValue()).isOne();
  }

  @Test
  void aCallThatEndsAfterItsJobWasDeletedIsCounted() throws Exception {
    bedrock.configure(Map.of("latency_ms", 3_000));
    SomeJob job = SomeJob.uploaded(user, alice, 2).submit();
    await().until(() -> bedrock.stats().inFlight() == 1);

    assertStatus(alice.delete(job.path()), 204);

    assertThat(usage().at("/total/jobs").intValue()).isZero();
    JsonNode report =
        await()
            .atMost(Duration.ofSeconds(30))
            .until(this::usage, it -> it.at("/total/jobs").intValue() == 1);
    assertThat(report.at("/total/output_tokens").longValue()).isPositive();
    assertThat(report.at("/total/estimated_cost").longValue()).isPositive();
    assertThat(job.results()).isZero();
  }

  @Test
  void aJobStopsAtItsLimitKeepsWhatItHasAndGoesOnWithAHigherOne() throws Exception {
    String jobId = submitted(4, SONNET, ", \"max_cost\": 1");
    String retry = "/jobs/" + jobId + "/retry";

    JsonNode stopped = Answers.finished(alice, jobId);

    assertThat(stopped.path("job_status").stringValue()).isEqualTo("PARTIAL");
    assertThat(stopped.path("max_cost").longValue()).isEqualTo(1);
    assertThat(SomeJob.statuses(stopped)).containsOnlyOnce("SUCCEEDED");
    assertThat(SomeJob.files(stopped))
        .filteredOn(it -> it.path("status").stringValue().equals("FAILED"))
        .hasSize(3)
        .allSatisfy(
            it -> assertThat(it.at("/error/code").stringValue()).isEqualTo("MAX_COST_REACHED"));
    long spent = stopped.path("estimated_cost").longValue();
    assertProblem(alice.post(retry, ""), 409, "MAX_COST_REACHED");
    assertProblem(alice.post(retry, "{}"), 409, "MAX_COST_REACHED");
    assertThat(
            assertProblem(
                    alice.post(retry, "{\"max_cost\": %d}".formatted(spent)),
                    422,
                    "MAX_COST_INVALID")
                .at("/errors/0/pointer")
                .stringValue())
        .isEqualTo("/max_cost");

    JsonNode retried =
        assertStatus(alice.post(retry, "{\"max_cost\": %d}".formatted(spent + 1)), 200).json();

    assertThat(retried.path("max_cost").longValue()).isEqualTo(spent + 1);
    // One may have been begun before the answer was made.
    assertThat(
            retried.at("/counts/pending").intValue() + retried.at("/counts/processing").intValue())
        .isEqualTo(3);
    JsonNode again = Answers.finished(alice, jobId);
    assertThat(again.at("/counts/succeeded").intValue()).isEqualTo(2);
    assertStatus(alice.post(retry, "{\"max_cost\": 1000000000}"), 200);
    JsonNode whole = Answers.finished(alice, jobId);
    assertThat(whole.path("job_status").stringValue()).isEqualTo("COMPLETED");
    assertThat(SomeJob.files(whole))
        .allSatisfy(it -> assertThat(it.path("attempts").size()).isOne());
    awaitCost(whole.path("estimated_cost").longValue());
  }

  @Test
  void aLimitIsTakenWhereItCanBeReachedAndNowhereElse() throws Exception {
    String file = Answers.uploaded(alice, "text");

    assertProblem(
        alice.post("/jobs", body(List.of(file), WITHOUT_PRICE, ", \"max_cost\": 5")),
        422,
        "MAX_COST_INVALID");
    assertProblem(
        alice.post("/jobs", body(List.of(file), SONNET, ", \"max_cost\": 0")),
        422,
        "FIELD_INVALID");
    assertThat(SomeJob.list(alice)).isEmpty();
  }

  @Test
  void aRetryTakesNothingButALimitAsJson() throws Exception {
    bedrock.configure(Map.of("fault", "ValidationException"));
    SomeJob job = SomeJob.uploaded(user, alice, 1).submit();
    job.finished();
    String retry = job.path() + "/retry";

    assertProblem(alice.post(retry, "{\"max_cost\": 5}"), 422, "MAX_COST_INVALID");
    assertProblem(alice.post(retry, "{\"max_cost\": 0}"), 422, "FIELD_INVALID");
    assertProblem(alice.post(retry, "{\"max\": 5}"), 400, "FIELD_UNKNOWN");
    assertProblem(alice.post(retry, "5"), 400, "JSON_INVALID");
    assertProblem(
        alice.send(
            alice
                .request(retry)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("{\"max_cost\": 5}"))),
        415,
        "MEDIA_TYPE_UNSUPPORTED");
    assertProblem(
        alice.send(
            alice
                .request(retry)
                .header("Content-Type", "text/plain")
                .POST(
                    BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream("{\"max_cost\": 5}".getBytes(UTF_8))))),
        415,
        "MEDIA_TYPE_UNSUPPORTED");
    assertThat(job.json().path("job_status").stringValue()).isEqualTo("ERROR");
    bedrock.reset();
    assertStatus(alice.post(retry, ""), 200);
    job.assertCompleted(2);
  }

  @ParameterizedTest
  @CsvSource({
    "from=yesterday, from",
    "to=2026-02-30, to",
    "from=2026-01-02&to=2026-01-01, from",
    "from=2024-01-01&to=2025-12-31, from",
    "from=%, from"
  })
  void daysThatAreNoneAreRefusedByTheirName(String query, String parameter) throws Exception {
    JsonNode problem =
        assertProblem(alice.get("/usage?" + query.replace("%", "%25")), 400, "PARAMETER_INVALID");

    assertThat(problem.at("/errors/0/pointer").stringValue()).isEqualTo(parameter);
  }

  private void awaitCost(long cost) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(this::usage, it -> it.at("/total/estimated_cost").longValue() == cost);
  }

  private JsonNode usage() throws Exception {
    return assertStatus(alice.get("/usage"), 200).json();
  }

  private String submit(int files, String model) throws Exception {
    return submitted(files, model, "");
  }

  private String submitted(int files, String model, String more) throws Exception {
    SomeJob job = SomeJob.uploaded(user, alice, files);
    return assertStatus(alice.post("/jobs", body(job.fileIds(), model, more)), 201).field("job_id");
  }

  private static String body(List<String> files, String model, String more) {
    return "{\"files\": %s, \"prompt\": \"Sum it up.\", \"model\": \"%s\"%s}"
        .formatted(Answers.JSON.writeValueAsString(files), model, more);
  }

  private JsonNode finished(String jobId) {
    return Answers.finished(alice, jobId);
  }

  private static String id(JsonNode job) {
    return job.path("job_id").stringValue();
  }

  private static void assertLine(JsonNode line, String model, List<JsonNode> jobs) {
    assertThat(line.path("model").stringValue()).isEqualTo(model);
    assertThat(line.path("jobs").intValue()).isEqualTo(jobs.size());
    for (String part : PARTS) {
      assertThat(line.path(part).longValue()).as(part).isEqualTo(sum(jobs, part));
    }
  }

  private static long sum(List<JsonNode> jobs, String part) {
    return jobs.stream().mapToLong(it -> it.path("usage").path(part).longValue()).sum();
  }
}
