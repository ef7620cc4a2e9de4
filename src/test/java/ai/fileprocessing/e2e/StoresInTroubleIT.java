package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.SomeJob.attemptCounts;
import static ai.fileprocessing.e2e.SomeJob.reasons;
import static ai.fileprocessing.faults.Call.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.faults.Call;
import ai.fileprocessing.faults.Exchange;
import ai.fileprocessing.faults.Rule;
import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.ServiceClient.Answer;
import ai.fileprocessing.local.StandIns;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** DynamoDB and S3 that are down, slow, or keep their answers to themselves. */
class StoresInTroubleIT {
  @RegisterExtension static final TroubledServer SERVER = TroubledServer.get();

  private static final Call CLAIM = call("UpdateItem").containing("claimed_by = :name, updated_at");
  private static final Call SETTLE = call("UpdateItem").containing("\"SUCCEEDED\"");

  /** The write that makes a job real. */
  private static final Call STORE = call("UpdateItem").containing("REMOVE deleting");

  private static final Predicate<Exchange> NO_BEAT = it -> !it.text().contains("beats");

  /** As often as the SDK sends one call. */
  private static final int ALL_TRIES = 3;

  private final Bedrock bedrock = StandIns.shared().bedrock();

  @Test
  void aClaimWhoseAnswerIsLostIsHeldAllTheSame() throws Exception {
    Rule lost = SERVER.dynamodb().when(CLAIM).times(2).dropAnswer();

    JsonNode job = SomeJob.submitted(SERVER, 2).assertCompleted(1);

    assertThat(lost.hits()).isEqualTo(2);
    assertThat(attemptCounts(job)).containsOnly(1);
  }

  @Test
  void aSettlementWhoseAnswerIsLostIsNotMistakenForAFailure() throws Exception {
    Rule lost = SERVER.dynamodb().when(SETTLE).times(2).dropAnswer();

    JsonNode job = SomeJob.submitted(SERVER, 2).assertCompleted(1);

    assertThat(lost.hits()).isEqualTo(2);
    assertThat(attemptCounts(job)).containsOnly(1);
  }

  @Test
  void aSettlementWhoseEveryAnswerIsLostHoldsAndIsNotMadeAgain() throws Exception {
    Rule lost = SERVER.dynamodb().when(SETTLE).times(ALL_TRIES).dropAnswer();
    SomeJob job = SomeJob.submitted(SERVER, 1);

    JsonNode done = job.assertCompleted(1);

    await().until(() -> lost.hits() == ALL_TRIES);
    SERVER.queue().awaitDrained();
    assertThat(job.calls()).containsOnly(1L);
    assertThat(job.json()).isEqualTo(done);
  }

  @Test
  void aSettlementThatIsRefusedTimeAndAgainIsMadeFromTheResultThatIsThere() throws Exception {
    Rule refused =
        SERVER
            .dynamodb()
            .when(SETTLE)
            .times(2 * ALL_TRIES)
            .answer(500, "InternalServerError", "as injected");

    SomeJob.submitted(SERVER, 1).assertCompleted(1);

    assertThat(refused.hits()).isEqualTo(2 * ALL_TRIES);
  }

  @ParameterizedTest
  @CsvSource({
    "500, InternalServerError",
    "400, ProvisionedThroughputExceededException",
    "400, ThrottlingException"
  })
  void whatDynamodbRefusesForAMomentIsAskedAgain(int status, String code) throws Exception {
    SomeJob job = SomeJob.submitted(SERVER, 4);
    Rule refused =
        SERVER.dynamodb().when(call("UpdateItem")).times(8).answer(status, code, "as injected");
    SomeJob next = SomeJob.submitted(SERVER, 4);

    job.assertCompleted(1);
    next.assertCompleted(1);
    await().until(() -> refused.hits() == 8);
  }

  @Test
  void slowAnswersOfDynamodbAreWaitedFor() throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 2);
    SERVER.dynamodb().when(call("UpdateItem")).times(8).delayAnswer(Duration.ofSeconds(2));

    assertThat(attemptCounts(job.submit().assertCompleted(1))).containsOnly(1);
  }

  @Test
  void answersThatTheModelGaveWhileDynamodbWasDownAreNotAskedForAgain() throws Exception {
    bedrock.configure(Map.of("latency_ms", 2_000));
    SomeJob job = SomeJob.submitted(SERVER, 4);
    await().until(() -> bedrock.stats().inFlight() == 4);

    SERVER.dynamodb().down();

    for (int i = 0; i < 3; i++) {
      assertUnavailable(job.caller().get(job.path()));
    }
    await().until(() -> bedrock.stats().inFlight() == 0);
    await().until(() -> job.results() == 4);
    assertUnavailable(job.caller().get(job.path()));
    SERVER.assertLives();
    SERVER.dynamodb().up();
    job.assertCompleted(1);
  }

  @Test
  void workThatBeginsWhileDynamodbIsDownWaitsAndCountsNoAttempt() throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 3);
    Rule down = SERVER.dynamodb().when(CLAIM).reset();
    job.submit();

    await().atMost(Duration.ofSeconds(20)).until(() -> down.hits() >= 4 * ALL_TRIES);
    SERVER.assertLives();
    assertThat(job.calls()).containsOnly(0L);
    down.clear();

    assertThat(attemptCounts(job.assertCompleted(1))).containsOnly(1);
  }

  @Test
  void manyFilesThatCannotBeBegunAreLeftInTheQueueInsteadOfBeingFetchedInVain() throws Exception {
    bedrock.configure(Map.of("latency_ms", 300));
    SomeJob job = SomeJob.submitted(SERVER, 60);
    await().until(() -> bedrock.stats().inFlight() > 0);
    Rule down = SERVER.dynamodb().when(CLAIM).reset();
    await().until(() -> down.hits() >= ALL_TRIES);
    long polls = SERVER.sqs().calls("ReceiveMessage");
    long fetched = down.hits();

    await().atMost(Duration.ofSeconds(20)).until(() -> down.hits() > fetched + 5 * ALL_TRIES);

    assertThat(SERVER.sqs().calls("ReceiveMessage") - polls).isLessThan(60);
    SERVER.assertLives();
    down.clear();
    job.assertCompleted(1);
  }

  @Test
  void aJobIsRefusedWhileDynamodbIsDownAndNothingIsHalfDone() throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 2);
    SERVER.dynamodb().down();

    assertUnavailable(job.ask());
    SERVER.assertLives();
    SERVER.dynamodb().up();

    // Connections that were cut are met once more before new ones are made.
    await().untilAsserted(() -> assertThat(SomeJob.list(job.caller())).isEmpty());
    job.submit().assertCompleted(1);
    assertThat(SomeJob.list(job.caller())).containsExactly(job.jobId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"BatchWriteItem", "PutItem", "UpdateItem"})
  void aWriteOfANewJobWhoseAnswerIsLostMakesOneJob(String operation) throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 3);
    Rule lost = SERVER.dynamodb().when(call(operation).and(NO_BEAT)).times(1).dropAnswer();

    job.submit().assertCompleted(1);

    assertThat(lost.hits()).isOne();
    assertThat(SomeJob.list(job.caller())).containsExactly(job.jobId());
  }

  @Test
  void aJobWhoseStoringGaveNoAnswerAtAllIsFoundStoredAndAccepted() throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 3);
    Rule lost = SERVER.dynamodb().when(STORE).times(ALL_TRIES).dropAnswer();

    job.submit().assertCompleted(1);

    assertThat(lost.hits()).isEqualTo(ALL_TRIES);
    assertThat(SomeJob.list(job.caller())).containsExactly(job.jobId());
  }

  @Test
  void aJobThatCouldNotBeStoredIsNotThere() throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 3);
    SERVER
        .dynamodb()
        .when(STORE)
        .times(ALL_TRIES)
        .answer(500, "InternalServerError", "as injected");

    assertUnavailable(job.ask());

    assertThat(SomeJob.list(job.caller())).isEmpty();
    job.submit().assertCompleted(1);
    assertThat(SomeJob.list(job.caller())).containsExactly(job.jobId());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, ALL_TRIES})
  void aJobWithAKeyWhoseStoringGaveNoAnswerIsOneJobWhenItIsSentAgain(int lost) throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 3);
    String key = UUID.randomUUID().toString();
    SERVER.dynamodb().when(call("TransactWriteItems")).times(lost).dropAnswer();

    Answer first = job.ask(key);
    Answer second = job.ask(key);

    assertThat(first.status()).as(first.text()).isEqualTo(201);
    assertThat(second.field("job_id")).isEqualTo(first.field("job_id"));
    job.submitted(second).assertCompleted(1);
    assertThat(SomeJob.list(job.caller())).containsExactly(job.jobId());
  }

  @Test
  void aJobOfWhichNobodyCanSayWhetherItIsStoredIsNoFailureAndItsKeyLeadsToOne() throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 3);
    String key = UUID.randomUUID().toString();
    SERVER.dynamodb().when(call("TransactWriteItems")).times(ALL_TRIES).dropAnswer();
    SERVER
        .dynamodb()
        .when(call("UpdateItem").containing("ADD sweeps"))
        .times(ALL_TRIES)
        .answer(500, "InternalServerError", "as injected");

    Answer first = job.ask(key);

    assertUnavailable(first, "SUBMISSION_UNCERTAIN");
    assertThat(first.field("detail")).contains("same Idempotency-Key is safe");
    job.submitted(job.ask(key)).assertCompleted(1);
    assertThat(SomeJob.list(job.caller())).containsExactly(job.jobId());
  }

  @Test
  void aJobIsAcceptedAlthoughTheQueueTakesNothingAndTheSweeperRings() throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 3);
    Rule refused =
        SERVER
            .sqs()
            .when(call("SendMessageBatch"))
            .times(ALL_TRIES)
            .answer(500, "InternalFailure", "as injected");

    job.submit().assertCompleted(1);

    assertThat(refused.hits()).isEqualTo(ALL_TRIES);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, ALL_TRIES})
  void aDeletionWhoseAnswerIsLostIsADeletion(int lost) throws Exception {
    SomeJob job = SomeJob.submitted(SERVER, 2);
    job.assertCompleted(1);
    Rule dropped =
        SERVER
            .dynamodb()
            .when(call("UpdateItem").containing("SET deleting"))
            .times(lost)
            .dropAnswer();

    Answers.assertStatus(job.caller().delete(job.path()), 204);

    assertThat(dropped.hits()).isEqualTo(lost);
    Answers.assertProblem(job.caller().get(job.path()), 404, "JOB_NOT_FOUND");
    assertThat(job.results()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, ALL_TRIES})
  void aCancellationWhoseAnswerIsLostIsACancellation(int lost) throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 3);
    SERVER.sqs().down();
    job.submit();
    Rule dropped =
        SERVER
            .dynamodb()
            .when(call("UpdateItem").containing("SET cancelled_at"))
            .times(lost)
            .dropAnswer();
    Rule files =
        SERVER.dynamodb().when(call("UpdateItem").containing(":cancelled")).times(2).dropAnswer();

    JsonNode cancelled =
        Answers.assertStatus(job.caller().post(job.path() + "/cancel", ""), 200).json();

    assertThat(dropped.hits()).isEqualTo(lost);
    assertThat(files.hits()).isEqualTo(2);
    assertThat(cancelled.path("counts").path("cancelled").intValue()).isEqualTo(3);
    SERVER.sqs().up();
    assertThat(job.finished().path("job_status").stringValue()).isEqualTo("CANCELLED");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, ALL_TRIES})
  void aRetryWhoseAnswersAreLostRetriesOnce(int lost) throws Exception {
    bedrock.configure(Map.of("fault", "ValidationException"));
    SomeJob job = SomeJob.submitted(SERVER, 3);
    assertThat(job.finished().path("job_status").stringValue()).isEqualTo("ERROR");
    bedrock.reset();
    Rule dropped =
        SERVER
            .dynamodb()
            .when(call("UpdateItem").containing("REMOVE cancelled_at"))
            .times(lost)
            .dropAnswer();
    Rule files =
        SERVER
            .dynamodb()
            .when(call("UpdateItem").containing("attempts = :zero"))
            .times(2)
            .dropAnswer();

    JsonNode retried =
        Answers.assertStatus(job.caller().post(job.path() + "/retry", ""), 200).json();

    assertThat(dropped.hits()).isEqualTo(lost);
    assertThat(files.hits()).isEqualTo(2);
    assertThat(retried.path("counts").path("failed").intValue()).isZero();
    job.assertCompleted(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GetObject", "PutObject"})
  void whatS3DoesNotAnswerIsGivenUpAndAskedAgain(String operation) throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 2);
    Rule silent = SERVER.s3().when(call(operation)).times(1).hang();

    assertThat(attemptCounts(job.submit().assertCompleted(1))).containsOnly(1);
    assertThat(silent.hits()).isOne();
  }

  @ParameterizedTest
  @MethodSource
  void whatDynamodbDoesNotAnswerIsGivenUpAndAskedAgain(Call write) throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 2);
    Rule silent = SERVER.dynamodb().when(write).times(1).hang();

    assertThat(attemptCounts(job.submit().assertCompleted(1))).containsOnly(1);
    assertThat(silent.hits()).isOne();
    assertThat(SomeJob.list(job.caller())).containsExactly(job.jobId());
  }

  static List<Call> whatDynamodbDoesNotAnswerIsGivenUpAndAskedAgain() {
    return List.of(STORE, CLAIM, SETTLE);
  }

  @Test
  void aFileWhoseReadingIsCutIsReadAgainAndCountsNoAttempt() throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 0).upload(text(40_000));
    Rule cut = SERVER.s3().when(call("GetObject")).times(2).cutAnswer(10_000);

    assertThat(attemptCounts(job.submit().assertCompleted(1))).containsOnly(1);
    assertThat(cut.hits()).isEqualTo(2);
  }

  @Test
  void aFileThatIsReadSlowlyIsOnlySlow() throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 0).upload(text(40_000));
    Rule slow = SERVER.s3().when(call("GetObject")).times(1).bandwidth(20_000);

    assertThat(attemptCounts(job.submit().assertCompleted(1))).containsOnly(1);
    assertThat(slow.hits()).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GetObject", "PutObject"})
  void whatS3RefusesForAMomentIsAskedAgain(String operation) throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 2);
    Rule refused =
        SERVER.s3().when(call(operation)).times(2).answer(503, "SlowDown", "as injected");

    assertThat(attemptCounts(job.submit().assertCompleted(1))).containsOnly(1);
    assertThat(refused.hits()).isEqualTo(2);
  }

  @Test
  void aResultWhoseWritingLostItsAnswerIsRecognisedAsOurOwn() throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 2);
    Rule lost = SERVER.s3().when(call("PutObject")).times(2).dropAnswer();

    assertThat(attemptCounts(job.submit().assertCompleted(1))).containsOnly(1);
    assertThat(lost.hits()).isEqualTo(2);
  }

  @Test
  void aResultWhoseWritingNeverAnsweredIsFoundByTheNextAttempt() throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 1);
    Rule lost = SERVER.s3().when(call("PutObject")).times(ALL_TRIES).dropAnswer();

    job.submit().assertCompleted(1);

    assertThat(lost.hits()).isEqualTo(ALL_TRIES);
  }

  @Test
  void aFileThatCannotBeReadWhileS3IsDownWaitsAndCountsNoAttempt() throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 3);
    SERVER.s3().down();
    job.submit();

    JsonNode waiting =
        job.await(it -> reasons(it).stream().filter("retry_backoff"::equals).count() == 3);
    assertThat(attemptCounts(waiting)).containsOnly(0);
    assertThat(job.calls()).containsOnly(0L);
    SERVER.assertLives();
    SERVER.s3().up();

    assertThat(attemptCounts(job.assertCompleted(1))).containsOnly(1);
  }

  @Test
  void anUploadWhileS3IsDownIsRefusedAndLeavesNothing() throws Exception {
    ServiceClient alice = SERVER.someone();
    SERVER.s3().down();

    assertUnavailable(alice.upload("notes.txt", SomeJob.SECRET));
    SERVER.s3().up();

    assertThat(alice.get("/files").json().size()).isZero();
  }

  private static void assertUnavailable(Answer answer) {
    assertUnavailable(answer, "DEPENDENCY_UNAVAILABLE");
  }

  private static void assertUnavailable(Answer answer, String code) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(503);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.header("Retry-After")).matches("[1-9][0-9]*");
    assertThat(answer.field("code")).isEqualTo(code);
    Answers.assertSaysNothingOfTheInside(answer.text());
  }

  private static String text(int length) {
    String line = "A line that is " + SomeJob.SECRET + ".\n";
    return line.repeat(length / line.length());
  }
}
