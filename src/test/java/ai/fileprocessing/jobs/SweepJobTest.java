package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.jobs.worker.Peers;
import ai.fileprocessing.jobs.worker.WaitReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SweepJobTest {
  private static final Results.Result RESULT =
      new Results.Result(1, Usage.NONE, "end_turn", List.of(), "00");

  private final TestJobs jobs =
      new TestJobs(Map.of("jobs.sweep.after", "PT1M", "jobs.deadline", "PT24H"));
  private final Job job = jobs.job(jobs.alice, 3);

  @Test
  void nobodyLooksAtAJobBeforeItsTime() {
    assertThat(due()).isEmpty();
    jobs.clock.tick(Duration.ofSeconds(59));
    assertThat(due()).isEmpty();
    jobs.clock.tick(Duration.ofSeconds(1));
    assertThat(due()).isPresent();
  }

  @Test
  void filesWhoseMessagesWereNeverSentAreRungForOnceEach() {
    assertThat(sweep()).isTrue();

    assertThat(jobs.worker.depth()).containsExactly(3, 0);
    assertThat(jobs.worker.received().stream().map(it -> jobs.tickets.read(it).orElseThrow()))
        .containsExactlyInAnyOrder(ticket(0), ticket(1), ticket(2));
  }

  @Test
  void whatTheQueueMayHoldIsNotRungForUntilItIsBelievedToBeLost() {
    jobs.tickets.send(List.of(ticket(0), ticket(1), ticket(2)));
    for (int i = 0; i < 4; i++) {
      sweep();
      assertThat(jobs.worker.depth()).containsExactly(3, 0);
    }

    sweep();

    assertThat(jobs.worker.depth()).containsExactly(6, 0);
  }

  @Test
  void whatHasEndedOrIsInWorkOfTheLivingIsNotRungFor() {
    Peers other = jobs.peers();
    jobs.worker.beat(other);
    jobs.held(jobs.claimsOf(other), ticket(0));
    jobs.claims.succeed(jobs.held(ticket(1)), RESULT, List.of());
    jobs.held(ticket(2));

    sweep();

    assertThat(jobs.worker.depth()).containsExactly(0, 0);
  }

  @Test
  void whatADeadProcessHadInWorkIsRungFor() {
    jobs.heldByTheDead(ticket(0));
    jobs.held(ticket(1));
    jobs.held(ticket(2));

    sweep();

    assertThat(jobs.tickets.read(jobs.worker.received().get(0))).contains(ticket(0));
  }

  @Test
  void whatWaitsForAnotherAttemptIsNotRungForBeforeThatIsOverdue() {
    Instant next = jobs.clock.instant().plus(Duration.ofMinutes(10));
    for (int i = 0; i < 3; i++) {
      TestJobs.release(
          jobs.claims, jobs.held(ticket(i)), WaitReason.RETRY_BACKOFF, next, true, List.of());
    }
    sweep();
    assertThat(jobs.worker.depth()).containsExactly(0, 0);
    jobs.clock.tick(Duration.ofMinutes(12));

    sweep();

    assertThat(jobs.worker.depth()).containsExactly(3, 0);
  }

  @Test
  void whatIsNotDoneByTheDeadlineFailsAndWhoeverHasItInWorkCanWriteNoMore() {
    jobs.claims.succeed(jobs.held(ticket(0)), RESULT, List.of());
    Claim.Held slow = jobs.held(ticket(1));
    jobs.clock.tick(Duration.ofHours(24));

    sweep();

    assertThat(file(0).status()).isEqualTo(FileStatus.SUCCEEDED);
    assertThat(List.of(file(1), file(2)))
        .allSatisfy(
            it -> {
              assertThat(it.status()).isEqualTo(FileStatus.FAILED);
              assertThat(it.error().code()).isEqualTo("DEADLINE_EXCEEDED");
            });
    assertThat(jobs.claims.succeed(slow, RESULT, List.of())).isEqualTo(Claims.Settled.OVERTAKEN);
    assertThat(file(1).status()).isEqualTo(FileStatus.FAILED);
  }

  @Test
  void aCancellationThatWasCutShortIsFinished() {
    Claim.Held running = jobs.held(ticket(0));
    jobs.marks.cancel(jobs.stored(job).spec());

    sweep();

    assertThat(file(0).status()).isEqualTo(FileStatus.PROCESSING);
    assertThat(file(1).status()).isEqualTo(FileStatus.CANCELLED);
    assertThat(file(2).status()).isEqualTo(FileStatus.CANCELLED);
    TestJobs.release(
        jobs.claims, running, WaitReason.RETRY_BACKOFF, jobs.clock.instant(), true, List.of());
    assertThat(file(0).status()).isEqualTo(FileStatus.CANCELLED);
  }

  @Test
  void aCancellationAlsoEndsWhatADeadProcessHadAndNobodyHasAMessageOf() {
    jobs.heldByTheDead(ticket(0));
    jobs.cancel.cancel(jobs.stored(job));

    assertThat(file(0).status()).isEqualTo(FileStatus.CANCELLED);
  }

  @Test
  void aCancelledJobEndsAtItsDeadlineWhoeverHasItInWork() {
    jobs.held(ticket(0));
    jobs.cancel.cancel(jobs.stored(job));
    assertThat(file(0).status()).isEqualTo(FileStatus.PROCESSING);
    jobs.clock.tick(jobs.settings.deadline());
    sweep();

    assertThat(file(0).error()).isEqualTo(ExpireJob.LATE);
  }

  @Test
  void aDeletionThatWasCutShortIsFinished() {
    jobs.marks.delete(jobs.stored(job).spec());
    assertThat(jobs.rows.find(jobs.alice, job.jobId())).isEmpty();

    sweep();

    assertThat(jobs.rows.stored(jobs.alice, job.jobId())).isEmpty();
    assertThat(jobs.rows.file(ticket(0))).isEmpty();
    assertThat(due()).isEmpty();
  }

  @Test
  void aJobThatSomebodyLivingOpensAgainIsNotTakenForOneThatHasEnded() {
    failAll();
    String ringer = jobs.holders.name();
    jobs.marks.reopen(
        jobs.stored(job).spec(), jobs.stored(job).spec().deadline() + 9, null, ringer);
    sweep();
    jobs.row.reopen(ticket(0));
    jobs.holders.drop(ringer);

    assertThat(sweep()).isTrue();
    assertThat(jobs.worker.depth()).containsExactly(1, 0);
  }

  @Test
  void aJobThatSomebodyTakenForDeadOpensAllTheSameIsLookedAfter() {
    failAll();
    Peers other = jobs.peers();
    jobs.worker.beat(other);
    String ringer = new Holders(other, jobs.ids).name();
    jobs.worker.leave(other);
    jobs.marks.reopen(
        jobs.stored(job).spec(), jobs.stored(job).spec().deadline() + 9, null, ringer);
    sweep();
    assertThat(sweep()).as("it counts as ended").isFalse();

    jobs.row.reopen(ticket(0));
    jobs.marks.leave(jobs.stored(job).spec(), ringer);

    assertThat(sweep()).isTrue();
    assertThat(jobs.worker.depth()).containsExactly(1, 0);
  }

  @Test
  void aFileThatIsRetriedAfterItsJobWasReadAsCancelledIsNotCancelledAnyMore() {
    Claim.Held running = jobs.held(ticket(0));
    jobs.cancel.cancel(jobs.stored(job));
    StoredJob seen = jobs.stored(job);
    jobs.clock.tick(Duration.ofSeconds(2));
    jobs.claims.fail(running, ExpireJob.LATE, List.of(), Usage.NONE);
    jobs.retry.retry(jobs.stored(job), NewRetry.PLAIN);

    jobs.cancel.finish(seen);
    assertThat(file(0).status()).isEqualTo(FileStatus.PENDING);

    jobs.held(ticket(0));
    jobs.cancel.finish(seen);
    assertThat(file(0).progress().cancelling()).isFalse();
  }

  @Test
  void aFileThatIsRetriedAfterItsJobWasReadAsOverIsNotFailedAnyMore() {
    StoredJob seen = jobs.stored(job);
    jobs.clock.tick(Duration.ofSeconds(2));
    failAll();
    jobs.retry.retry(jobs.stored(job), NewRetry.PLAIN);

    jobs.expire.expire(seen);

    assertThat(file(0).status()).isEqualTo(FileStatus.PENDING);
  }

  private void failAll() {
    for (int i = 0; i < 3; i++) {
      jobs.claims.fail(jobs.held(ticket(i)), ExpireJob.LATE, List.of(), Usage.NONE);
    }
  }

  @Test
  void aJobThatHasEndedIsLookedAtOnceMoreAndThenNeverAgain() {
    for (int i = 0; i < 3; i++) {
      jobs.claims.succeed(jobs.held(ticket(i)), RESULT, List.of());
    }
    sweep();

    jobs.clock.tick(Duration.ofDays(30));
    assertThat(due()).isEmpty();
  }

  @Test
  void ofSeveralProcessesOneLooksAfterAJob() {
    jobs.clock.tick(Duration.ofMinutes(1));
    Attention.Due seen = due().orElseThrow();

    jobs.sweep.sweep(seen);
    jobs.sweep.sweep(seen);

    assertThat(jobs.worker.depth()).containsExactly(3, 0);
  }

  @Test
  void visitsGrowRarerButComeAtTheDeadline() {
    List<Long> visits = new ArrayList<>();
    long end = job.deadline() - TestJobs.NOW;
    while (visits.isEmpty() || visits.get(visits.size() - 1) < end) {
      sweep();
      visits.add(jobs.clock.instant().getEpochSecond() - TestJobs.NOW);
    }

    assertThat(visits).startsWith(60L, 120L, 240L, 480L).contains(end).hasSizeLessThan(40);
  }

  @Test
  void aJobInModeTogetherIsRungForOnceAndEndsAsOneAtItsDeadline() {
    Job together = jobs.together(jobs.alice, 3);
    jobs.delete.delete(jobs.stored(job));
    jobs.clock.tick(Duration.ofMinutes(1));
    sweep(together);
    assertThat(jobs.worker.received().stream().map(it -> jobs.tickets.read(it).orElseThrow()))
        .containsExactly(TestJobs.result(together));

    jobs.clock.tick(jobs.settings.deadline());
    sweep(together);

    assertThat(jobs.stored(together).job().jobError()).startsWith("DEADLINE_EXCEEDED");
    assertThat(jobs.stored(together).job().counts().failed()).isEqualTo(3);
  }

  @Test
  void aJobThatIsGoneIsLeftAlone() {
    jobs.sweep.sweep(new Attention.Due(jobs.alice, jobs.ids.next(), TestJobs.NOW));

    assertThat(jobs.worker.depth()).containsExactly(0, 0);
  }

  /** Goes to the time when it is due, and sweeps it. Whether it was due within two days. */
  private boolean sweep() {
    Optional<Attention.Due> next = dueAt(jobs.clock.instant().plus(Duration.ofDays(2)));
    next.map(it -> Instant.ofEpochSecond(it.at()))
        .filter(it -> it.isAfter(jobs.clock.instant()))
        .ifPresent(it -> jobs.clock.tick(Duration.between(jobs.clock.instant(), it)));
    next.ifPresent(jobs.sweep::sweep);
    return next.isPresent();
  }

  private void sweep(Job which) {
    jobs.attention
        .due(jobs.clock.instant())
        .filter(it -> it.jobId().equals(which.jobId()))
        .forEach(jobs.sweep::sweep);
  }

  private Optional<Attention.Due> due() {
    return dueAt(jobs.clock.instant());
  }

  private Optional<Attention.Due> dueAt(Instant time) {
    return jobs.attention.due(time).filter(it -> it.jobId().equals(job.jobId())).findFirst();
  }

  private Ticket ticket(int position) {
    return TestJobs.ticket(job, position);
  }

  private JobFile file(int position) {
    return jobs.file(ticket(position));
  }
}
