package ai.fileprocessing.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.crash.History.Accepted;
import ai.fileprocessing.crash.History.Cancelled;
import ai.fileprocessing.crash.History.Deleted;
import ai.fileprocessing.crash.History.Failed;
import ai.fileprocessing.crash.History.Listed;
import ai.fileprocessing.crash.History.Read;
import ai.fileprocessing.crash.History.Retried;
import ai.fileprocessing.crash.History.Seen;
import ai.fileprocessing.crash.History.Span;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every rule catches the history that breaks it, and a good one breaks none. */
class JudgementTest {
  private final History history = new History();

  @Test
  void aGoodHistoryHasNothingWrong() {
    accepted("k", "j");
    accepted("k", "j");
    seen("PENDING", "PENDING", 0, 1);
    seen("PROCESSING", "PROCESSING", 2, 3);
    read(null, 2, 3);
    seen("COMPLETED", "SUCCEEDED", 4, 5);
    read("text", 6, 7);
    read("text", 8, 9);
    history.add(new Listed("alice", Set.of("j")));

    assertRight(Map.of("j/f", 3L));
  }

  @Test
  void aJobThatDoesNotEndIsWrong() {
    accepted("k", "j");
    seen("PROCESSING", "PROCESSING", 0, 1);

    assertWrong("has not ended");
  }

  @Test
  void aJobThatIsNeverSeenIsWrong() {
    accepted("k", "j");

    assertWrong("never seen");
  }

  @Test
  void aStatusThatGoesBackIsWrong() {
    accepted("k", "j");
    seen("PROCESSING", "PROCESSING", 0, 1);
    seen("PROCESSING", "PENDING", 2, 3);
    seen("ERROR", "FAILED", 4, 5);

    assertWrong("j/f: was PROCESSING, then PENDING");
  }

  @Test
  void aJobThatGoesBackIsWrong() {
    accepted("k", "j");
    seen("ERROR", "FAILED", 0, 1);
    seen("PROCESSING", "FAILED", 2, 3);
    seen("ERROR", "FAILED", 4, 5);

    assertWrong("j: was ERROR, then PROCESSING");
  }

  @Test
  void anEndThatBecomesAnotherIsWrong() {
    accepted("k", "j");
    seen("ERROR", "FAILED", 0, 1);
    seen("COMPLETED", "SUCCEEDED", 2, 3);
    read("text", 4, 5);

    assertWrong("j/f: was FAILED, then SUCCEEDED");
  }

  @Test
  void whatAnEarlierSightProvesIsNotForgottenForALongOne() {
    accepted("k", "j");
    seen("ERROR", "FAILED", 0, 90);
    seen("ERROR", "FAILED", 1, 2);
    seen("PROCESSING", "PROCESSING", 3, 4);
    seen("ERROR", "FAILED", 100, 101);

    assertWrong("j/f: was FAILED, then PROCESSING");
  }

  @Test
  void sightsThatOverlapHaveNoOrder() {
    accepted("k", "j");
    seen("ERROR", "FAILED", 0, 5);
    seen("PROCESSING", "PROCESSING", 1, 6);
    seen("ERROR", "FAILED", 7, 8);

    assertRight(Map.of());
  }

  @Test
  void aFileThatVanishesIsWrong() {
    accepted("k", "j");
    history.add(new Seen("j", "COMPLETED", Map.of(), false, new Span(0, 1)));

    assertWrong("its files were");
  }

  @Test
  void aResultThatChangesIsWrong() {
    succeeded();
    read("text", 2, 3);
    read("another", 4, 5);

    assertWrong("its result has changed");
  }

  @Test
  void aSuccessWithoutAResultIsWrong() {
    succeeded();

    assertWrong("no result was read");
  }

  @Test
  void aResultOfWhatFailedIsWrong() {
    accepted("k", "j");
    seen("ERROR", "FAILED", 0, 1);
    read("text", 2, 3);

    assertWrong("and yet it had a result");
  }

  @Test
  void aSuccessBeforeItsResultCanBeReadIsWrong() {
    succeeded();
    read(null, 2, 3);
    read("text", 4, 5);

    assertWrong("SUCCEEDED before its result could be read");
  }

  @Test
  void aKeyOfTwoJobsIsWrong() {
    succeeded();
    read("text", 2, 3);
    accepted("k", "other");
    history.add(new Seen("other", "ERROR", Map.of("f", "FAILED"), false, new Span(0, 1)));

    assertWrong("One key, several jobs");
  }

  @Test
  void aJobOfTwoKeysIsWrong() {
    succeeded();
    read("text", 2, 3);
    accepted("another key", "j");

    assertWrong("one job, several keys");
  }

  @Test
  void aJobThatNobodyWasToldOfIsWrong() {
    succeeded();
    read("text", 2, 3);
    history.add(new Listed("alice", Set.of("j", "other")));

    assertWrong("other: a job nobody was told of");
  }

  @Test
  void aJobThatIsNotListedIsWrong() {
    succeeded();
    read("text", 2, 3);
    history.add(new Listed("alice", Set.of()));

    assertWrong("accepted, but not listed");
  }

  @Test
  void oneCallTooManyIsWrong() {
    succeeded();
    read("text", 2, 3);

    assertThat(Judgement.of(history, Map.of("j/f", 4L), 3))
        .containsExactly("j/f: 4 model calls, at most 3");
  }

  @Test
  void aSuccessAfterTheAnswerOfACancellationSaidCancelledIsWrong() {
    accepted("k", "j");
    seen("CANCELLED", "CANCELLED", 0, 1);
    seen("COMPLETED", "SUCCEEDED", 2, 3);
    read("text", 4, 5);

    assertWrong("j/f: was CANCELLED, then SUCCEEDED");
  }

  @Test
  void aFileThatIsPendingAfterItsJobWasCancelledIsWrong() {
    accepted("k", "j");
    history.add(new Cancelled("j", new Span(0, 1)));
    seen("PROCESSING", "PENDING", 2, 3);
    seen("CANCELLED", "CANCELLED", 4, 5);

    assertWrong("j: cancelled, and yet a file was to begin");
  }

  @Test
  void aFileThatWaitsForAnotherAttemptAfterItsJobWasCancelledIsWrong() {
    accepted("k", "j");
    history.add(new Cancelled("j", new Span(0, 1)));
    history.add(new Seen("j", "PROCESSING", Map.of("f", "PROCESSING"), true, new Span(2, 3)));
    seen("CANCELLED", "CANCELLED", 4, 5);

    assertWrong("j: cancelled, and yet a file was to begin");
  }

  @Test
  void whatRunsWhenItsJobIsCancelledMayFinish() {
    accepted("k", "j");
    history.add(new Cancelled("j", new Span(0, 1)));
    seen("PROCESSING", "PROCESSING", 2, 3);
    seen("COMPLETED", "SUCCEEDED", 4, 5);
    read("text", 6, 7);

    assertRight(Map.of());
  }

  @Test
  void aFileOfACancelledJobMayBePendingAfterARetry() {
    accepted("k", "j");
    seen("PROCESSING", "PROCESSING", 0, 1);
    history.add(new Cancelled("j", new Span(2, 5)));
    failed("CODE", 6, 7);
    history.add(new Retried("j", new Span(8, 9)));
    seen("PROCESSING", "PENDING", 10, 11);
    failed("CODE", 12, 13);

    assertThat(Judgement.of(history, Map.of(), 3, Set.of("CODE"))).isEmpty();
  }

  @Test
  void aFileMayBePendingWhileItsJobIsBeingCancelled() {
    accepted("k", "j");
    history.add(new Cancelled("j", new Span(2, 5)));
    seen("PENDING", "PENDING", 0, 1);
    seen("PENDING", "PENDING", 3, 4);
    seen("CANCELLED", "CANCELLED", 6, 7);

    assertRight(Map.of());
  }

  @Test
  void whatFailedMayGoOnByARetryWithMoreCallsAndHasOneResult() {
    accepted("k", "j");
    seen("PROCESSING", "PROCESSING", 0, 1);
    failed("CODE", 2, 3);
    history.add(new Retried("j", new Span(4, 7)));
    seen("PENDING", "PENDING", 5, 6);
    failed("CODE", 8, 9);
    history.add(new Retried("j", new Span(10, 11)));
    seen("PROCESSING", "PROCESSING", 12, 13);
    seen("COMPLETED", "SUCCEEDED", 14, 15);
    read("text", 16, 17);

    assertThat(Judgement.of(history, Map.of("j/f", 9L), 3, Set.of("CODE"))).isEmpty();
    assertThat(Judgement.of(history, Map.of("j/f", 10L), 3, Set.of("CODE")))
        .containsExactly("j/f: 10 model calls, at most 9");
  }

  @Test
  void whatFailedAndGoesOnWithoutARetryIsWrong() {
    accepted("k", "j");
    failed("CODE", 0, 1);
    history.add(new Retried("j", new Span(4, 5)));
    seen("PROCESSING", "PROCESSING", 2, 3);
    seen("ERROR", "FAILED", 8, 9);

    assertWrong("j/f: was FAILED, then PROCESSING");
  }

  @Test
  void whatGoesBackAfterItsRetryIsWrong() {
    accepted("k", "j");
    seen("PROCESSING", "PROCESSING", 0, 1);
    failed("CODE", 2, 3);
    history.add(new Retried("j", new Span(4, 5)));
    seen("PROCESSING", "PROCESSING", 6, 7);
    seen("PROCESSING", "PENDING", 8, 9);
    seen("ERROR", "FAILED", 10, 11);

    assertWrong("j/f: was PROCESSING, then PENDING");
  }

  @ParameterizedTest
  @CsvSource({"COMPLETED, SUCCEEDED", "CANCELLED, CANCELLED"})
  void aRetryOfWhatHasNotFailedIsWrong(String job, String file) {
    accepted("k", "j");
    seen(job, file, 0, 1);
    history.add(new Retried("j", new Span(2, 3)));
    seen("PROCESSING", "PROCESSING", 4, 5);
    seen(job, file, 6, 7);

    assertWrong("j/f: was " + file + ", then PROCESSING");
  }

  @Test
  void aFailureThatIsNotTheModelsIsWrong() {
    accepted("k", "j");
    failed("WORK_ABANDONED", 0, 1);

    assertThat(Judgement.of(history, Map.of(), 3, Set.of("MODEL_REFUSED_REQUEST")))
        .containsExactly("j/f: failed with WORK_ABANDONED");
  }

  @Test
  void aDeletedJobNeedNotHaveEndedNorBeListed() {
    accepted("k", "j");
    seen("PROCESSING", "PROCESSING", 0, 1);
    deleted(2, 5);
    seen("PROCESSING", "PROCESSING", 3, 4);
    read(null, 6, 7);
    history.add(new Listed("alice", Set.of()));

    assertRight(Map.of());
  }

  @Test
  void aDeletedJobThatIsSeenAgainIsWrong() {
    accepted("k", "j");
    deleted(0, 1);
    seen("PROCESSING", "PROCESSING", 2, 3);

    assertWrong("j: deleted, and seen again");
  }

  @Test
  void aDeletedJobWhoseResultIsReadIsWrong() {
    accepted("k", "j");
    deleted(0, 1);
    read("text", 2, 3);

    assertWrong("j/f: deleted, and yet its result was read");
  }

  @Test
  void aDeletedJobThatIsListedIsWrong() {
    accepted("k", "j");
    deleted(0, 1);
    history.add(new Listed("alice", Set.of("j")));

    assertWrong("j: deleted, and yet listed");
  }

  private void deleted(long asked, long answered) {
    history.add(new Deleted("j", new Span(asked, answered)));
  }

  private void failed(String code, long asked, long answered) {
    seen("ERROR", "FAILED", asked, answered);
    history.add(new Failed("j", "f", code));
  }

  private void succeeded() {
    accepted("k", "j");
    seen("COMPLETED", "SUCCEEDED", 0, 1);
  }

  private void accepted(String key, String jobId) {
    history.add(new Accepted("alice", key, jobId, Set.of("f")));
  }

  private void seen(String job, String file, long asked, long answered) {
    history.add(new Seen("j", job, Map.of("f", file), false, new Span(asked, answered)));
  }

  private void read(String content, long asked, long answered) {
    history.add(new Read("j", "f", content, new Span(asked, answered)));
  }

  private void assertRight(Map<String, Long> calls) {
    assertThat(Judgement.of(history, calls, 3)).isEmpty();
  }

  private void assertWrong(String what) {
    assertThat(Judgement.of(history, Map.of(), 3)).anySatisfy(it -> assertThat(it).contains(what));
  }
}
