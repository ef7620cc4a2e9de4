package ai.fileprocessing.jobs;

import static ai.fileprocessing.platform.TestFloor.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Output.Format;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.platform.TestFloor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobStoreTest {
  private final TestJobs jobs = new TestJobs();
  private final JobStore store =
      new JobStore(null, null, jobs.cancel, jobs.retry, jobs.delete, jobs.rows, jobs.results);
  private final Job job = jobs.job(jobs.alice, 1);
  private final Ticket ticket = TestJobs.ticket(job, 0);

  @Test
  void aJobIsFoundByItsOwnerOnly() {
    assertThat(store.find(jobs.alice, job.jobId())).contains(job);
    assertThat(store.find(TestFloor.user(), job.jobId())).isEmpty();
    assertThat(store.find(jobs.alice, jobs.ids.next())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "../x", "\0", "~"})
  void whatIsNoIdIsNotThere(String id) {
    assertThat(store.find(jobs.alice, id)).isEmpty();
    assertProblem(() -> store.result(jobs.alice, id, ticket.fileId()), 404, "RESULT_NOT_FOUND");
    assertProblem(() -> store.result(jobs.alice, job.jobId(), id), 404, "RESULT_NOT_FOUND");
  }

  @Test
  void aFilesIdIsNoJobsId() {
    assertThat(store.find(jobs.alice, job.jobId() + "/" + ticket.fileId())).isEmpty();
  }

  @Test
  void aResultIsLinkedOnceItIsThere() {
    assertProblem(this::result, 409, "RESULT_NOT_READY");
    Claim.Held held = jobs.held(ticket);
    assertProblem(this::result, 409, "RESULT_NOT_READY");
    jobs.claims.succeed(
        held,
        jobs.results.keep(
            ticket,
            1,
            new Answered("a", "end_turn", Usage.NONE),
            new Answered("a", "end_turn", Usage.NONE).usage(),
            Format.TEXT),
        List.of());

    assertThat(store.result(jobs.alice, job.jobId(), ticket.fileId()).filename())
        .isEqualTo("f0.result.txt");
  }

  @Test
  void theResultOfAJobInModeTogetherIsTheJobsAndNotItsFiles() {
    Job together = jobs.together(jobs.alice, 2);
    Ticket all = TestJobs.result(together);
    String fileId = together.inputFiles().get(0).file().fileId();
    assertProblem(
        () -> store.result(jobs.alice, together.jobId(), Ticket.RESULT), 409, "RESULT_NOT_READY");
    jobs.claims.succeed(
        jobs.held(all),
        jobs.results.keep(
            all,
            1,
            new Answered("a", "end_turn", Usage.NONE),
            new Answered("a", "end_turn", Usage.NONE).usage(),
            Format.TEXT),
        List.of());

    assertThat(store.result(jobs.alice, together.jobId(), Ticket.RESULT).filename())
        .isEqualTo("result.txt");
    assertProblem(() -> store.result(jobs.alice, together.jobId(), fileId), 409, "RESULT_TOGETHER");
    assertProblem(
        () -> store.result(jobs.alice, together.jobId(), jobs.ids.next()), 404, "RESULT_NOT_FOUND");
    assertProblem(
        () -> store.result(TestFloor.user(), together.jobId(), fileId), 404, "RESULT_NOT_FOUND");
  }

  @Test
  void aJobInModeEachHasNoResultOfAll() {
    assertProblem(
        () -> store.result(jobs.alice, job.jobId(), Ticket.RESULT), 404, "RESULT_NOT_FOUND");
  }

  @Test
  void aFailedFileSaysWhyItHasNoResult() {
    jobs.claims.fail(jobs.held(ticket), new JobFile.Error("CODE", "Why."), List.of(), Usage.NONE);

    assertProblem(this::result, 409, "RESULT_FAILED");
  }

  @Test
  void anothersResultIsNotThere() {
    assertProblem(
        () -> store.result(TestFloor.user(), job.jobId(), ticket.fileId()),
        404,
        "RESULT_NOT_FOUND");
    assertProblem(
        () -> store.result(jobs.alice, job.jobId(), jobs.ids.next()), 404, "RESULT_NOT_FOUND");
    assertProblem(
        () -> store.result(jobs.alice, jobs.ids.next(), ticket.fileId()), 404, "RESULT_NOT_FOUND");
  }

  @Test
  void aFileWhoseJobIsGoneHasNoResult() {
    jobs.dynamodb.deleteItem(
        it -> it.tableName(jobs.settings.table()).key(JobRowFormat.key(jobs.alice, job.jobId())));

    assertProblem(this::result, 404, "RESULT_NOT_FOUND");
  }

  @Test
  void aCancelledFileSaysThatItHasNoResult() {
    store.cancel(jobs.alice, job.jobId());

    assertProblem(this::result, 409, "RESULT_CANCELLED");
  }

  @Test
  void anothersJobCannotBeCancelledRetriedOrDeleted() {
    String mallory = TestFloor.user();

    assertThat(store.cancel(mallory, job.jobId())).isEmpty();
    assertThat(store.retry(mallory, job.jobId(), NewRetry.PLAIN)).isEmpty();
    assertThat(store.delete(mallory, job.jobId())).isFalse();
    assertThat(store.find(jobs.alice, job.jobId())).contains(job);
  }

  private void result() {
    store.result(jobs.alice, job.jobId(), ticket.fileId());
  }
}
