package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Output.Format;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.platform.Paging;
import ai.fileprocessing.platform.TickingClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeleteJobTest {
  private static final Answered ANSWER = new Answered("a", "end_turn", Usage.NONE);

  private final TestJobs jobs = new TestJobs();
  private final Job job = jobs.job(jobs.alice, 3);

  @Test
  void aDeletedJobIsGoneWithItsRowsAndResults() {
    Job other = jobs.job(jobs.alice, 1);
    succeed(job, 0);
    succeed(job, 1);
    succeed(other, 0);

    jobs.delete.delete(jobs.stored(job));

    assertThat(jobs.rows.stored(jobs.alice, job.jobId())).isEmpty();
    for (int i = 0; i < 3; i++) {
      assertThat(jobs.rows.file(ticket(i))).isEmpty();
      assertThat(jobs.results.find(ticket(i))).isEmpty();
    }
    assertThat(list()).containsExactly(other.jobId());
    assertThat(jobs.results.find(TestJobs.ticket(other, 0))).isPresent();
  }

  @Test
  void aJobInModeTogetherIsGoneWithItsPartsTextsAndResult() {
    JobSpec spec = TestJobs.together(jobs.spec(), 30);
    Draft draft = jobs.together(spec, 28, Map.of("a", "text a", "b", "text b"));
    jobs.commit.commit(draft, Optional.empty());
    Job together = draft.job();
    Ticket result = TestJobs.result(together);
    jobs.claims.succeed(
        jobs.held(result),
        jobs.results.keep(result, 1, ANSWER, ANSWER.usage(), Format.TEXT),
        List.of());

    jobs.delete.delete(jobs.stored(together));

    assertThat(jobs.rows.stored(jobs.alice, spec.jobId())).isEmpty();
    assertThat(jobs.rows.parts(spec)).isEmpty();
    assertThat(jobs.rows.file(result)).isEmpty();
    assertThat(jobs.results.find(result)).isEmpty();
    assertThat(draft.texts().keySet())
        .hasSize(2)
        .allSatisfy(
            id -> assertThat(jobs.texts.find(new Ticket(jobs.alice, spec.jobId(), id))).isEmpty());
  }

  @Test
  void twoWhoDeleteAJobAtOnceBothFindItGoneAndItsUsageIsCountedOnce() {
    jobs.claims.fail(jobs.held(ticket(0)), new JobFile.Error("C", "M"), List.of(), Usage.NONE);
    StoredJob seen = jobs.stored(job);

    jobs.delete.delete(seen);
    UsageReport used = jobs.usage(jobs.alice);
    jobs.delete.delete(seen);

    assertThat(jobs.rows.stored(jobs.alice, job.jobId())).isEmpty();
    assertThat(jobs.usage(jobs.alice)).isEqualTo(used);
  }

  @Test
  void aDeletionThatTheSdkRepeatsASecondLaterIsFinishedAtOnce() {
    succeed(job, 0);
    TickingClock[] clock = new TickingClock[1];
    TestJobs slow =
        new TestJobs(Map.of(), TestJobs.repeating(() -> clock[0].tick(Duration.ofSeconds(1))));
    clock[0] = slow.clock;

    slow.delete.delete(jobs.stored(job));

    assertThat(jobs.rows.stored(jobs.alice, job.jobId())).isEmpty();
    assertThat(jobs.results.find(ticket(0))).isEmpty();
  }

  @Test
  void aDeletionWhoseEveryAnswerIsLostIsFinishedAtOnce() {
    succeed(job, 0);

    new TestJobs(Map.of(), TestJobs.losing("updateItem", 1)).delete.delete(jobs.stored(job));

    assertThat(jobs.rows.stored(jobs.alice, job.jobId())).isEmpty();
    assertThat(jobs.results.find(ticket(0))).isEmpty();
  }

  @Test
  void aDeletionThatIsCutShortHidesTheJobAtOnceAndIsFinishedLater() {
    succeed(job, 0);
    TestJobs cut = new TestJobs(Map.of("jobs.results.bucket", "no-such-bucket"));
    cut.delete.delete(jobs.stored(job));

    assertThat(jobs.rows.find(jobs.alice, job.jobId())).isEmpty();
    assertThat(list()).isEmpty();
    jobs.clock.tick(jobs.settings.sweepAfter());
    jobs.attention
        .due(jobs.clock.instant())
        .filter(it -> it.jobId().equals(job.jobId()))
        .forEach(jobs.sweep::sweep);

    assertThat(jobs.rows.stored(jobs.alice, job.jobId())).isEmpty();
    assertThat(jobs.results.find(ticket(0))).isEmpty();
  }

  @Test
  void nobodyCanClaimOrSettleAFileOfIt() {
    Claim.Held running = jobs.held(ticket(0));
    jobs.delete.delete(jobs.stored(job));

    assertThat(jobs.claims.fail(running, new JobFile.Error("C", "M"), List.of(), Usage.NONE))
        .isEqualTo(Claims.Settled.GONE);
    assertThat(jobs.claim(ticket(1))).isInstanceOf(Claim.Over.class);
    assertThat(jobs.rows.file(ticket(0))).isEmpty();
    assertThat(jobs.rows.file(ticket(1))).isEmpty();
  }

  private void succeed(Job of, int position) {
    Ticket ticket = TestJobs.ticket(of, position);
    jobs.claims.succeed(
        jobs.held(ticket),
        jobs.results.keep(ticket, 1, ANSWER, ANSWER.usage(), Format.TEXT),
        List.of());
  }

  private List<String> list() {
    return jobs
        .rows
        .list(jobs.alice, new Paging(10, Optional.empty()), Optional.empty())
        .items()
        .stream()
        .map(Job::jobId)
        .toList();
  }

  private Ticket ticket(int position) {
    return TestJobs.ticket(job, position);
  }
}
