package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.jobs.worker.WaitReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CancelJobTest {
  private static final Results.Result RESULT =
      new Results.Result(1, Usage.NONE, "end_turn", List.of(), "00");

  private final TestJobs jobs = new TestJobs();
  private final Job job = jobs.job(jobs.alice, 3);

  @Test
  void whatHasNotStartedIsCancelledAtOnce() {
    assertThat(cancel()).isTrue();

    assertThat(now().jobStatus()).isEqualTo(JobStatus.CANCELLED);
    assertThat(now().counts().cancelled()).isEqualTo(3);
    assertThat(jobs.claim(ticket(0))).isInstanceOf(Claim.Over.class);
  }

  @Test
  void whatWaitsForAnotherAttemptIsCancelledAtOnce() {
    TestJobs.release(
        jobs.claims,
        jobs.held(ticket(0)),
        WaitReason.RETRY_BACKOFF,
        Instant.ofEpochSecond(TestJobs.NOW + 60),
        true,
        List.of());
    cancel();

    assertThat(now().inputFiles().get(0).status()).isEqualTo(FileStatus.CANCELLED);
  }

  @Test
  void whatRunsMayFinishAndResultsStay() {
    jobs.claims.succeed(jobs.held(ticket(0)), RESULT, List.of());
    Claim.Held running = jobs.held(ticket(1));
    cancel();

    assertThat(now().inputFiles())
        .extracting(JobFile::status)
        .containsExactly(FileStatus.SUCCEEDED, FileStatus.PROCESSING, FileStatus.CANCELLED);
    jobs.claims.succeed(running, RESULT, List.of());
    assertThat(now().jobStatus()).isEqualTo(JobStatus.CANCELLED);
    assertThat(now().counts().succeeded()).isEqualTo(2);
  }

  @Test
  void aJobInModeTogetherIsCancelledAsOne() {
    Job waiting = jobs.together(jobs.alice, 3);
    Job running = jobs.together(jobs.alice, 3);
    Claim.Held held = jobs.held(TestJobs.result(running));

    assertThat(jobs.cancel.cancel(jobs.stored(waiting))).isTrue();
    assertThat(jobs.cancel.cancel(jobs.stored(running))).isTrue();

    assertThat(jobs.stored(waiting).job().counts().cancelled()).isEqualTo(3);
    assertThat(jobs.stored(running).job().jobStatus()).isEqualTo(JobStatus.PROCESSING);
    jobs.claims.succeed(held, RESULT, List.of());
    assertThat(jobs.stored(running).job().jobStatus()).isEqualTo(JobStatus.COMPLETED);
  }

  @Test
  void twiceIsOnce() {
    cancel();
    Job once = now();

    assertThat(cancel()).isTrue();
    assertThat(now()).isEqualTo(once);
  }

  @Test
  void aJobThatHasEndedIsNotTouched() {
    for (int i = 0; i < 3; i++) {
      jobs.claims.succeed(jobs.held(ticket(i)), RESULT, List.of());
    }
    Job done = now();

    assertThat(cancel()).isTrue();
    assertThat(now()).isEqualTo(done);
    assertThat(jobs.stored(job).marks().cancelled()).isFalse();
  }

  @Test
  void aJobThatIsGoneCannotBeCancelled() {
    StoredJob seen = jobs.stored(job);
    jobs.delete.delete(seen);

    assertThat(jobs.cancel.cancel(seen)).isFalse();
    assertThat(jobs.rows.stored(jobs.alice, job.jobId())).isEmpty();
  }

  @Test
  void writesThatTheSdkRepeatsAfterALostAnswerCancelAllTheSame() {
    TestJobs repeating = new TestJobs(Map.of(), TestJobs.repeating());

    assertThat(repeating.cancel.cancel(jobs.stored(job))).isTrue();
    assertThat(now().counts().cancelled()).isEqualTo(3);
  }

  @Test
  void aCancellationWhoseEveryAnswerIsLostIsMadeAllTheSame() {
    TestJobs unlucky = new TestJobs(Map.of(), TestJobs.losing("updateItem", 1));

    assertThat(unlucky.cancel.cancel(jobs.stored(job))).isTrue();
    assertThat(now().counts().cancelled()).isEqualTo(3);
  }

  @Test
  void whatChangesHandsWhileItIsCancelledIsNotTriedAgain() {
    jobs.heldByTheDead(ticket(0));
    AtomicInteger writes = new AtomicInteger();
    List<Claim.Held> taken = new ArrayList<>();
    TestJobs late =
        new TestJobs(
            Map.of(),
            TestJobs.before(
                "updateItem",
                () -> {
                  // The mark, the file that somebody has, and then that it is the dead one's.
                  if (writes.incrementAndGet() == 3) {
                    taken.add(jobs.held(ticket(0)));
                  }
                }));

    late.cancel.cancel(jobs.stored(job));

    TestJobs.release(
        jobs.claims,
        taken.get(0),
        WaitReason.THROTTLED,
        Instant.ofEpochSecond(TestJobs.NOW),
        false,
        List.of());
    assertThat(now().counts().cancelled()).isEqualTo(3);
  }

  private boolean cancel() {
    return jobs.cancel.cancel(jobs.stored(job));
  }

  private Job now() {
    return jobs.rows.find(jobs.alice, job.jobId()).orElseThrow();
  }

  private Ticket ticket(int position) {
    return TestJobs.ticket(job, position);
  }
}
