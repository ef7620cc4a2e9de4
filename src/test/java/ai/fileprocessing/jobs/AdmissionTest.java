package ai.fileprocessing.jobs;

import static ai.fileprocessing.platform.TestFloor.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.platform.TestFloor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final Results.Result RESULT =
      new Results.Result(1, Usage.NONE, "end_turn", List.of(), "00");

  private final TestJobs jobs =
      new TestJobs(
          Map.of("jobs.open.jobs", "3", "jobs.open.files", "10", "jobs.backlog.age", "PT1H"));
  private final Admission admission = jobs.admission;

  @Test
  void whatIsLeftIsToldAsItWillBe() {
    assertThat(admit(4)).isEqualTo(new Quota(3, 2, 10, 6));
    jobs.job(jobs.alice, 4);

    assertThat(admit(6)).isEqualTo(new Quota(3, 1, 10, 0));
    assertThat(admit(6).headers())
        .containsEntry("RateLimit", "\"open-jobs\";r=1, \"open-files\";r=0")
        .containsEntry("RateLimit-Policy", "\"open-jobs\";q=3, \"open-files\";q=10");
  }

  @Test
  void oneFileTooManyIsRefusedAndExactlyAllIsNot() {
    jobs.job(jobs.alice, 6);

    admit(4);
    assertProblem(() -> admit(5), 429, "TOO_MANY_OPEN_FILES");
  }

  @Test
  void moreThanThereCanEverBeIsNoMatterOfWaiting() {
    assertProblem(() -> admit(11), 422, "TOO_MANY_FILES", "/files");
  }

  @Test
  void oneJobTooManyIsRefused() {
    for (int i = 0; i < 3; i++) {
      jobs.job(jobs.alice, 1);
    }

    assertProblem(() -> admit(1), 429, "TOO_MANY_OPEN_JOBS");
  }

  @Test
  void whatHasEndedDoesNotCountHoweverItEnded() {
    Job job = jobs.job(jobs.alice, 10);
    jobs.claims.succeed(jobs.held(TestJobs.ticket(job, 0)), RESULT, List.of());
    jobs.claims.fail(
        jobs.held(TestJobs.ticket(job, 1)), new JobFile.Error("C", "M"), List.of(), Usage.NONE);
    jobs.fail(TestJobs.ticket(job, 2), new JobFile.Error("C", "M"));
    assertThat(admit(3).filesLeft()).isZero();
    jobs.cancel.cancel(jobs.stored(job));

    assertThat(admit(1)).isEqualTo(new Quota(3, 2, 10, 9));
  }

  @Test
  void whatIsRetriedCountsAgainFromNowOn() {
    Job job = jobs.job(jobs.alice, 10);
    for (int i = 0; i < 10; i++) {
      jobs.fail(TestJobs.ticket(job, i), new JobFile.Error("C", "M"));
    }
    jobs.clock.tick(Duration.ofHours(2));
    jobs.retry.retry(jobs.stored(job), NewRetry.PLAIN);

    assertProblem(() -> admit(1), 429, "TOO_MANY_OPEN_FILES");
  }

  @Test
  void aFileThatWaitsTooLongForItsTurnClosesTheDoorAndOneInWorkDoesNot() {
    Job job = jobs.job(jobs.alice, 2);
    jobs.held(TestJobs.ticket(job, 0));
    jobs.clock.tick(Duration.ofHours(1));
    admit(1);
    jobs.clock.tick(Duration.ofSeconds(1));

    assertProblem(() -> admit(1), 429, "BACKLOG_FULL");
    jobs.held(TestJobs.ticket(job, 1));
    admit(1);
  }

  @Test
  void othersDoNotCount() {
    jobs.job(TestFloor.user(), 10);

    assertThat(admit(10).filesLeft()).isZero();
  }

  private Quota admit(int files) {
    return admission.admit(jobs.alice, files);
  }
}
