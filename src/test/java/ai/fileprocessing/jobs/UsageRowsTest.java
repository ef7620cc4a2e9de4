package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.inference.ModelCall;
import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Output.Format;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.jobs.UsageReport.Line;
import ai.fileprocessing.jobs.UsageReport.Total;
import ai.fileprocessing.jobs.worker.WaitReason;
import ai.fileprocessing.platform.TestFloor;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

class UsageRowsTest {
  private static final Usage ONE = new Usage(10, 2, 3, 4, 50);
  private static final Usage TWO = ONE.plus(ONE);
  private static final Answered ANSWER =
      new Answered("answer", "end_turn", ONE, List.of(call("ANSWERED")));
  private static final JobFile.Error ERROR = new JobFile.Error("CODE", "Message.");

  private final TestJobs jobs = new TestJobs();
  private final Job job = jobs.job(jobs.alice, 3);

  @Test
  void aJobCountsOnTheDayOfItsSubmissionUnderItsModel() {
    succeed(0);
    jobs.clock.tick(Duration.ofDays(2));
    sweep();

    assertThat(jobs.usage(jobs.alice).days())
        .containsExactly(new Line("2023-11-14", "model", 1, ONE));
    LocalDate day = LocalDate.parse("2023-11-15");
    assertThat(jobs.used.of(jobs.alice, new Days(day, day.plusDays(3)))).isEmpty();
  }

  @Test
  void itCountsOnceHoweverOftenItIsWritten() {
    succeed(0);
    for (int i = 0; i < 3; i++) {
      jobs.clock.tick(Duration.ofHours(2));
      sweep();
    }

    assertUsed(1, ONE);
    succeed(1);
    jobs.clock.tick(Duration.ofHours(2));
    sweep();
    assertUsed(1, TWO);
  }

  @Test
  void anOlderSumDoesNotUndoANewerOne() {
    jobs.used.write(spec(), TWO);
    jobs.used.write(spec(), ONE);

    assertUsed(1, TWO);
  }

  @Test
  void aJobThatHasUsedNothingIsNotCounted() {
    jobs.clock.tick(Duration.ofMinutes(1));
    sweep();
    jobs.delete.delete(jobs.stored(job));

    assertUsed(0, Usage.NONE);
  }

  @Test
  void theSweeperCountsAJobBeforeItNeedsNoMoreAttention() {
    for (int i = 0; i < 3; i++) {
      succeed(i);
    }
    jobs.clock.tick(Duration.ofMinutes(1));
    sweep();

    assertUsed(1, TWO.plus(ONE));
    assertThat(jobs.attention.due(jobs.clock.instant().plus(Duration.ofDays(9))))
        .extracting(Attention.Due::jobId)
        .doesNotContain(job.jobId());
  }

  @Test
  void aJobWhoseUsageCouldNotBeWrittenStillNeedsAttention() {
    for (int i = 0; i < 3; i++) {
      succeed(i);
    }
    jobs.clock.tick(Duration.ofMinutes(1));
    TestJobs failing = new TestJobs(Map.of(), TestJobs.failing("putItem", false));
    failing.clock.tick(Duration.ofMinutes(1));

    assertThatThrownBy(() -> sweep(failing)).isInstanceOf(SdkException.class);
    jobs.clock.tick(Duration.ofMinutes(2));
    sweep();
    assertUsed(1, TWO.plus(ONE));
  }

  @Test
  void whatARetryUsesIsAdded() {
    succeed(0);
    fail(1);
    fail(2);

    jobs.retry.retry(jobs.stored(job), NewRetry.PLAIN);
    assertUsed(1, TWO.plus(ONE));
    succeed(1);
    jobs.clock.tick(Duration.ofMinutes(1));
    sweep();
    assertUsed(1, TWO.plus(TWO));
  }

  @Test
  void aDeletedJobIsCountedAndOnlyForItsOwner() {
    succeed(0);
    fail(1);
    jobs.delete.delete(jobs.stored(job));

    assertUsed(1, TWO);
    assertThat(jobs.usage(TestFloor.user()).days()).isEmpty();
  }

  @Test
  void whatASettlementAddsBetweenADeletionsLookAndItsRemovalIsCounted() {
    StoredJob seen = jobs.stored(job);
    succeed(0);
    jobs.delete.delete(seen);

    assertUsed(1, ONE);
  }

  @Test
  void aCallThatEndsAfterItsJobWasDeletedIsCounted() {
    Claim.Held succeeds = jobs.held(ticket(0));
    Claim.Held fails = jobs.held(ticket(1));
    Claim.Held waits = jobs.held(ticket(2));
    jobs.delete.delete(jobs.stored(job));

    for (int i = 0; i < 2; i++) {
      assertThat(jobs.claims.succeed(succeeds, result(ONE), List.of()))
          .isEqualTo(Claims.Settled.GONE);
      assertThat(
              jobs.claims.fail(
                  fails, ERROR, List.of(call("CODE")), Claims.usage(List.of(call("CODE")))))
          .isEqualTo(Claims.Settled.GONE);
      release(waits);
    }

    assertUsed(1, TWO.plus(ONE));
  }

  @Test
  void aCallThatEndsWhileItsJobIsRemovedIsCountedOnce() {
    Claim.Held succeeds = jobs.held(ticket(0));
    Claim.Held fails = jobs.held(ticket(1));
    StoredJob seen = jobs.stored(job);
    jobs.row.end(ticket(0));
    jobs.row.end(ticket(1));
    jobs.claims.succeed(succeeds, result(ONE), List.of());
    jobs.claims.fail(fails, ERROR, List.of(call("CODE")), Claims.usage(List.of(call("CODE"))));
    jobs.delete.delete(seen);

    assertUsed(1, TWO);
  }

  @Test
  void aDeletionThatWasCutShortAfterSomeRowsLosesNothing() {
    succeed(0);
    succeed(1);
    jobs.marks.delete(spec());
    TestJobs cut = new TestJobs(Map.of("jobs.results.bucket", "no-such-bucket"));
    StoredJob whole = jobs.stored(job);
    assertThatThrownBy(() -> cut.delete.finish(whole)).isInstanceOf(SdkException.class);
    jobs.clock.tick(Duration.ofMinutes(1));
    sweep();

    assertThat(jobs.rows.stored(jobs.alice, job.jobId())).isEmpty();
    assertUsed(1, TWO);
  }

  /** Its file failed at the deadline; the result is there, and a retry takes it. */
  @Test
  void aResultThatCameAfterTheDeadlineIsCountedOnceAlsoWhenARetryTakesIt() {
    Claim.Held slow = jobs.held(ticket(0));
    jobs.fail(ticket(0), ExpireJob.LATE);
    jobs.fail(ticket(1), ERROR);
    jobs.fail(ticket(2), ERROR);
    assertThat(
            jobs.claims.succeed(
                slow,
                jobs.results.keep(ticket(0), 1, ANSWER, ANSWER.usage(), Format.TEXT),
                List.of()))
        .isEqualTo(Claims.Settled.OVERTAKEN);
    assertUsed(1, ONE);

    jobs.retry.retry(jobs.stored(job), NewRetry.PLAIN);
    Claim.Held again = jobs.held(ticket(0));
    conclude(jobs.results).earlier(again, jobs.results.find(ticket(0)).orElseThrow());
    jobs.clock.tick(Duration.ofMinutes(1));
    sweep();

    assertThat(jobs.file(ticket(0)).status()).isEqualTo(FileStatus.SUCCEEDED);
    assertUsed(1, ONE);
  }

  @Test
  void anAnswerThatTheBucketDoesNotTakeIsCountedAndSoIsTheNext() {
    TestJobs full = new TestJobs(Map.of("jobs.results.bucket", "no-such-bucket"));
    conclude(full.results).conclude(jobs.held(ticket(0)), ANSWER, ANSWER.usage());
    conclude(full.results).conclude(jobs.held(ticket(0)), ANSWER, ANSWER.usage());
    assertUsed(1, TWO);

    conclude(jobs.results).conclude(jobs.held(ticket(0)), ANSWER, ANSWER.usage());
    jobs.clock.tick(Duration.ofMinutes(1));
    sweep();

    assertThat(jobs.file(ticket(0)).status()).isEqualTo(FileStatus.SUCCEEDED);
    assertUsed(1, TWO.plus(ONE));
  }

  /** The bucket has it, and its answer was lost. */
  @Test
  void anAnswerThatWasKeptAndNotKnownToBeIsCountedOnce() {
    TestJobs full = new TestJobs(Map.of("jobs.results.bucket", "no-such-bucket"));
    conclude(full.results).conclude(jobs.held(ticket(0)), ANSWER, ANSWER.usage());
    Results.Result kept = jobs.results.keep(ticket(0), 1, ANSWER, ANSWER.usage(), Format.TEXT);
    conclude(jobs.results).earlier(jobs.held(ticket(0)), kept);
    jobs.clock.tick(Duration.ofMinutes(1));
    sweep();

    assertThat(jobs.file(ticket(0)).status()).isEqualTo(FileStatus.SUCCEEDED);
    assertUsed(1, ONE);
  }

  @Test
  void anAnswerThatTheBucketDoesNotTakeIsCountedAlsoWhenItsJobIsGone() {
    TestJobs full = new TestJobs(Map.of("jobs.results.bucket", "no-such-bucket"));
    Claim.Held held = jobs.held(ticket(0));
    jobs.delete.delete(jobs.stored(job));
    conclude(full.results).conclude(held, ANSWER, ANSWER.usage());

    assertUsed(1, ONE);
  }

  @Test
  void whatThePartsOfALongFileTookIsCountedAlsoWhenItsWorkerDiesBeforeTheLast() {
    Courses.Followed course = jobs.courses.of(jobs.held(ticket(0)));
    course.keep("part-1", "answer", ONE);
    course.keep("part-2", "answer", ONE);
    assertThat(course.counted()).isEqualTo(TWO);
    Claims other = jobs.claimsOf(jobs.peers());
    Claim.Held next = jobs.held(other, ticket(0));
    conclude(jobs.results).conclude(next, ANSWER, ANSWER.usage());

    assertThat(jobs.file(ticket(0)).usage()).isEqualTo(TWO.plus(ONE));
  }

  @Test
  void thePartOfAClaimThatIsNoLongerOneIsLeftToBeCountedAtItsEnd() {
    Claim.Held stalled = jobs.held(ticket(0));
    jobs.held(jobs.claimsOf(jobs.peers()), ticket(0));
    Courses.Followed course = jobs.courses.of(stalled);
    course.keep("part-1", "answer", ONE);

    assertThat(course.counted()).isEqualTo(Usage.NONE);
    assertThat(jobs.file(ticket(0)).usage()).isEqualTo(Usage.NONE);
  }

  @Test
  void aPartCountsOnceHoweverOftenItsWriteIsRepeated() {
    TestJobs twice = new TestJobs(Map.of(), TestJobs.repeating());
    Courses.Followed course = twice.courses.of(jobs.held(ticket(0)));
    course.keep("part-1", "answer", ONE);
    course.keep("part-2", "answer", ONE);

    assertThat(course.counted()).isEqualTo(TWO);
    assertThat(jobs.file(ticket(0)).usage()).isEqualTo(TWO);
  }

  @Test
  void aPartWhoseWriteFailedIsCountedWithTheNextAndOnce() {
    AtomicBoolean down = new AtomicBoolean(true);
    TestJobs cut =
        new TestJobs(
            Map.of(),
            TestJobs.before(
                "updateItem",
                () -> {
                  if (down.getAndSet(false)) {
                    throw SdkClientException.create("No answer came");
                  }
                }));
    Courses.Followed course = cut.courses.of(jobs.held(ticket(0)));
    course.keep("part-1", "answer", ONE);
    assertThat(jobs.file(ticket(0)).usage()).isEqualTo(Usage.NONE);
    course.keep("part-2", "answer", ONE);

    assertThat(course.counted()).isEqualTo(TWO);
    assertThat(jobs.file(ticket(0)).usage()).isEqualTo(TWO);
  }

  @Test
  void anAnswerInWhosePlaceAnotherWasKeptIsCountedBesideIt() {
    Claim.Held held = jobs.held(ticket(0));
    jobs.results.keep(ticket(0), held.fence() + 1, ANSWER, TWO, Format.TEXT);
    conclude(jobs.results).conclude(held, ANSWER, ONE);
    jobs.clock.tick(Duration.ofMinutes(1));
    sweep();

    assertThat(jobs.file(ticket(0)).status()).isEqualTo(FileStatus.SUCCEEDED);
    assertThat(jobs.file(ticket(0)).usage()).isEqualTo(TWO);
    assertUsed(1, TWO.plus(ONE));
  }

  /** The first answer was not kept, and counted; the second was, by a worker that died. */
  @Test
  void aResultIsCountedThoughAnAnswerBeforeItWasCountedApart() {
    TestJobs full = new TestJobs(Map.of("jobs.results.bucket", "no-such-bucket"));
    conclude(full.results).conclude(jobs.held(ticket(0)), ANSWER, ONE);
    Claim.Held second = jobs.held(ticket(0));
    Results.Result kept = jobs.results.keep(ticket(0), second.fence(), ANSWER, ONE, Format.TEXT);
    Claim.Held third = jobs.held(jobs.claimsOf(jobs.peers()), ticket(0));
    conclude(jobs.results).earlier(third, kept);
    jobs.clock.tick(Duration.ofMinutes(1));
    sweep();

    assertUsed(1, TWO);
  }

  @Test
  void aFailureWhoseSettlementIsNotKnownToHaveComeIsCountedOnce() {
    Claim.Held held = jobs.held(ticket(0));
    jobs.claims.fail(held, ERROR, List.of(call("CODE")), ONE);
    release(held);
    jobs.clock.tick(Duration.ofMinutes(1));
    sweep();

    assertThat(jobs.file(ticket(0)).status()).isEqualTo(FileStatus.FAILED);
    assertUsed(1, ONE);
  }

  /** Whoever has it now finds the result and counts it. */
  @Test
  void aResultThatAnotherClaimWillTakeIsNotCountedTwice() {
    Claim.Held stalled = jobs.held(ticket(0));
    Claims other = jobs.claimsOf(jobs.peers());
    Claim.Held now = jobs.held(other, ticket(0));
    Results.Result kept = jobs.results.keep(ticket(0), 1, ANSWER, ANSWER.usage(), Format.TEXT);
    assertThat(jobs.claims.succeed(stalled, kept, List.of())).isEqualTo(Claims.Settled.OVERTAKEN);
    other.succeed(now, kept, List.of());
    assertThat(jobs.claims.succeed(stalled, kept, List.of())).isEqualTo(Claims.Settled.OVERTAKEN);
    jobs.clock.tick(Duration.ofMinutes(1));
    sweep();

    assertUsed(1, ONE);
  }

  @Test
  void whatAnOvertakenWorkerUsedInVainIsCounted() {
    Claim.Held stalled = jobs.held(ticket(0));
    Claims other = jobs.claimsOf(jobs.peers());
    Claim.Held now = jobs.held(other, ticket(0));
    release(stalled);
    other.succeed(now, result(ONE), List.of());
    jobs.clock.tick(Duration.ofMinutes(1));
    sweep();

    assertUsed(1, TWO);
  }

  @Test
  void whatIsCancelledInsteadOfTriedAgainIsCountedOnce() {
    Claim.Held running = jobs.held(ticket(0));
    jobs.row.cancelLater(ticket(0), TestJobs.NOW);
    release(running);
    jobs.clock.tick(Duration.ofMinutes(1));
    sweep();

    assertUsed(1, ONE);
  }

  @Test
  void aKeptResultWhoseSettlementFailsIsCountedWhenItsFileIsCancelled() {
    Claim.Held running = jobs.held(ticket(0));
    jobs.row.cancelLater(ticket(0), TestJobs.NOW);

    conclude(refusingOnce()).conclude(running, ANSWER, ONE);

    assertThat(jobs.file(ticket(0)).status()).isEqualTo(FileStatus.CANCELLED);
    sweep();
    assertUsed(1, ONE);
  }

  @Test
  void aKeptResultWhoseSettlementFailsIsCountedOnceWhenTheDeadlineComesFirst() {
    Claim.Held running = jobs.held(ticket(0));
    jobs.fail(ticket(0), ERROR);

    conclude(refusingOnce()).conclude(running, ANSWER, ONE);

    assertUsed(1, ONE);
    succeedByWhatIsKept();
    assertUsed(1, ONE);
  }

  @Test
  void aKeptResultWhoseSettlementFailsIsCountedByTheNextAttemptAlone() {
    Claim.Held running = jobs.held(ticket(0));

    conclude(refusingOnce()).conclude(running, ANSWER, ONE);

    assertUsed(0, Usage.NONE);
    conclude(jobs).earlier(jobs.held(ticket(0)), kept());
    jobs.clock.tick(Duration.ofMinutes(1));
    sweep();
    assertUsed(1, ONE);
  }

  @Test
  void anEarlierAttemptsResultIsCountedOnceWhenTheDeadlineComesBeforeItIsSettled() {
    Claim.Held first = jobs.held(ticket(0));
    jobs.results.keep(ticket(0), first.fence(), ANSWER, ONE, Format.TEXT);
    TestJobs.release(jobs.claims, first, WaitReason.QUEUED, jobs.clock.instant(), false, List.of());
    Claim.Held second = jobs.held(ticket(0));
    jobs.fail(ticket(0), ERROR);

    conclude(jobs).earlier(second, kept());

    assertUsed(1, ONE);
    succeedByWhatIsKept();
    assertUsed(1, ONE);
  }

  @Test
  void whatAClaimTookInVainIsCountedBesideTheResultThatItFound() {
    Claim.Held claim = jobs.held(ticket(0));
    jobs.ledger.inVain(claim, ONE);
    jobs.fail(ticket(0), ERROR);

    jobs.ledger.resultOf(claim, claim.fence(), ONE);

    assertUsed(1, TWO);
  }

  private void succeedByWhatIsKept() {
    jobs.fail(ticket(1), ERROR);
    jobs.fail(ticket(2), ERROR);
    jobs.retry.retry(jobs.stored(job), NewRetry.PLAIN);
    conclude(jobs).earlier(jobs.held(ticket(0)), kept());
    assertThat(jobs.file(ticket(0)).status()).isEqualTo(FileStatus.SUCCEEDED);
    jobs.clock.tick(Duration.ofMinutes(1));
    sweep();
  }

  private Results.Result kept() {
    return jobs.results.find(ticket(0)).orElseThrow();
  }

  /** A process one of whose writes to rows is refused. */
  private static TestJobs refusingOnce() {
    AtomicBoolean refused = new AtomicBoolean();
    return new TestJobs(
        Map.of(),
        TestJobs.before(
            "updateItem",
            () -> {
              if (refused.compareAndSet(false, true)) {
                throw SdkClientException.create("Not now");
              }
            }));
  }

  private static ConcludeFile conclude(TestJobs with) {
    return new ConcludeFile(with.claims, with.ledger, with.results, with.settings, with.clock);
  }

  @Test
  void writesThatTheSdkRepeatsAfterALostAnswerCountOnce() {
    TestJobs repeating = new TestJobs(Map.of(), TestJobs.repeating());
    Claim.Held first = repeating.held(ticket(0));
    repeating.claims.succeed(first, result(ONE), List.of());
    Claim.Held second = repeating.held(ticket(1));
    TestJobs.release(
        repeating.claims,
        second,
        WaitReason.RETRY_BACKOFF,
        Instant.ofEpochSecond(TestJobs.NOW),
        true,
        List.of(call("CODE")));
    Claim.Held third = repeating.held(ticket(2));
    jobs.row.cancelLater(ticket(2), TestJobs.NOW);
    TestJobs.release(
        repeating.claims,
        third,
        WaitReason.RETRY_BACKOFF,
        Instant.ofEpochSecond(TestJobs.NOW),
        true,
        List.of(call("CODE")));
    repeating.used.write(spec(), jobs.stored(job).files().usage());

    assertUsed(1, TWO.plus(ONE));
  }

  @Test
  void inModeTogetherTheUnitOfWorkIsCounted() {
    Job together = jobs.together(jobs.alice, 3);
    jobs.claims.succeed(jobs.held(TestJobs.result(together)), result(ONE), List.of());
    jobs.delete.delete(jobs.stored(together));

    assertUsed(1, ONE);
  }

  @Test
  void whatIsOlderThanItIsKeptIsNotCounted() {
    succeed(0);
    jobs.delete.delete(jobs.stored(job));
    assertUsed(1, ONE);
    jobs.clock.tick(jobs.settings.usageRetention());

    assertUsed(0, Usage.NONE);
  }

  private ConcludeFile conclude(Results results) {
    return new ConcludeFile(jobs.claims, jobs.ledger, results, jobs.settings, jobs.clock);
  }

  private void assertUsed(long count, Usage usage) {
    assertThat(jobs.usage(jobs.alice).total()).isEqualTo(new Total(count, usage));
  }

  private void succeed(int position) {
    jobs.claims.succeed(jobs.held(ticket(position)), result(ONE), List.of(call("ANSWERED")));
  }

  private void fail(int position) {
    jobs.claims.fail(
        jobs.held(ticket(position)),
        ERROR,
        List.of(call("CODE")),
        Claims.usage(List.of(call("CODE"))));
  }

  private void release(Claim.Held held) {
    TestJobs.release(
        jobs.claims,
        held,
        WaitReason.RETRY_BACKOFF,
        jobs.clock.instant(),
        true,
        List.of(call("CODE")));
  }

  private void sweep() {
    sweep(jobs);
  }

  private void sweep(TestJobs with) {
    with.attention
        .due(with.clock.instant())
        .filter(it -> it.jobId().equals(job.jobId()))
        .forEach(with.sweep::sweep);
  }

  private static Results.Result result(Usage usage) {
    return new Results.Result(1, usage, "end_turn", List.of(), "00");
  }

  private static ModelCall call(String outcome) {
    return new ModelCall(
        Instant.ofEpochSecond(TestJobs.NOW), outcome, Duration.ofSeconds(1), ONE, "request");
  }

  private JobSpec spec() {
    return jobs.stored(job).spec();
  }

  private Ticket ticket(int position) {
    return TestJobs.ticket(job, position);
  }
}
