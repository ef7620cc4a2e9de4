package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.SomeJob.attemptCounts;
import static ai.fileprocessing.e2e.SomeJob.reasons;
import static ai.fileprocessing.e2e.SomeJob.statuses;
import static ai.fileprocessing.faults.Call.anyCall;
import static ai.fileprocessing.faults.Call.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.faults.Call;
import ai.fileprocessing.faults.Rule;
import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.StandIns;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A queue that is down, slow, forgetful or says things twice costs time and nothing else. */
class QueueInTroubleIT {
  @RegisterExtension static final TroubledServer SERVER = TroubledServer.get();

  /** Longer than the longest pause between two polls. */
  private static final Duration OUTAGE = Duration.ofSeconds(70);

  private final Bedrock bedrock = StandIns.shared().bedrock();
  private final TestQueue queue = SERVER.queue();

  @Test
  void aJobThatIsSubmittedWhileTheQueueIsDownIsTakenAndCompletesWhenItIsBack() throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 3);
    SERVER.sqs().down();

    job.submit();

    assertThat(reasons(job.json())).containsOnly("queued");
    assertThat(queue.depth()).isEqualTo(List.of(0, 0));
    SERVER.assertLives();
    SERVER.sqs().up();
    assertThat(attemptCounts(job.assertCompleted(1))).containsOnly(1);
  }

  @Test
  void whatIsInWorkWhenTheQueueGoesDownForLongerThanALeaseIsDoneOnce() throws Exception {
    bedrock.configure(Map.of("latency_ms", TroubledServer.LONG_CALL_MILLIS));
    SomeJob job = SomeJob.submitted(SERVER, 4);
    await().until(() -> bedrock.stats().inFlight() == 4);

    SERVER.sqs().down();

    JsonNode done = job.assertCompleted(1);
    assertThat(attemptCounts(done)).containsOnly(1);
    SERVER.assertLives();
    SERVER.sqs().up();
    queue.awaitDrained();
    assertThat(job.calls()).containsOnly(1L);
    assertThat(job.json()).isEqualTo(done);
  }

  @Test
  void aFileWhoseMessageVanishedIsRungForAgain() throws Exception {
    Rule polls = SERVER.sqs().when(polls()).answer(500, "InternalError", "as injected");
    await().atMost(Duration.ofSeconds(20)).until(() -> polls.hits() > 0);
    SomeJob job = SomeJob.submitted(SERVER, 12);
    assertThat(queue.depth()).isEqualTo(List.of(12, 0));

    queue.purge();
    polls.clear();

    assertThat(attemptCounts(job.assertCompleted(1))).containsOnly(1);
    queue.awaitDrained();
  }

  @Test
  void aFileWhoseMessageIsDoubledIsAskedAboutOnce() throws Exception {
    bedrock.configure(Map.of("latency_ms", 1_000));
    SomeJob job = SomeJob.submitted(SERVER, 3);
    for (int i = 0; i < 12; i++) {
      queue.send(job.message(i % 3));
    }
    JsonNode done = job.assertCompleted(1);
    queue.send(job.message(0));
    queue.send(job.message(1));

    queue.awaitDrained();
    assertThat(attemptCounts(done)).containsOnly(1);
    assertThat(job.calls()).containsOnly(1L);
    assertThat(job.json()).isEqualTo(done);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SendMessageBatch", "DeleteMessageBatch", "ReceiveMessage"})
  void anAnswerOfTheQueueThatIsLostCostsNoSecondModelCall(String operation) throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 5);
    Rule lost = SERVER.sqs().when(call(operation)).times(3).dropAnswer();

    assertThat(attemptCounts(job.submit().assertCompleted(1))).containsOnly(1);
    await().atMost(Duration.ofSeconds(20)).until(() -> lost.hits() > 0);
    queue.awaitDrained();
    assertThat(job.calls()).containsOnly(1L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SendMessageBatch", "DeleteMessageBatch", "ReceiveMessage"})
  void aCallThatTheQueueThrottlesIsMadeAgain(String operation) throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 5);
    Rule refused =
        SERVER.sqs().when(call(operation)).times(4).answer(403, "RequestThrottled", "as injected");

    assertThat(attemptCounts(job.submit().assertCompleted(1))).containsOnly(1);
    await().atMost(Duration.ofSeconds(20)).until(() -> refused.hits() > 0);
    queue.awaitDrained();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SendMessageBatch", "DeleteMessageBatch"})
  void aCallThatTheQueueDoesNotAnswerIsGivenUpAndMadeAgain(String operation) throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 5);
    Rule silent = SERVER.sqs().when(call(operation)).times(1).hang();

    assertThat(attemptCounts(job.submit().assertCompleted(1))).containsOnly(1);
    await().atMost(Duration.ofSeconds(20)).until(() -> silent.hits() == 1);
    queue.awaitDrained();
    assertThat(job.calls()).containsOnly(1L);
  }

  @Test
  @Tag("long")
  void aPollThatIsNotAnsweredIsGivenUp() throws Exception {
    Rule silent = SERVER.sqs().when(polls()).times(1).hang();
    await().atMost(Duration.ofSeconds(20)).until(() -> silent.hits() == 1);

    SomeJob.submitted(SERVER, 3).assertCompleted(1);
  }

  @Test
  @Tag("long")
  void aQueueThatIsDownForMoreThanAMinuteCostsTimeAndNothingElse() throws Exception {
    bedrock.configure(Map.of("latency_ms", 1_000));
    SomeJob before = SomeJob.submitted(SERVER, 30);
    await().until(() -> bedrock.stats().inFlight() > 0);
    SERVER.sqs().down();
    SomeJob during = SomeJob.submitted(SERVER, 3);

    await()
        .during(OUTAGE)
        .atMost(OUTAGE.multipliedBy(2))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              SERVER.assertLives();
              assertThat(reasons(during.json())).hasSize(3).containsOnly("queued");
            });

    SomeJob after = SomeJob.submitted(SERVER, 3);
    assertThat(reasons(after.json())).containsOnly("queued");
    SERVER.sqs().up();
    for (SomeJob job : List.of(before, during, after)) {
      assertThat(attemptCounts(job.assertCompleted(1))).containsOnly(1);
    }
    queue.awaitDrained();
  }

  @Test
  void aLongCallOutlivesExtensionsOfItsLeaseThatAreLost() throws Exception {
    bedrock.configure(Map.of("latency_ms", TroubledServer.LONG_CALL_MILLIS));
    Rule lost = SERVER.sqs().when(call("ChangeMessageVisibilityBatch")).times(1).dropAnswer();
    SomeJob job = SomeJob.submitted(SERVER, 2);

    assertThat(attemptCounts(job.assertCompleted(1))).containsOnly(1);
    assertThat(lost.hits()).isOne();
  }

  @Test
  void aLongCallWhoseLeaseCannotBeExtendedIsNotMadeTwiceByALivingWorker() throws Exception {
    bedrock.configure(Map.of("latency_ms", TroubledServer.LONG_CALL_MILLIS));
    Rule refused =
        SERVER
            .sqs()
            .when(call("ChangeMessageVisibilityBatch"))
            .answer(500, "InternalError", "as injected");
    SomeJob job = SomeJob.submitted(SERVER, 2);

    assertThat(attemptCounts(job.assertCompleted(1))).containsOnly(1);
    assertThat(refused.hits()).isPositive();
    refused.clear();
    queue.awaitDrained();
    assertThat(job.calls()).containsOnly(1L);
  }

  @Test
  void aSlowQueueIsOnlySlow() throws Exception {
    SomeJob job = SomeJob.uploaded(SERVER, 3);
    SERVER.sqs().when(anyCall()).times(12).delayAnswer(Duration.ofSeconds(1));

    job.submit().assertCompleted(1);
  }

  @Test
  void aMessageThatNobodyCanReadIsKeptAsADeadLetterAndHoldsNothingUp() throws Exception {
    int before = dead();
    queue.send("{\"neither\": \"a ticket\"}");
    SomeJob job = SomeJob.submitted(SERVER, 2);

    job.assertCompleted(1);
    queue.awaitDrained();
    await().until(() -> dead() == before + 1);
  }

  @Test
  void aFileWhoseMessageIsADeadLetterFailsAndTheMessageStaysToBeLookedAt() throws Exception {
    Rule polls = SERVER.sqs().when(polls()).answer(500, "InternalError", "as injected");
    await().atMost(Duration.ofSeconds(20)).until(() -> polls.hits() > 0);
    SomeJob job = SomeJob.submitted(SERVER, 2);
    int before = dead();

    queue.sendDead(job.message(0));

    JsonNode failed = job.await(it -> statuses(it).contains("FAILED"));
    assertThat(failed.at("/input_files/0/error/code").stringValue()).isEqualTo("WORK_ABANDONED");
    assertThat(dead()).isEqualTo(before + 1);
    polls.clear();
    JsonNode done = job.finished();
    assertThat(done.path("job_status").stringValue()).isEqualTo("PARTIAL");
    assertThat(job.calls()).containsExactly(0L, 1L);

    // As an operator does who wants it tried again; a second one is a slip of the finger.
    for (String again : List.of(job.message(0), job.message(1))) {
      queue.sendDead(again);
    }
    queue.redrive();
    queue.redrive();

    queue.awaitDrained();
    assertThat(job.json()).isEqualTo(done);
    assertThat(job.calls()).containsExactly(0L, 1L);
  }

  private int dead() {
    return queue.deadDepth().stream().mapToInt(Integer::intValue).sum();
  }

  /** The polls of the work, not those of the dead letters. */
  private static Call polls() {
    return call("ReceiveMessage").containing("\"WaitTimeSeconds\":5");
  }
}
