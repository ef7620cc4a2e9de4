package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.SomeJob.attemptCounts;
import static ai.fileprocessing.e2e.SomeJob.files;
import static ai.fileprocessing.e2e.SomeJob.outcomes;
import static ai.fileprocessing.e2e.SomeJob.reasons;
import static ai.fileprocessing.e2e.SomeJob.waitsFor;
import static ai.fileprocessing.faults.Call.call;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.faults.Rule;
import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.StandIns;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** A model that is down, throttles, hangs, or answers half. */
class ModelInTroubleIT {
  @RegisterExtension static final TroubledServer SERVER = TroubledServer.get();

  private final Bedrock bedrock = StandIns.shared().bedrock();

  @Test
  void aModelThatIsDownIsWaitedForWithoutCountingAnAttemptAndFoundToBeBack() throws Exception {
    SomeJob first = SomeJob.uploaded(SERVER, TroubledServer.SLOTS);
    SomeJob job = SomeJob.uploaded(SERVER, 8);
    SERVER.bedrock().down();
    // Connections that were open are lost in the middle of calls, which count.
    first.submit().await(it -> reasons(it).contains("retry_backoff"));
    first.await(it -> reasons(it).contains("breaker_open"));

    job.submit().await(it -> reasons(it).contains("breaker_open"));
    JsonNode idle = job.await(it -> reasons(it).size() == 8 && !reasons(it).contains("queued"));
    assertThat(attemptCounts(idle)).containsOnly(0);
    assertThat(idle.path("waiting").path("reason").stringValue())
        .isIn("breaker_open", "retry_backoff");
    assertThat(idle.path("waiting").path("next_attempt_at").isIntegralNumber()).isTrue();
    assertThat(files(idle)).allMatch(SomeJob::saysWhenItIsTriedAgain);
    SERVER.assertLives();
    SERVER.bedrock().up();

    JsonNode done = job.assertCompleted(1);
    assertThat(attemptCounts(done)).containsOnly(1);
    assertThat(files(done)).allSatisfy(file -> assertThat(outcomes(file)).endsWith("ANSWERED"));
    JsonNode firstDone = first.assertCompleted(1);
    assertThat(files(firstDone))
        .anySatisfy(file -> assertThat(outcomes(file)).contains("MODEL_UNAVAILABLE"));
  }

  @Test
  void aModelThatSaysItIsOutOfServiceCountsNoAttempt() throws Exception {
    Rule refused =
        SERVER
            .bedrock()
            .when(call("Converse"))
            .times(3)
            .answer(503, "ServiceUnavailableException", "as injected");

    JsonNode job = SomeJob.submitted(SERVER, 3).assertCompleted(1);

    assertThat(refused.hits()).isEqualTo(3);
    assertThat(attemptCounts(job)).containsOnly(1);
  }

  @Test
  void anAnswerThatIsLostMayHaveBeenPaidForAndCounts() throws Exception {
    SERVER.bedrock().when(call("Converse")).times(1).dropAnswer();

    SomeJob job = SomeJob.submitted(SERVER, 1);
    JsonNode file = job.assertCompleted(2).path("input_files").path(0);

    assertThat(job.calls()).containsExactly(2L);
    assertThat(file.path("attempt_count").intValue()).isEqualTo(2);
    assertThat(outcomes(file)).containsExactly("MODEL_UNAVAILABLE", "ANSWERED");
  }

  @Test
  void anAnswerThatIsCutCountsAndIsAskedForAgain() throws Exception {
    SERVER.bedrock().when(call("Converse")).times(1).cutAnswer(20);

    SomeJob job = SomeJob.submitted(SERVER, 1);
    JsonNode file = job.assertCompleted(2).path("input_files").path(0);

    assertThat(job.calls()).containsExactly(2L);
    assertThat(file.path("attempt_count").intValue()).isEqualTo(2);
  }

  @Test
  void aModelThatHangsIsGivenUpAfterItsTimeAndAskedAgainAndItsNeighboursDoNotWait()
      throws Exception {
    SomeJob hung = SomeJob.uploaded(SERVER, 1);
    SomeJob other = SomeJob.uploaded(SERVER, 3);
    Rule hang = SERVER.bedrock().when(call("Converse").containing(hung.fileIds().get(0))).hang();
    hung.submit();
    other.submit().assertCompleted(1);
    JsonNode waiting = hung.await(it -> reasons(it).contains("retry_backoff"));
    assertThat(files(waiting)).allMatch(SomeJob::saysWhenItIsTriedAgain);
    assertThat(attemptCounts(waiting)).containsExactly(1);
    assertThat(outcomes(waiting.path("input_files").path(0))).containsExactly("MODEL_UNAVAILABLE");
    hang.clear();

    JsonNode done = hung.assertCompleted(2);
    assertThat(attemptCounts(done)).containsExactly(2);
  }

  @Test
  void aModelThatKeepsFailingIsAskedAsOftenAsAllowedAndNotOnceMore() throws Exception {
    bedrock.configure(Map.of("fault", "ModelErrorException"));
    SomeJob job = SomeJob.submitted(SERVER, 1);

    JsonNode done = job.finished();

    assertThat(done.path("job_status").stringValue()).isEqualTo("ERROR");
    assertThat(done.at("/input_files/0/error/code").stringValue()).isEqualTo("MODEL_ERROR");
    assertThat(attemptCounts(done)).containsExactly(TroubledServer.ATTEMPTS);
    assertThat(job.calls()).containsExactly((long) TroubledServer.ATTEMPTS);
  }

  @Test
  void aStormOfThrottlingDelaysEveryFileAndFailsNone() throws Exception {
    bedrock.configure(Map.of("rate_per_second", 5, "burst", 2));
    SomeJob job = SomeJob.submitted(SERVER, 12);
    JsonNode throttled = job.await(it -> reasons(it).contains("throttled"));
    assertThat(files(throttled))
        .filteredOn(waitsFor("throttled"))
        .allMatch(SomeJob::saysWhenItIsTriedAgain);

    JsonNode done = job.assertCompleted(12);

    assertThat(attemptCounts(done)).containsOnly(1);
    assertThat(bedrock.answersByFile().keySet().stream().filter(it -> it.contains(job.jobId())))
        .hasSize(12);
    assertThat(bedrock.answersByFile().values()).containsOnly(1L);
    // Perhaps none, where the pace was found in a test before.
    assertThat(bedrock.stats().byOutcome().getOrDefault("ThrottlingException", 0L))
        .as("calls for nothing, for 12 that went through")
        .isLessThan(100);
  }

  @Test
  void whatAModelAnsweredIsToldWithWhatItTook() throws Exception {
    bedrock.configure(Map.of("fault", "ThrottlingException", "fault_count", 1, "latency_ms", 200));
    JsonNode job = SomeJob.submitted(SERVER, 1).assertCompleted(2);

    JsonNode file = job.path("input_files").path(0);
    assertThat(outcomes(file)).isEqualTo(List.of("MODEL_THROTTLED", "ANSWERED"));
    for (JsonNode attempt : file.path("attempts")) {
      assertThat(attempt.path("at").longValue()).isPositive();
      assertThat(attempt.path("latency_ms").longValue()).isGreaterThanOrEqualTo(150);
      assertThat(attempt.path("request_id").stringValue()).isNotBlank();
    }
    JsonNode answered = file.path("attempts").path(1);
    assertThat(answered.path("usage").path("input_tokens").longValue()).isPositive();
    assertThat(answered.path("usage")).isEqualTo(file.path("usage"));
    assertThat(file.at("/attempts/0/usage/output_tokens").longValue()).isZero();
  }
}
