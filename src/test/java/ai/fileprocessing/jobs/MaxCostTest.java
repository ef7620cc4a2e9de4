package ai.fileprocessing.jobs;

import static ai.fileprocessing.platform.TestFloor.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.files.Files;
import ai.fileprocessing.files.TestFiles;
import ai.fileprocessing.inference.ModelCall;
import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Outcome.Failed;
import ai.fileprocessing.inference.Outcome.Passing;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.jobs.worker.Memory;
import ai.fileprocessing.jobs.worker.Signal;
import ai.fileprocessing.jobs.worker.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs that may cost so much and no more. */
class MaxCostTest {
  private static final Usage DOLLAR = new Usage(10, 2, 0, 0, 1_000_000);
  private static final Answered ANSWER =
      new Answered("answer", "end_turn", DOLLAR, List.of(call("ANSWERED")));

  private final TestJobs jobs = new TestJobs();
  private final Files files = TestFiles.over(jobs.clock);
  private final FakeInference model = new FakeInference(ANSWER);

  @Test
  void aJobThatHasSpentItsLimitAsksNoMoreAndKeepsWhatIsFinished() {
    JobSpec spec = job(4, 1_500_000L);
    for (int i = 0; i < 4; i++) {
      run(spec, i, model);
    }

    assertThat(model.questions).hasSize(2);
    assertThat(statuses(spec))
        .containsExactly(
            FileStatus.SUCCEEDED, FileStatus.SUCCEEDED, FileStatus.FAILED, FileStatus.FAILED);
    assertThat(file(spec, 3).error().code()).isEqualTo("MAX_COST_REACHED");
    assertThat(seen(spec).jobStatus()).isEqualTo(JobStatus.PARTIAL);
    assertThat(seen(spec).maxCost()).isEqualTo(1_500_000);
    assertThat(seen(spec).estimatedCost()).isEqualTo(2_000_000);
  }

  @Test
  void whatIsInWorkWhenTheLimitIsReachedIsFinishedAndKept() {
    JobSpec spec = job(2, 1L);
    run(
        spec,
        0,
        new FakeInference(
            question -> {
              run(spec, 1, model);
              return ANSWER;
            }));

    assertThat(statuses(spec)).containsOnly(FileStatus.SUCCEEDED);
  }

  @Test
  void whatFailsOrIsTriedAgainIsPaidToo() {
    JobSpec spec = job(4, 2_000_000L);
    Failed failed = new Failed("CODE", "Message.", DOLLAR, List.of(call("CODE")));
    Passing passing =
        new Passing("MODEL_ERROR", "M.", true, Passing.Cause.FAULT, List.of(call("MODEL_ERROR")));
    run(spec, 0, new FakeInference(failed));
    run(spec, 1, new FakeInference(passing));
    run(spec, 1, model);

    assertThat(model.questions).isEmpty();
    assertThat(file(spec, 1).error().code()).isEqualTo("MAX_COST_REACHED");
    assertThat(file(spec, 1).usage()).isEqualTo(DOLLAR);
  }

  @Test
  void aResultThatIsThereAlreadyIsTakenWhateverTheLimit() {
    JobSpec spec = job(2, 1L);
    run(spec, 1, model);
    jobs.claims.forget(jobs.held(ticket(spec, 0)));
    jobs.results.keep(ticket(spec, 0), 1, ANSWER, ANSWER.usage(), spec.ask().output().format());
    run(spec, 0, model);

    assertThat(model.questions).hasSize(1);
    assertThat(statuses(spec)).containsOnly(FileStatus.SUCCEEDED);
  }

  /** It makes so many writes to rows: claim, spend, settle. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void whatAWorkerSpentThatDiedBetweenTwoWritesIsNeverCountedTooLow(int writes) {
    JobSpec spec = job(1, 9_000_000L);
    AtomicInteger done = new AtomicInteger();
    TestJobs dying =
        new TestJobs(
            Map.of(),
            TestJobs.before(
                "updateItem",
                () -> {
                  if (done.incrementAndGet() > writes) {
                    throw new DyingException();
                  }
                }));
    try {
      run(dying.claims, spec, 0, model);
    } catch (DyingException e) {
      assertThat(writes).isLessThan(3);
    }
    jobs.worker.beat(jobs.peers);
    run(spec, 0, model);

    assertThat(model.questions).hasSize(1);
    assertThat(file(spec, 0).usage()).isEqualTo(DOLLAR);
    assertThat(jobs.spending.spent(spec)).isBetween(1_000_000L, 2_000_000L);
  }

  @Test
  void anAnswerThatTheBucketDoesNotTakeIsPaidToo() {
    JobSpec spec = job(1, 1L);
    TestJobs full = new TestJobs(Map.of("jobs.results.bucket", "no-such-bucket"));
    run(jobs.claims, full.results, spec, 0, model);
    run(jobs.claims, jobs.results, spec, 0, model);

    assertThat(model.questions).hasSize(1);
    assertThat(file(spec, 0).error().code()).isEqualTo("MAX_COST_REACHED");
  }

  private static final class DyingException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void aLongFileIsAskedNoFurtherWhenItsPartsHaveSpentTheLimitAndGoesOnWithAHigherOne() {
    JobSpec spec = job(1, 1_500_000L);
    FakeInference parts = inParts(5);

    run(spec, 0, parts);
    run(spec, 0, parts);

    assertThat(file(spec, 0).error().code()).isEqualTo("MAX_COST_REACHED");
    assertThat(file(spec, 0).usage()).isEqualTo(DOLLAR.plus(DOLLAR));
    assertThat(jobs.spending.spent(spec)).isEqualTo(2_000_000);
    assertThat(retry(spec, 9_000_000L)).isTrue();
    run(spec, 0, parts);
    assertThat(statuses(spec)).containsOnly(FileStatus.SUCCEEDED);
    assertThat(file(spec, 0).usage().estimatedCost()).isEqualTo(5_000_000);
    assertThat(jobs.spending.spent(spec)).isEqualTo(5_000_000);
  }

  /** A model that is asked about so many parts, each for a dollar. */
  private static FakeInference inParts(int count) {
    return new FakeInference(
        (question, course) -> {
          List<ModelCall> calls = new ArrayList<>();
          for (int part = 0; part < count; part++) {
            if (course.earlier("part-" + part).isPresent()) {
              continue;
            }
            if (part > 0 && !course.goesOn()) {
              return new Passing("CANCELLED", "M.", true, Passing.Cause.CANCELLED, calls);
            }
            calls.add(call("ANSWERED"));
            course.keep("part-" + part, "answer", DOLLAR);
          }
          Usage all = calls.stream().map(ModelCall::usage).reduce(Usage.NONE, Usage::plus);
          return new Answered("answer", "end_turn", all, calls);
        });
  }

  @Test
  void aJobWithoutALimitCostsNoCallMore() {
    AtomicInteger calls = new AtomicInteger();
    for (String name : List.of("updateItem", "getItem")) {
      TestJobs counting = new TestJobs(Map.of(), TestJobs.before(name, calls::incrementAndGet));
      run(counting.claims, job(1, null), 0, model);
    }

    assertThat(calls).hasValue(2);
  }

  @Test
  void aRetryWithAHigherLimitGoesOnAlsoForWorkersThatKnowTheOldOne() {
    JobSpec spec = job(3, 1L);
    IntStream.range(0, 3).forEach(i -> run(spec, i, model));
    assertProblem(() -> retry(spec, null), 409, "MAX_COST_REACHED");
    assertProblem(() -> retry(spec, 1_000_000L), 422, "MAX_COST_INVALID", "/max_cost");
    assertThat(seen(spec).counts().failed()).isEqualTo(2);

    assertThat(retry(spec, 1_000_001L)).isTrue();

    assertThat(seen(spec).maxCost()).isEqualTo(1_000_001);
    IntStream.range(1, 3).forEach(i -> run(spec, i, model));
    assertThat(statuses(spec))
        .containsExactly(FileStatus.SUCCEEDED, FileStatus.SUCCEEDED, FileStatus.FAILED);
    assertThat(model.questions).hasSize(2);
  }

  @Test
  void aLimitThatIsNotReachedStaysAtARetryThatNamesNone() {
    JobSpec spec = job(2, 5_000_000L);
    jobs.fail(ticket(spec, 0), new JobFile.Error("CODE", "Message."));
    run(spec, 1, model);

    assertThat(retry(spec, null)).isTrue();

    assertThat(seen(spec).maxCost()).isEqualTo(5_000_000);
    assertThat(seen(spec).counts().pending()).isOne();
  }

  @Test
  void whatFailedForAnotherReasonIsRetriedAndStopsAtTheLimitThatIsReached() {
    JobSpec spec = job(3, 1L);
    jobs.fail(ticket(spec, 0), new JobFile.Error("CODE", "Message."));
    run(spec, 1, model);
    run(spec, 2, model);

    assertThat(retry(spec, null)).isTrue();

    run(spec, 0, model);
    assertThat(file(spec, 0).error().code()).isEqualTo("MAX_COST_REACHED");
    assertThat(model.questions).hasSize(1);
  }

  @Test
  void aJobWithoutALimitGetsNone() {
    JobSpec spec = job(1, null);
    jobs.fail(ticket(spec, 0), new JobFile.Error("CODE", "Message."));

    assertProblem(() -> retry(spec, 5L), 422, "MAX_COST_INVALID", "/max_cost");
    assertThat(seen(spec).counts().failed()).isOne();
    assertThat(seen(spec).maxCost()).isNull();
  }

  @Test
  void aFileOfAJobThatIsGoneIsNotAskedAboutAndNoRowComesBack() {
    JobSpec spec = job(1, 5L);
    jobs.marks.remove(spec);

    assertThat(run(spec, 0, model)).isEqualTo(new Verdict.Done(Signal.UNASKED));
    jobs.spending.add(spec, DOLLAR);

    assertThat(model.questions).isEmpty();
    assertThat(jobs.rows.spec(jobs.alice, spec.jobId())).isEmpty();
  }

  private JobSpec job(int count, Long maxCost) {
    JobSpec plain = jobs.spec();
    JobSpec spec = maxCost == null ? plain : TestJobs.limited(plain, maxCost);
    List<JobFile> pending =
        IntStream.range(0, count)
            .mapToObj(i -> TestJobs.pending(TestFiles.store(files, jobs.alice, "n", "text"), i))
            .toList();
    jobs.commit.commit(TestJobs.draft(spec, pending), Optional.empty());
    return spec;
  }

  private boolean retry(JobSpec spec, Long maxCost) {
    return jobs.retry.retry(
        jobs.rows.stored(jobs.alice, spec.jobId()).orElseThrow(), new NewRetry(maxCost));
  }

  private Verdict run(JobSpec spec, int position, FakeInference asked) {
    return run(jobs.claims, spec, position, asked);
  }

  private Verdict run(Claims claims, JobSpec spec, int position, FakeInference asked) {
    return run(claims, jobs.results, spec, position, asked);
  }

  private Verdict run(
      Claims claims, Results results, JobSpec spec, int position, FakeInference asked) {
    return new ProcessFile(
            claims,
            new Specs(jobs.rows, jobs.clock),
            results,
            new ReadInputs(files, jobs.texts, jobs.rows),
            asked,
            new Memory(1 << 20),
            jobs.courses,
            new ConcludeFile(claims, jobs.ledger, results, jobs.settings, jobs.clock),
            jobs.settings,
            jobs.clock)
        .run(ticket(spec, position), spec, jobs.worker.lease());
  }

  private List<FileStatus> statuses(JobSpec spec) {
    return seen(spec).inputFiles().stream().map(JobFile::status).toList();
  }

  private JobFile file(JobSpec spec, int position) {
    return seen(spec).inputFiles().get(position);
  }

  private Job seen(JobSpec spec) {
    return jobs.rows.find(jobs.alice, spec.jobId()).orElseThrow();
  }

  private Ticket ticket(JobSpec spec, int position) {
    JobFiles all = jobs.rows.stored(jobs.alice, spec.jobId()).map(StoredJob::files).orElse(null);
    return all == null
        ? new Ticket(jobs.alice, spec.jobId(), jobs.ids.next())
        : spec.ticket(all.inputs().get(position));
  }

  private static ModelCall call(String outcome) {
    return new ModelCall(
        Instant.ofEpochSecond(TestJobs.NOW), outcome, Duration.ofSeconds(1), DOLLAR, "id");
  }
}
