package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.files.Files;
import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.files.TestFiles;
import ai.fileprocessing.inference.Ask;
import ai.fileprocessing.inference.Fit;
import ai.fileprocessing.inference.Input;
import ai.fileprocessing.inference.ModelCall;
import ai.fileprocessing.inference.Outcome;
import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Outcome.Failed;
import ai.fileprocessing.inference.Outcome.Passing;
import ai.fileprocessing.inference.Output.Format;
import ai.fileprocessing.inference.Parameters;
import ai.fileprocessing.inference.Route;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.jobs.worker.Lease;
import ai.fileprocessing.jobs.worker.Memory;
import ai.fileprocessing.jobs.worker.Signal;
import ai.fileprocessing.jobs.worker.Verdict;
import ai.fileprocessing.jobs.worker.WaitReason;
import ai.fileprocessing.local.StandIns;
import ai.fileprocessing.platform.Sha256;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class ProcessFileTest {
  private static final Usage USAGE = new Usage(10, 2, 0, 0, 0);
  private static final Answered ANSWER =
      new Answered("answer", "end_turn", USAGE, List.of(call("ANSWERED", USAGE)));
  private static final Passing LATER =
      new Passing(
          "MODEL_ERROR",
          "It failed.",
          true,
          Passing.Cause.FAULT,
          List.of(call("MODEL_ERROR", Usage.NONE)));
  private static final Passing PATIENCE =
      new Passing(
          "MODEL_THROTTLED",
          "Not now.",
          false,
          Passing.Cause.THROTTLED,
          List.of(call("MODEL_THROTTLED", Usage.NONE)));
  private static final Passing SLOW =
      new Passing(
          "MODEL_TIMEOUT",
          "Too slow.",
          true,
          Passing.Cause.SLOW,
          List.of(call("MODEL_TIMEOUT", Usage.NONE)));
  private static final Passing DOWN =
      new Passing("MODEL_UNAVAILABLE", "Gone.", false, Passing.Cause.UNAVAILABLE);
  private static final Passing STOPPED =
      new Passing("CANCELLED", "Stopped.", true, Passing.Cause.CANCELLED);
  private static final int ATTEMPTS = 3;

  private final TestJobs jobs = new TestJobs(Map.of("jobs.attempts", "" + ATTEMPTS));
  private final Files files = TestFiles.over(jobs.clock);
  private final StoredFile file = TestFiles.store(files, jobs.alice, "a.txt", "the text");
  private final JobSpec spec =
      new JobSpec(
          jobs.alice,
          jobs.ids.next(),
          new Ask("the-model", new Parameters(7, null, null, null), "the prompt"),
          Mode.EACH,
          null,
          1,
          Map.of(),
          TestJobs.NOW,
          TestJobs.NOW + 3_600,
          null);
  private final Ticket ticket = new Ticket(jobs.alice, spec.jobId(), file.fileId());
  private final Memory memory = new Memory(1 << 20);
  private final Lease lease = jobs.worker.lease();

  ProcessFileTest() {
    jobs.commit.commit(TestJobs.draft(spec, List.of(TestJobs.pending(file, 0))), Optional.empty());
  }

  @Test
  void anAnswerIsKeptAndSettled() {
    FakeInference model = new FakeInference(ANSWER);

    assertThat(run(model)).isEqualTo(new Verdict.Done(Signal.GOOD));
    assertThat(row().status()).isEqualTo(FileStatus.SUCCEEDED);
    assertThat(row().usage()).isEqualTo(USAGE);
    assertThat(row().stopReason()).isEqualTo("end_turn");
    assertThat(row().attemptCount()).isEqualTo(1);
    assertThat(row().attempts()).extracting(Attempt::outcome).containsExactly("ANSWERED");
    assertThat(result()).isEqualTo("answer");
    assertThat(model.questions).hasSize(1);
  }

  @Test
  void aFileShowsByWhichRouteItReachedTheModel() {
    assertThat(row().route()).isNull();
    run(
        new FakeInference(
            new Answered("answer", "end_turn", USAGE, List.of(), List.of(Route.EXTRACTED_TEXT))));

    assertThat(row().route()).isEqualTo(Route.EXTRACTED_TEXT);
    assertThat(row().progress().resultSha256()).isEqualTo(Sha256.of("answer"));
  }

  /** It was kept by a version that wrote neither. */
  @Test
  void aResultWithoutRouteAndDigestLeavesThemOut() {
    Claim.Held held = jobs.held(jobs.claims, ticket);
    jobs.claims.succeed(
        held, new Results.Result(1, Usage.NONE, "end_turn", List.of(), ""), List.of());

    assertThat(row().status()).isEqualTo(FileStatus.SUCCEEDED);
    assertThat(row().route()).isNull();
    assertThat(row().progress().resultSha256()).isNull();
  }

  @Test
  void inModeTogetherEachInputShowsItsOwnRoute() {
    Job all = together();
    run(
        new FakeInference(
            new Answered(
                "answer",
                "end_turn",
                USAGE,
                List.of(),
                List.of(Route.DOCUMENT, Route.TEXT, Route.IMAGE))),
        new Ticket(jobs.alice, all.jobId(), Ticket.RESULT));

    assertThat(jobs.rows.find(jobs.alice, all.jobId()).orElseThrow().inputFiles())
        .extracting(JobFile::route)
        .containsExactly(Route.DOCUMENT, Route.TEXT, Route.IMAGE);
  }

  @Test
  void theModelIsAskedWhatTheJobSaysAboutTheFile() {
    FakeInference model = new FakeInference(ANSWER);
    run(model);
    var question = model.questions.get(0);

    assertThat(question.ask().model()).isEqualTo("the-model");
    assertThat(question.ask().parameters()).isEqualTo(new Parameters(7, null, null, null));
    assertThat(question.ask().prompt()).isEqualTo("the prompt");
    assertThat(new String(question.inputs().get(0).content(), StandardCharsets.UTF_8))
        .isEqualTo("the text");
    assertThat(question.labels())
        .isEqualTo(Map.of("job_id", spec.jobId(), "file_id", file.fileId()));
  }

  @Test
  void nothingIsSucceededBeforeItsResultIsThere() {
    run(
        new FakeInference(
            question -> {
              assertThat(row().status()).isEqualTo(FileStatus.PROCESSING);
              assertThat(jobs.results.find(ticket)).isEmpty();
              return ANSWER;
            }));

    assertThat(row().status()).isEqualTo(FileStatus.SUCCEEDED);
    assertThat(jobs.results.find(ticket)).isPresent();
  }

  @Test
  void aFailureIsSettled() {
    Usage usage = new Usage(5, 1, 0, 0, 0);
    Failed failed =
        new Failed(
            "CONTENT_FILTERED", "Change it.", usage, List.of(call("CONTENT_FILTERED", usage)));

    assertThat(run(new FakeInference(failed))).isEqualTo(new Verdict.Done(Signal.GOOD));
    assertThat(row().status()).isEqualTo(FileStatus.FAILED);
    assertThat(row().error()).isEqualTo(new JobFile.Error("CONTENT_FILTERED", "Change it."));
    assertThat(row().usage()).isEqualTo(usage);
    assertThat(row().attemptCount()).isEqualTo(1);
    assertThat(jobs.results.find(ticket)).isEmpty();
  }

  @Test
  void whatPassesIsTriedAgainAndCounted() {
    assertThat(run(new FakeInference(LATER))).isInstanceOf(Verdict.Again.class);
    assertThat(row().status()).isEqualTo(FileStatus.PROCESSING);
    assertThat(row().attemptCount()).isEqualTo(1);
    assertThat(row().error()).isNull();
    assertThat(row().waiting().reason()).isEqualTo(WaitReason.RETRY_BACKOFF);
    assertThat(row().progress().claimedBy()).isEmpty();
  }

  @Test
  void theRowSaysTheVeryTimeAtWhichTheMessageComesAgain() {
    Verdict.Again again = (Verdict.Again) run(new FakeInference(LATER));

    assertThat(row().waiting().nextAttemptAt())
        .isEqualTo(jobs.clock.instant().plus(again.delay()).getEpochSecond());
  }

  @Test
  void aThrottledCallIsTriedAgainAndNotCountedHoweverOften() {
    for (int i = 0; i < 2 * ATTEMPTS; i++) {
      assertThat(run(new FakeInference(PATIENCE)).signal()).isEqualTo(Signal.THROTTLED);
      assertThat(row().waiting().reason()).isEqualTo(WaitReason.THROTTLED);
    }

    assertThat(row().status()).isEqualTo(FileStatus.PROCESSING);
    assertThat(row().attemptCount()).isZero();
    assertThat(row().attempts()).hasSize(2 * ATTEMPTS);
    run(new FakeInference(ANSWER));
    assertThat(row().status()).isEqualTo(FileStatus.SUCCEEDED);
  }

  @Test
  void aThrottledCallIsNotCountedAlsoWhereTheStoreTookItAtTheSecondTimeOnly() {
    boolean[] fails = {false};
    TestJobs hiccup =
        new TestJobs(
            Map.of(),
            TestJobs.before(
                "updateItem",
                () -> {
                  if (fails[0]) {
                    fails[0] = false;
                    throw SdkClientException.create("down");
                  }
                }));
    Claims claims = jobs.claims(hiccup.claimed, jobs.holders);
    FakeInference throttled =
        new FakeInference(
            question -> {
              fails[0] = true;
              return PATIENCE;
            });

    assertThat(worker(claims, files, throttled).run(ticket, spec, lease).signal())
        .isEqualTo(Signal.THROTTLED);
    assertThat(fails[0]).as("the store failed").isFalse();
    assertThat(row().attemptCount()).isZero();
    assertThat(row().waiting().reason()).isEqualTo(WaitReason.THROTTLED);
  }

  @Test
  void whatALongFileWasAnsweredBeforeItWasCutShortIsThereForItsNextTry() {
    FakeInference first =
        new FakeInference(
            (question, course) -> {
              assertThat(course.earlier("part-1")).isEmpty();
              course.keep("part-1", "what was paid for", USAGE);
              return LATER.after(List.of(call("ANSWERED", USAGE), call("MODEL_ERROR", Usage.NONE)));
            });
    FakeInference second =
        new FakeInference(
            (question, course) -> {
              assertThat(course.earlier("part-1")).contains("what was paid for");
              assertThat(course.earlier("part-2")).isEmpty();
              assertThat(course.goesOn()).isTrue();
              return ANSWER;
            });
    run(first);
    assertThat(jobs.partAnswers.find(ticket, "part-1")).isPresent();
    run(second);

    assertThat(row().status()).isEqualTo(FileStatus.SUCCEEDED);
    assertThat(second.questions).hasSize(1);
    assertThat(jobs.partAnswers.find(ticket, "part-1")).isEmpty();
    assertThat(result()).isEqualTo("answer");
  }

  @Test
  void aLongFileIsNotAskedOnWhenItIsCancelledOverdueOrSomebodyElses() {
    List<Boolean> goesOn = new ArrayList<>();
    run(
        new FakeInference(
            (question, course) -> {
              goesOn.add(course.goesOn());
              jobs.row.cancelLater(ticket, TestJobs.NOW);
              goesOn.add(course.goesOn());
              return STOPPED;
            }));
    assertThat(goesOn).containsExactly(true, false);
    assertThat(row().status()).isEqualTo(FileStatus.CANCELLED);
  }

  @Test
  void aLongFileIsNotAskedOnPastItsDeadlineOrByWhoeverWasOvertaken() {
    List<Boolean> goesOn = new ArrayList<>();
    run(
        new FakeInference(
            (question, course) -> {
              jobs.clock.tick(Duration.ofHours(1));
              goesOn.add(course.goesOn());
              jobs.clock.tick(Duration.ofHours(-1));
              goesOn.add(course.goesOn());
              jobs.row.fail(ticket, ExpireJob.LATE, Long.MAX_VALUE);
              goesOn.add(course.goesOn());
              return STOPPED;
            }));

    assertThat(goesOn).containsExactly(false, true, false);
  }

  @Test
  void aModelThatIsNotThereCostsNoAttempt() {
    for (int i = 0; i < 2 * ATTEMPTS; i++) {
      assertThat(run(new FakeInference(DOWN)).signal()).isEqualTo(Signal.DOWN);
    }

    assertThat(row().attemptCount()).isZero();
  }

  @Test
  void theLastAttemptThatPassesIsAFailure() {
    FakeInference model = new FakeInference(LATER);
    for (int i = 0; i < ATTEMPTS; i++) {
      assertThat(row().status().isTerminal()).isFalse();
      run(model);
    }

    assertThat(row().status()).isEqualTo(FileStatus.FAILED);
    assertThat(row().error().code()).isEqualTo("MODEL_ERROR");
    assertThat(row().error().message()).contains("3 times");
    assertThat(model.questions).hasSize(ATTEMPTS);
  }

  @Test
  void aModelThatDoesNotFinishInItsTimeIsTriedTwiceMoreWhateverElseHappened() {
    TestJobs patient = new TestJobs(Map.of("jobs.attempts", "10"));
    for (Outcome outcome : List.of(SLOW, LATER, SLOW, PATIENCE)) {
      run(new FakeInference(outcome), patient.settings);
    }
    assertThat(row().status().isTerminal()).isFalse();

    run(new FakeInference(SLOW), patient.settings);

    assertThat(row().status()).isEqualTo(FileStatus.FAILED);
    assertThat(row().error())
        .isEqualTo(new JobFile.Error("MODEL_TIMEOUT", "Too slow. It was tried 3 times."));
  }

  @Test
  void aModelThatIsTooSlowIsGivenUpHoweverManyCallsWereMadeInBetween() {
    TestJobs patient = new TestJobs(Map.of("jobs.attempts", "10"));
    for (int i = 0; i < 3; i++) {
      assertThat(row().status().isTerminal()).isFalse();
      for (int calls = 0; calls <= JobFile.KEPT; calls++) {
        run(new FakeInference(PATIENCE), patient.settings);
      }
      run(new FakeInference(SLOW), patient.settings);
    }

    assertThat(row().error())
        .isEqualTo(new JobFile.Error("MODEL_TIMEOUT", "Too slow. It was tried 3 times."));
  }

  @Test
  void aRetriedFileMayBeTooSlowAsOftenAsANewOne() {
    TestJobs patient = new TestJobs(Map.of("jobs.attempts", "10"));
    for (int i = 0; i < 3; i++) {
      run(new FakeInference(SLOW), patient.settings);
    }
    jobs.row.reopen(ticket);
    for (int i = 0; i < 2; i++) {
      run(new FakeInference(SLOW), patient.settings);
    }

    assertThat(row().status()).isEqualTo(FileStatus.PROCESSING);
  }

  @Test
  void afterAsManyThrottlesAsYouLikeTheFirstFailureIsFollowedByAShortPause() {
    for (int i = 0; i < 12; i++) {
      run(new FakeInference(PATIENCE));
    }

    Verdict.Again again = (Verdict.Again) run(new FakeInference(LATER));
    assertThat(again.delay()).isLessThanOrEqualTo(Duration.ofSeconds(2));
    assertThat(again.signal()).isEqualTo(Signal.FAULTY);
  }

  @Test
  void aSuspectThatWaitsForItsTurnComesAgainWithoutACall() {
    Job other = jobs.job(jobs.alice, 1);
    for (int i = 0; i < 2; i++) {
      jobs.heldByTheDead(ticket);
      jobs.heldByTheDead(TestJobs.ticket(other, 0));
    }
    jobs.held(TestJobs.ticket(other, 0));
    FakeInference model = new FakeInference(ANSWER);

    assertThat(run(model)).isInstanceOf(Verdict.Again.class);
    assertThat(model.questions).isEmpty();
    assertThat(row().waiting().reason()).isEqualTo(WaitReason.QUEUED);
    assertThat(row().attemptCount()).isEqualTo(2);
  }

  @Test
  void aFileThatStoppedItsWorkerEachTimeIsAFailureWithoutAnotherCall() {
    for (int i = 0; i < ATTEMPTS; i++) {
      jobs.claims.forget(jobs.held(ticket));
    }
    FakeInference model = new FakeInference(ANSWER);

    assertThat(run(model)).isEqualTo(new Verdict.Done(Signal.UNASKED));
    assertThat(row().status()).isEqualTo(FileStatus.FAILED);
    assertThat(row().error().code()).isEqualTo("ATTEMPTS_EXHAUSTED");
    assertThat(row().attempts())
        .extracting(Attempt::outcome)
        .containsExactly("WORKER_LOST", "WORKER_LOST", "WORKER_LOST");
    assertThat(model.questions).isEmpty();
  }

  @Test
  void theResultOfAnEarlierAttemptIsTakenWithoutAnotherCall() {
    for (int i = 0; i < ATTEMPTS + 1; i++) {
      jobs.claims.forget(jobs.held(ticket));
    }
    jobs.results.keep(
        ticket,
        1,
        new Answered("earlier", "stop_sequence", new Usage(1, 1, 0, 0, 0)),
        new Answered("earlier", "stop_sequence", new Usage(1, 1, 0, 0, 0)).usage(),
        Format.TEXT);
    FakeInference model = new FakeInference(ANSWER);

    assertThat(run(model)).isInstanceOf(Verdict.Done.class);
    assertThat(model.questions).isEmpty();
    assertThat(row().status()).isEqualTo(FileStatus.SUCCEEDED);
    assertThat(row().usage()).isEqualTo(new Usage(1, 1, 0, 0, 0));
    assertThat(row().stopReason()).isEqualTo("stop_sequence");
    assertThat(result()).isEqualTo("earlier");
  }

  @Test
  void aFileThatWasDeletedIsAFailureWithoutACall() {
    files.delete(jobs.alice, file.fileId());
    FakeInference model = new FakeInference(ANSWER);

    assertThat(run(model)).isEqualTo(new Verdict.Done(Signal.UNASKED));
    assertThat(row().error().code()).isEqualTo("FILE_DELETED");
    assertThat(model.questions).isEmpty();
  }

  @Test
  void aFileOfAJobPastItsDeadlineIsAFailureWithoutACall() {
    jobs.clock.tick(Duration.ofHours(1));
    FakeInference model = new FakeInference(ANSWER);

    assertThat(run(model)).isEqualTo(new Verdict.Done(Signal.UNASKED));
    assertThat(row().error()).isEqualTo(ExpireJob.LATE);
    assertThat(model.questions).isEmpty();
  }

  @Test
  void aFileOfAJobThatIsGoneNeedsNoWork() {
    jobs.delete.delete(jobs.rows.stored(jobs.alice, spec.jobId()).orElseThrow());
    FakeInference model = new FakeInference(ANSWER);

    assertThat(run(model)).isEqualTo(new Verdict.Done(Signal.UNASKED));
    assertThat(model.questions).isEmpty();
    assertThat(jobs.rows.file(ticket)).isEmpty();
  }

  @Test
  void settledWorkIsNotDoneAgain() {
    run(new FakeInference(ANSWER));
    JobFile before = row();
    FakeInference model = new FakeInference(new Failed("OTHER", "Other.", Usage.NONE));

    assertThat(run(model)).isEqualTo(new Verdict.Done(Signal.UNASKED));
    assertThat(model.questions).isEmpty();
    assertThat(row()).isEqualTo(before);
    assertThat(result()).isEqualTo("answer");
  }

  @Test
  void aSecondMessageOfWorkThatRunsIsPutOffWithoutACall() {
    FakeInference second = new FakeInference(ANSWER);
    run(
        new FakeInference(
            question -> {
              assertThat(run(second)).isInstanceOf(Verdict.Again.class);
              return ANSWER;
            }));

    assertThat(second.questions).isEmpty();
    assertThat(row().status()).isEqualTo(FileStatus.SUCCEEDED);
    assertThat(row().attemptCount()).isEqualTo(1);
  }

  @Test
  void aWorkerThatLostItsLeaseKeepsNoOutcomeAndGivesItsClaimUp() {
    Verdict verdict =
        run(
            new FakeInference(
                question -> {
                  jobs.worker.lose(lease);
                  return ANSWER;
                }));

    assertThat(verdict).isInstanceOf(Verdict.Lost.class);
    assertThat(jobs.results.find(ticket)).isEmpty();
    assertThat(row().status()).isEqualTo(FileStatus.PROCESSING);
    assertThat(row().progress().claimedBy()).isEmpty();
    assertThat(row().attempts()).extracting(Attempt::outcome).containsExactly("ANSWERED");
  }

  @Test
  void aWorkerThatLostItsLeaseAndWasOvertakenWritesNothing() {
    JobFile[] taken = new JobFile[1];
    Verdict verdict =
        run(
            new FakeInference(
                question -> {
                  takeOver();
                  taken[0] = row();
                  jobs.worker.lose(lease);
                  return ANSWER;
                }));

    assertThat(verdict).isInstanceOf(Verdict.Lost.class);
    assertThat(row()).isEqualTo(taken[0]);
    assertThat(jobs.results.find(ticket)).isEmpty();
  }

  @Test
  void anOvertakenWorkerWritesNothing() {
    Verdict verdict =
        run(
            new FakeInference(
                question -> {
                  takeOver();
                  return new Failed("LATE", "Late.", Usage.NONE);
                }));

    assertThat(verdict).isInstanceOf(Verdict.Lost.class);
    assertThat(row().status()).isEqualTo(FileStatus.PROCESSING);
    assertThat(row().progress().fence()).isEqualTo(2);
    assertThat(row().error()).isNull();
  }

  @Test
  void theResultOfWhoeverOvertookStays() {
    run(
        new FakeInference(
            question -> {
              Claim.Held other = takeOver();
              jobs.claims.succeed(
                  other,
                  jobs.results.keep(
                      ticket,
                      1,
                      new Answered("theirs", "end_turn", new Usage(1, 1, 0, 0, 0)),
                      new Answered("theirs", "end_turn", new Usage(1, 1, 0, 0, 0)).usage(),
                      Format.TEXT),
                  List.of());
              return ANSWER;
            }));

    assertThat(row().status()).isEqualTo(FileStatus.SUCCEEDED);
    assertThat(row().usage()).isEqualTo(new Usage(1, 1, 0, 0, 0));
    assertThat(result()).isEqualTo("theirs");
  }

  @Test
  void aResultThatComesAfterItsJobWasDeletedLeavesNothingBehind() {
    run(
        new FakeInference(
            question -> {
              jobs.delete.delete(jobs.rows.stored(jobs.alice, spec.jobId()).orElseThrow());
              return ANSWER;
            }));

    assertThat(jobs.results.find(ticket)).isEmpty();
    assertThat(jobs.rows.file(ticket)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatRunsWhenTheProcessStopsIsHandedBackAtOnceAndCountsOnlyWhenTheModelWasAsked(
      boolean asked) {
    Passing stopped = new Passing("CANCELLED", "Stopped.", asked, Passing.Cause.CANCELLED);
    Verdict verdict = run(new FakeInference(stopped));

    assertThat(verdict).isEqualTo(new Verdict.Again(Duration.ZERO, Signal.NONE));
    assertThat(row().attemptCount()).isEqualTo(asked ? 1 : 0);
    assertThat(row().progress().claimedBy()).isEmpty();
    assertThat(row().waiting().reason()).isEqualTo(WaitReason.QUEUED);
  }

  @Test
  void whatWaitsForMemoryWhenTheProcessStopsIsHandedBackWithoutACall() throws Exception {
    assertHandedBack(1 << 20, 8);
  }

  @Test
  void asMuchMemoryIsWaitedForAsAskingTakesAndNotAsTheFileHas() throws Exception {
    assertHandedBack(1, 1 << 20);
  }

  private void assertHandedBack(long held, long needed) throws Exception {
    int taken = memory.take(jobs.alice, held);
    FakeInference model = new FakeInference(ANSWER);
    model.memory = needed;
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Verdict> verdict =
        CompletableFuture.supplyAsync(
            () -> {
              begun.countDown();
              return run(model);
            });
    begun.await();
    await().until(() -> row().status() == FileStatus.PROCESSING);
    jobs.worker.stop(lease);

    assertThat(verdict.get()).isEqualTo(new Verdict.Again(Duration.ZERO, Signal.NONE));
    assertThat(model.questions).isEmpty();
    memory.give(taken);
  }

  @Test
  void whatIsNotHeldWhileTheModelThinksIsThereForOthers() {
    FakeInference model =
        new FakeInference(
            question -> {
              memory.give(taken((1 << 20) - 2048));
              return ANSWER;
            });
    model.memory = 1 << 20;
    model.uses = List.of(1L << 20, 2048L);

    assertThat(run(model)).isEqualTo(new Verdict.Done(Signal.GOOD));
    memory.give(taken(1 << 20));
  }

  @Test
  void whatWaitsForMoreMemoryWhenTheProcessStopsIsHandedBack() throws Exception {
    int taken = memory.take(jobs.alice, (1 << 20) - 2048);
    FakeInference model = new FakeInference(ANSWER);
    model.memory = 2048;
    model.uses = List.of(4096L);
    CompletableFuture<Verdict> verdict = CompletableFuture.supplyAsync(() -> run(model));
    await().until(() -> !model.questions.isEmpty());
    jobs.worker.stop(lease);

    assertThat(verdict.get()).isEqualTo(new Verdict.Again(Duration.ZERO, Signal.NONE));
    memory.give(taken);
    memory.give(taken(1 << 20));
  }

  private int taken(long bytes) {
    try {
      return memory.take(jobs.alice, bytes);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void memoryIsGivenBackHoweverTheWorkEnds() throws Exception {
    for (Outcome outcome : List.of(LATER, PATIENCE, STOPPED, ANSWER)) {
      run(new FakeInference(outcome));
    }

    memory.give(memory.take(jobs.alice, 1 << 20));
  }

  @Test
  void aStoreThatDoesNotAnswerBeforeTheModelWasAskedCostsNoAttempt() {
    Files down =
        (Files)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Files.class},
                (proxy, method, arguments) -> {
                  throw SdkClientException.create("down");
                });
    FakeInference model = new FakeInference(ANSWER);

    assertThat(worker(jobs.claims, down, model).run(ticket, spec, lease))
        .isInstanceOf(Verdict.Again.class);
    assertThat(model.questions).isEmpty();
    assertThat(row().status()).isEqualTo(FileStatus.PROCESSING);
    assertThat(row().attemptCount()).isZero();
    assertThat(row().waiting().reason()).isEqualTo(WaitReason.RETRY_BACKOFF);
  }

  @Test
  void aClaimThatCouldNotBeGivenUpIsTakenOverByTheNextMessage() {
    TestJobs failing =
        new TestJobs(
            Map.of(),
            wrapped(
                calls -> {
                  if (calls > 1) {
                    throw SdkClientException.create("down");
                  }
                  return calls;
                }));
    ProcessFile worker = worker(failing.claims, files, new FakeInference(LATER));

    assertThatThrownBy(() -> worker.run(ticket, spec, lease)).isInstanceOf(SdkException.class);
    assertThat(row().progress().claimedBy()).isNotEmpty();
    assertThat(run(new FakeInference(ANSWER))).isInstanceOf(Verdict.Done.class);
    assertThat(row().status()).isEqualTo(FileStatus.SUCCEEDED);
  }

  @Test
  void tokensOfAResultThatWasKeptAndNotSettledAreCountedOnce() {
    int[] writes = {0};
    TestJobs failing =
        new TestJobs(
            Map.of(),
            wrapped(
                calls -> {
                  writes[0] = calls;
                  if (calls == 2) {
                    throw SdkClientException.create("down");
                  }
                  return calls;
                }));
    worker(failing.claims, files, new FakeInference(ANSWER)).run(ticket, spec, lease);
    assertThat(writes[0]).isEqualTo(3);
    assertThat(row().status()).isEqualTo(FileStatus.PROCESSING);
    run(new FakeInference(LATER));

    assertThat(row().status()).isEqualTo(FileStatus.SUCCEEDED);
    assertThat(row().usage()).isEqualTo(USAGE);
  }

  @Test
  void inModeTogetherTheModelIsAskedOnceAboutAllInputsInTheirOrder() {
    FakeInference model = new FakeInference(ANSWER);
    Job job = together();

    assertThat(run(model, TestJobs.result(job))).isEqualTo(new Verdict.Done(Signal.GOOD));
    assertThat(model.questions).hasSize(1);
    var question = model.questions.get(0);
    assertThat(question.inputs())
        .extracting(it -> new String(it.content(), StandardCharsets.UTF_8))
        .containsExactly("the text", "another", "\u00fc");
    assertThat(question.inputs())
        .extracting(Input::name)
        .containsExactly("a.txt", "b.txt", "c.txt");
    assertThat(question.inputs()).extracting(Input::position).containsExactly(0, 1, 2);
    assertThat(model.counted)
        .as("what each takes by its own type and size")
        .singleElement()
        .satisfies(
            facts ->
                assertThat(facts)
                    .extracting(Fit.Facts::contentType, Fit.Facts::size)
                    .containsExactly(
                        tuple("text/plain", 8L), tuple("text/plain", 7L), tuple("text/plain", 2L)));
    assertThat(question.count()).isEqualTo(3);
    assertThat(question.labels())
        .isEqualTo(Map.of("job_id", job.jobId(), "file_id", Ticket.RESULT));
    Job ended = jobs.rows.find(jobs.alice, job.jobId()).orElseThrow();
    assertThat(ended.jobStatus()).isEqualTo(JobStatus.COMPLETED);
    assertThat(ended.usage()).isEqualTo(USAGE);
    assertThat(ended.counts().succeeded()).isEqualTo(3);
    assertThat(jobs.results.find(TestJobs.result(job))).isPresent();
  }

  @Test
  void inModeTogetherTheUnitOfWorkIsAsLargeAsAllInputs() {
    JobSpec all = TestJobs.together(jobs.spec(), 3);
    Draft draft = jobs.together(all, 3, Map.of());

    assertThat(draft.files().units())
        .singleElement()
        .satisfies(unit -> assertThat(unit.file().size()).isEqualTo(15));
  }

  @Test
  void inModeTogetherAFileThatWasDeletedFailsTheJobAndIsNamed() {
    Job job = together();
    files.delete(jobs.alice, job.inputFiles().get(1).file().fileId());
    FakeInference model = new FakeInference(ANSWER);

    run(model, TestJobs.result(job));

    assertThat(model.questions).isEmpty();
    Job ended = jobs.rows.find(jobs.alice, job.jobId()).orElseThrow();
    assertThat(ended.jobStatus()).isEqualTo(JobStatus.ERROR);
    assertThat(ended.jobError())
        .contains("FILE_DELETED", "b.txt", job.inputFiles().get(1).file().fileId());
    assertThat(ended.inputFiles())
        .extracting(it -> it.error().code())
        .containsExactly("FILE_DELETED", "FILE_DELETED", "FILE_DELETED");
  }

  @Test
  void aJobInModeTogetherOfWhichSomeRowsAreGoneIsNotAskedAbout() {
    Job job = together();
    jobs.dynamodb.deleteItem(
        it -> it.tableName(jobs.settings.table()).key(JobRowFormat.key(TestJobs.ticket(job, 1))));
    FakeInference model = new FakeInference(ANSWER);

    assertThat(run(model, TestJobs.result(job))).isInstanceOf(Verdict.Again.class);
    assertThat(model.questions).isEmpty();
    assertThat(jobs.file(TestJobs.result(job)).attemptCount()).isZero();
  }

  @Test
  void aTextIsReadFromItsJob() {
    JobSpec other = jobs.spec();
    JobInput text = new JobInput(jobs.file(jobs.alice, "t"), JobFile.Source.TEXT, 0);
    Ticket of = new Ticket(jobs.alice, other.jobId(), text.file().fileId());
    jobs.commit.commit(
        new Draft(
            other,
            JobFiles.pending(Mode.EACH, List.of(text), TestJobs.NOW),
            Map.of(of.fileId(), "\u00fc".getBytes(StandardCharsets.UTF_8))),
        Optional.empty());
    FakeInference model = new FakeInference(ANSWER);

    run(model, of);

    assertThat(model.questions.get(0).inputs().get(0).content())
        .isEqualTo("\u00fc".getBytes(StandardCharsets.UTF_8));
    assertThat(jobs.file(of).status()).isEqualTo(FileStatus.SUCCEEDED);
    assertThat(jobs.results.find(of)).isPresent();
  }

  /** Two files and a text. */
  private Job together() {
    JobSpec all = TestJobs.together(jobs.spec(), 3);
    StoredFile second = TestFiles.store(files, jobs.alice, "b.txt", "another");
    StoredFile third = jobs.file(jobs.alice, "c.txt");
    byte[] text = "\u00fc".getBytes(StandardCharsets.UTF_8);
    StoredFile sized =
        new StoredFile(
            third.fileId(),
            "c.txt",
            "text/plain",
            null,
            text.length,
            "00",
            jobs.alice,
            TestJobs.NOW);
    List<JobInput> inputs =
        List.of(
            new JobInput(file, JobFile.Source.FILE, 0),
            new JobInput(second, JobFile.Source.FILE, 1),
            new JobInput(sized, JobFile.Source.TEXT, 2));
    Draft draft =
        new Draft(
            all,
            JobFiles.pending(Mode.TOGETHER, inputs, TestJobs.NOW),
            Map.of(sized.fileId(), text));
    jobs.commit.commit(draft, Optional.empty());
    return draft.job();
  }

  private Verdict run(FakeInference model, Ticket of) {
    JobSpec what = jobs.rows.spec(of.userId(), of.jobId()).orElseThrow();
    return worker(jobs.claims, files, model).run(of, what, lease);
  }

  private Claim.Held takeOver() {
    Claims other = jobs.claimsOf(jobs.peers());
    return jobs.held(other, ticket);
  }

  private Verdict run(FakeInference model) {
    return run(model, jobs.settings);
  }

  private Verdict run(FakeInference model, JobsSettings settings) {
    return worker(jobs.claims, files, model, settings).run(ticket, spec, lease);
  }

  private ProcessFile worker(Claims claims, Files from, FakeInference model) {
    return worker(claims, from, model, jobs.settings);
  }

  private ProcessFile worker(
      Claims claims, Files from, FakeInference model, JobsSettings settings) {
    return new ProcessFile(
        claims,
        new Specs(jobs.rows, jobs.clock),
        jobs.results,
        new ReadInputs(from, jobs.texts, jobs.rows),
        model,
        memory,
        jobs.courses,
        new ConcludeFile(claims, jobs.ledger, jobs.results, settings, jobs.clock),
        settings,
        jobs.clock);
  }

  /** A client that is asked before each call, by its number, whether it works. */
  private static DynamoDbClient wrapped(UnaryOperator<Integer> before) {
    DynamoDbClient real = StandIns.shared().dynamodb();
    int[] calls = {0};
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            ProcessFileTest.class.getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (proxy, method, arguments) -> {
              before.apply(++calls[0]);
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private JobFile row() {
    return jobs.file(ticket);
  }

  private static ModelCall call(String outcome, Usage usage) {
    return new ModelCall(
        Instant.ofEpochSecond(TestJobs.NOW), outcome, Duration.ofSeconds(1), usage, "id");
  }

  private String result() {
    return StandIns.shared()
        .s3()
        .getObjectAsBytes(
            it ->
                it.bucket(jobs.settings.resultsBucket())
                    .key("results/" + jobs.alice + "/" + ticket.jobId() + "/" + ticket.fileId()))
        .asUtf8String();
  }
}
