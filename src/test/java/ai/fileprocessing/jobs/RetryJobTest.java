package ai.fileprocessing.jobs;

import static ai.fileprocessing.platform.TestFloor.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RetryJobTest {
  private static final Results.Result RESULT =
      new Results.Result(1, new Usage(3, 1, 0, 0, 0), "end_turn", List.of(), "00");
  private static final JobFile.Error ERROR = new JobFile.Error("CODE", "Message.");

  private final TestJobs jobs = new TestJobs();
  private final Job job = jobs.job(jobs.alice, 3);

  @Test
  void onlyWhatFailedRunsAgainWithAllItsAttemptsAndANewDeadline() {
    settle();
    JobFile kept = now().inputFiles().get(0);
    jobs.clock.tick(Duration.ofHours(1));

    assertThat(jobs.retry.retry(jobs.stored(job), NewRetry.PLAIN)).isTrue();

    assertThat(now().jobStatus()).isEqualTo(JobStatus.PROCESSING);
    assertThat(now().finishedAt()).isNull();
    assertThat(now().deadline()).isEqualTo(job.deadline() + 3_600);
    assertThat(now().inputFiles().get(0)).isEqualTo(kept);
    assertThat(now().inputFiles().subList(1, 3))
        .allSatisfy(
            it -> {
              assertThat(it.status()).isEqualTo(FileStatus.PENDING);
              assertThat(it.error()).isNull();
              assertThat(it.attemptCount()).isZero();
              assertThat(it.waiting()).isEqualTo(Waiting.QUEUED);
            });
    assertThat(jobs.worker.received().stream().map(it -> jobs.tickets.read(it).orElseThrow()))
        .containsExactlyInAnyOrder(ticket(1), ticket(2));
  }

  @Test
  void whatSomebodyStillRunsForItCanWriteNoMore() {
    jobs.claims.succeed(jobs.held(ticket(0)), RESULT, List.of());
    Claim.Held slow = jobs.held(ticket(1));
    jobs.fail(ticket(1), ERROR);
    jobs.claims.fail(jobs.held(ticket(2)), ERROR, List.of(), Usage.NONE);
    jobs.retry.retry(jobs.stored(job), NewRetry.PLAIN);

    assertThat(jobs.claims.succeed(slow, RESULT, List.of())).isEqualTo(Claims.Settled.OVERTAKEN);
    assertThat(now().inputFiles().get(1).status()).isEqualTo(FileStatus.PENDING);
    Claim.Held again = jobs.held(ticket(1));
    assertThat(jobs.claims.succeed(slow, RESULT, List.of())).isEqualTo(Claims.Settled.OVERTAKEN);
    assertThat(jobs.claims.succeed(again, RESULT, List.of())).isEqualTo(Claims.Settled.HELD);
  }

  @Test
  void aJobInModeTogetherThatFailedRunsAgainAsOne() {
    Job together = jobs.together(jobs.alice, 3);
    jobs.claims.fail(jobs.held(TestJobs.result(together)), ERROR, List.of(), Usage.NONE);

    assertThat(jobs.retry.retry(jobs.stored(together), NewRetry.PLAIN)).isTrue();

    assertThat(jobs.stored(together).job().counts().pending()).isEqualTo(3);
    assertThat(jobs.worker.received().stream().map(it -> jobs.tickets.read(it).orElseThrow()))
        .containsExactly(TestJobs.result(together));
  }

  @Test
  void aCancelledJobWithFailuresIsNotCancelledAnyMore() {
    jobs.claims.fail(jobs.held(ticket(0)), ERROR, List.of(), Usage.NONE);
    jobs.cancel.cancel(jobs.stored(job));
    jobs.retry.retry(jobs.stored(job), NewRetry.PLAIN);

    assertThat(jobs.stored(job).marks().cancelled()).isFalse();
    assertThat(jobs.held(ticket(0)).fence()).isEqualTo(2);
    assertThat(now().counts().cancelled()).isEqualTo(2);
  }

  @Test
  void aRetriedJobIsLookedAfterAgain() {
    settle();
    jobs.clock.tick(Duration.ofHours(30));
    jobs.attention
        .due(jobs.clock.instant())
        .filter(it -> it.jobId().equals(job.jobId()))
        .forEach(jobs.sweep::sweep);
    jobs.retry.retry(jobs.stored(job), NewRetry.PLAIN);
    jobs.clock.tick(jobs.settings.sweepAfter());

    assertThat(jobs.attention.due(jobs.clock.instant()).map(Attention.Due::jobId))
        .contains(job.jobId());
  }

  @Test
  void aJobThatHasNotEndedIsNotRetried() {
    jobs.claims.fail(jobs.held(ticket(0)), ERROR, List.of(), Usage.NONE);

    assertProblem(
        () -> jobs.retry.retry(jobs.stored(job), NewRetry.PLAIN), 409, "JOB_NOT_FINISHED");
    assertThat(jobs.worker.depth()).containsExactly(0, 0);
  }

  @Test
  void aJobOfWhichNothingFailedIsNotRetried() {
    jobs.cancel.cancel(jobs.stored(job));

    assertProblem(
        () -> jobs.retry.retry(jobs.stored(job), NewRetry.PLAIN), 409, "NOTHING_TO_RETRY");
    assertThat(now().jobStatus()).isEqualTo(JobStatus.CANCELLED);
  }

  @Test
  void aRetryIsRefusedWhereANewJobWouldBe() {
    settle();
    TestJobs few = new TestJobs(Map.of("jobs.open.files", "3"));
    few.job(jobs.alice, 2);

    assertProblem(
        () -> few.retry.retry(few.stored(job), NewRetry.PLAIN), 429, "TOO_MANY_OPEN_FILES");
    assertThat(now().jobStatus()).isEqualTo(JobStatus.PARTIAL);
  }

  @Test
  void aRetryThatCannotBeRungForIsRungForByTheSweeper() {
    settle();
    TestJobs mute =
        new TestJobs(Map.of("jobs.queue.url", jobs.worker.settings().queue() + "-absent"));

    assertThat(mute.retry.retry(jobs.stored(job), NewRetry.PLAIN)).isTrue();
    jobs.clock.tick(jobs.settings.sweepAfter());
    jobs.attention
        .due(jobs.clock.instant())
        .filter(it -> it.jobId().equals(job.jobId()))
        .forEach(jobs.sweep::sweep);

    assertThat(jobs.worker.depth()).containsExactly(2, 0);
  }

  @Test
  void aJobThatIsGoneCannotBeRetried() {
    settle();
    StoredJob seen = jobs.stored(job);
    jobs.delete.delete(seen);

    assertThat(jobs.retry.retry(seen, NewRetry.PLAIN)).isFalse();
    assertThat(jobs.rows.stored(jobs.alice, job.jobId())).isEmpty();
    assertThat(jobs.rows.file(ticket(1))).isEmpty();
  }

  /** The first succeeds, the others fail. */
  private void settle() {
    jobs.claims.succeed(jobs.held(ticket(0)), RESULT, List.of());
    jobs.claims.fail(jobs.held(ticket(1)), ERROR, List.of(), Usage.NONE);
    jobs.claims.fail(jobs.held(ticket(2)), ERROR, List.of(), Usage.NONE);
  }

  private Job now() {
    return jobs.rows.find(jobs.alice, job.jobId()).orElseThrow();
  }

  private Ticket ticket(int position) {
    return TestJobs.ticket(job, position);
  }
}
