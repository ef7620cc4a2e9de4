package ai.fileprocessing.jobs;

import static ai.fileprocessing.platform.TestFloor.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.files.Files;
import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.files.TestFiles;
import ai.fileprocessing.inference.Ask;
import ai.fileprocessing.inference.Inference;
import ai.fileprocessing.inference.NewPrompt;
import ai.fileprocessing.inference.Output;
import ai.fileprocessing.inference.Parameters;
import ai.fileprocessing.inference.Prompts;
import ai.fileprocessing.inference.SavedPrompt;
import ai.fileprocessing.inference.TestPrompts;
import ai.fileprocessing.platform.Identity;
import ai.fileprocessing.platform.Paging;
import ai.fileprocessing.platform.Problem;
import ai.fileprocessing.platform.Sha256;
import ai.fileprocessing.platform.TestFloor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import tools.jackson.databind.json.JsonMapper;

class SubmitJobTest {
  private final TestJobs jobs = new TestJobs(Map.of("jobs.max.files", "30"));
  private final Files files = TestFiles.over(jobs.clock);
  private final Inference inference =
      new FakeInference(
          question -> {
            throw new AssertionError("nothing is asked at the door");
          });
  private final Prompts prompts = TestPrompts.over(jobs.clock);
  private final SubmitJob submit = submit(jobs);
  private final String alice = jobs.alice;

  private static final Output LIST =
      new Output(
          Output.Format.JSON, JsonMapper.shared().readTree("{\"type\":\"array\",\"minItems\":1}"));

  @Test
  void aJobIsStoredWholeAndRungForOncePerFile() {
    StoredFile a = TestFiles.store(files, alice, "a.txt", "aaa");
    StoredFile b = TestFiles.store(files, alice, "b.txt", "bb");
    Job job =
        submit(
            new NewJob(
                List.of(b.fileId(), a.fileId()),
                null,
                "prompt",
                null,
                "a-model",
                "each",
                new Parameters(9, null, null, null),
                LIST,
                Map.of("k", "v"),
                5_000L));

    assertThat(jobs.rows.find(alice, job.jobId())).contains(job);
    assertThat(job.jobStatus()).isEqualTo(JobStatus.PENDING);
    assertThat(job.prompt()).isEqualTo("prompt");
    assertThat(job.model()).isEqualTo("a-model");
    assertThat(job.mode()).isEqualTo("each");
    assertThat(job.inference()).isEqualTo(new Parameters(9, null, null, null));
    assertThat(job.maxCost()).isEqualTo(5_000);
    assertThat(job.output()).isEqualTo(LIST);
    assertThat(job.metadata()).isEqualTo(Map.of("k", "v"));
    assertThat(job.createdAt()).isEqualTo(TestJobs.NOW);
    assertThat(job.inputFiles()).extracting(JobFile::file).containsExactly(b, a);
    assertThat(jobs.worker.depth()).containsExactly(2, 0);
  }

  @Test
  void whatNobodySaysIsTheDefault() {
    Job job = submit(of(store(3)));

    assertThat(job.model()).isEqualTo("default-model");
    assertThat(job.metadata()).isEmpty();
    assertThat(job.output()).isNull();
    assertThat(jobs.rows.find(alice, job.jobId())).contains(job);
  }

  @Test
  void textsAreInputsBehindTheFilesAndEachIsWorkedByItself() {
    StoredFile a = TestFiles.store(files, alice, "a.txt", "aaa");
    Job job = submit(with("each", List.of(a.fileId()), text("x", "\u00fc"), text("y", "yy")));

    assertThat(jobs.rows.find(alice, job.jobId())).contains(job);
    assertThat(job.inputFiles())
        .extracting(JobFile::source)
        .containsExactly(JobFile.Source.FILE, JobFile.Source.TEXT, JobFile.Source.TEXT);
    StoredFile text = job.inputFiles().get(1).file();
    assertThat(text.filename()).isEqualTo("x");
    assertThat(text.contentType()).isEqualTo("text/plain");
    assertThat(text.size()).isEqualTo(2);
    assertThat(text.sha256()).isEqualTo(Sha256.of("\u00fc"));
    assertThat(text.userId()).isEqualTo(alice);
    assertThat(text.lastModified()).isEqualTo(TestJobs.NOW);
    assertThat(files.find(alice, text.fileId())).isEmpty();
    assertThat(jobs.texts.find(TestJobs.ticket(job, 2)).map(String::new)).contains("yy");
    assertThat(jobs.worker.depth()).containsExactly(3, 0);
  }

  @Test
  void aJobMayHaveTextsOnly() {
    Job job = submit(with(null, null, text("x", "xx")));

    assertThat(job.mode()).isEqualTo("each");
    assertThat(jobs.rows.find(alice, job.jobId())).contains(job);
  }

  @Test
  void aJobInModeTogetherIsOneUnitOfWork() {
    NewJob wanted = with("together", List.of(store(3), store(4)), text("x", "xx"));
    Submission submission = submit.submit(as(alice), wanted, Optional.empty());
    Job job = submission.job();

    assertThat(jobs.rows.find(alice, job.jobId())).contains(job);
    assertThat(job.mode()).isEqualTo("together");
    assertThat(job.counts().total()).isEqualTo(3);
    assertThat(job.counts().pending()).isEqualTo(3);
    assertThat(submission.quota().filesLeft()).isEqualTo(jobs.settings.openFiles() - 1);
    assertThat(jobs.worker.received().stream().map(it -> jobs.tickets.read(it).orElseThrow()))
        .containsExactly(TestJobs.result(job));
    assertThat(jobs.file(TestJobs.result(job)).file().size()).isEqualTo(9);
  }

  @Test
  void filesAndTextsAreCountedTogether() {
    List<String> most = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      most.add(store(1));
    }

    assertRefused(
        () -> submit(with("each", most, text("x", "x"))),
        422,
        "TOO_MANY_FILES",
        "/files",
        "/texts");
  }

  @Test
  void inModeTogetherThereMayBeTheMostForThatModeAndNotOneMore() {
    TestJobs few = new TestJobs(Map.of("jobs.together.files", "2"));
    NewText[] texts = {text("x", "x"), text("y", "y"), text("z", "z")};

    assertRefused(
        () -> submit(few).submit(as(alice), with("together", null, texts), Optional.empty()),
        422,
        "TOO_MANY_FILES",
        "/texts");
    submit(few).submit(as(alice), with("each", null, texts), Optional.empty());
    submit(few)
        .submit(as(alice), with("together", List.of(store(1)), text("x", "x")), Optional.empty());
  }

  @Test
  void anInputThatCannotBeProcessedIsRefusedByItsPlaceWhereverItIs() {
    String tooLarge = "x".repeat((int) FakeInference.LARGEST + 1);

    assertRefused(
        () ->
            submit(
                with("together", List.of(store(0), store(1)), text("x", "x"), text("y", tooLarge))),
        422,
        "FILE_UNFIT",
        "/files/0",
        "/texts/1");
  }

  @Test
  void anotherTextOrModeIsAnotherRequest() {
    NewJob wanted = with("each", null, text("x", "x"));
    Job job = submit.submit(as(alice), wanted, Optional.of("key")).job();

    assertThat(submit.submit(as(alice), wanted, Optional.of("key")).job()).isEqualTo(job);
    for (NewJob other :
        List.of(with("each", null, text("x", "y")), with("together", null, text("x", "x")))) {
      assertProblem(
          () -> submit.submit(as(alice), other, Optional.of("key")), 422, "IDEMPOTENCY_KEY_REUSED");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"batchWriteItem", "transactWriteItems"})
  void aTextOfAJobThatCouldNotBeStoredIsTakenBack(String last) {
    TestJobs unlucky =
        new TestJobs(
            Map.of(),
            TestJobs.before(
                last,
                () -> {
                  throw SdkClientException.create("down");
                }));
    NewJob wanted = with("together", null, text("x", "x"));
    Map<String, AttributeValue> before = texts();

    assertThatThrownBy(() -> submit(unlucky).submit(as(alice), wanted, Optional.of("key")))
        .isInstanceOf(SdkException.class);
    jobs.clock.tick(jobs.settings.sweepAfter());
    jobs.attention
        .due(jobs.clock.instant())
        .filter(due -> due.userId().equals(alice))
        .forEach(jobs.sweep::sweep);

    assertThat(before).isEmpty();
    assertThat(texts()).isEmpty();
  }

  @Test
  void aSavedPromptIsTakenAsItIsAtThatMoment() {
    SavedPrompt saved = prompts.save(as(alice), new NewPrompt("n", "the saved", null));
    NewJob wanted = named(saved.promptId());
    Job job = submit.submit(as(alice), wanted, Optional.of("key")).job();
    prompts.change(
        as(alice), saved.promptId(), new NewPrompt("n", "the changed", null), it -> true);

    assertThat(job.prompt()).isEqualTo("the saved");
    assertThat(job.promptId()).isEqualTo(saved.promptId());
    assertThat(jobs.rows.find(alice, job.jobId())).contains(job);
    assertThat(submit.submit(as(alice), wanted, Optional.of("key")).job()).isEqualTo(job);
    assertThat(submit(named(saved.promptId())).prompt()).isEqualTo("the changed");
  }

  @Test
  void aPromptIsForWhoeverIsInItsGroup() {
    Identity bob = new Identity(TestFloor.user(), Set.of("g"));
    SavedPrompt shared = prompts.save(bob, new NewPrompt("n", "the shared", "g"));
    Identity member = new Identity(alice, Set.of("g"));

    assertThat(submit.submit(member, named(shared.promptId()), Optional.empty()).job().prompt())
        .isEqualTo("the shared");
    assertProblem(() -> submit(named(shared.promptId())), 404, "PROMPT_NOT_FOUND", "/prompt_id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "../x", "019aabcd-0000-7000-8000-000000000001"})
  void aPromptThatIsNotThereIsNamed(String promptId) {
    assertRefused(() -> submit(named(promptId)), 404, "PROMPT_NOT_FOUND", "/prompt_id");
  }

  @Test
  void aFileTwiceIsRefusedByItsPlace() {
    String a = store(3);
    String b = store(3);

    assertRefused(() -> submit(of(a, b, a, b)), 422, "FILE_DUPLICATE", "/files/2", "/files/3");
  }

  @Test
  void unknownAndForeignIdsAreRefusedAlikeByTheirPlaces() {
    String own = store(3);
    String foreign = TestFiles.store(files, TestFloor.user(), "f", "fff").fileId();
    String deleted = store(3);
    files.delete(alice, deleted);

    assertRefused(
        () ->
            submit(of(own, foreign, jobs.ids.next(), "../../x", deleted, "\0", "x".repeat(5_000))),
        404,
        "FILE_NOT_FOUND",
        "/files/1",
        "/files/2",
        "/files/3",
        "/files/4",
        "/files/5",
        "/files/6");
  }

  @Test
  void emptyAndTooLargeFilesAreRefusedByTheirPlaces() {
    String fits = store((int) FakeInference.LARGEST);
    String empty = store(0);
    String large = store((int) FakeInference.LARGEST + 1);

    assertRefused(() -> submit(of(empty, fits, large)), 422, "FILE_UNFIT", "/files/0", "/files/2");
  }

  @Test
  void aPromptThatIsNoTemplateIsRefused() {
    NewJob wanted =
        new NewJob(
            List.of(store(3)), null, "a {{variable}}", null, null, null, null, null, null, null);

    assertRefused(() -> submit(wanted), 422, "PROMPT_INVALID", "/prompt");
  }

  @Test
  void aLimitThatNothingWouldEverReachIsRefused() {
    NewJob wanted =
        new NewJob(List.of(store(3)), null, "p", null, "for-nothing", null, null, null, null, 5L);

    assertRefused(() -> submit(wanted), 422, "MAX_COST_INVALID", "/max_cost");
  }

  @Test
  void aJobMayHaveTheMostFilesAndNotOneMore() {
    List<String> most = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      most.add(store(1));
    }
    Job job = submit(of(most.toArray(String[]::new)));
    assertThat(job.counts().total()).isEqualTo(30);
    assertThat(jobs.worker.depth()).containsExactly(30, 0);

    most.add(store(1));
    assertProblem(() -> submit(of(most.toArray(String[]::new))), 422, "TOO_MANY_FILES", "/files");
    assertThat(list()).containsExactly(job);
    assertThat(jobs.worker.depth()).containsExactly(30, 0);
  }

  @Test
  void aJobThatCannotBeRungForIsStoredAllTheSameAndTheSweeperRings() {
    TestJobs mute =
        new TestJobs(Map.of("jobs.queue.url", jobs.worker.settings().queue() + "-absent"));
    String file = store(3);

    Job job = submit(mute).submit(as(alice), of(file), Optional.empty()).job();

    assertThat(list()).containsExactly(job);
    jobs.clock.tick(jobs.settings.sweepAfter());
    jobs.attention
        .due(jobs.clock.instant())
        .filter(it -> it.jobId().equals(job.jobId()))
        .forEach(jobs.sweep::sweep);
    assertThat(jobs.worker.depth()).containsExactly(1, 0);
  }

  @Test
  void aKeySentAgainLeadsToTheSameJob() {
    NewJob wanted = of(store(3));
    Submission first = submit.submit(as(alice), wanted, Optional.of("key"));
    Submission second = submit.submit(as(alice), wanted, Optional.of("key"));

    assertThat(second.job()).isEqualTo(first.job());
    assertThat(second.quota()).isNull();
    assertThat(list()).containsExactly(first.job());
    assertThat(jobs.worker.depth()).containsExactly(1, 0);
  }

  @Test
  void aKeySentAgainLeadsToTheSameJobAlsoWhenItsFilesAreGone() {
    String file = store(3);
    Submission first = submit.submit(as(alice), of(file), Optional.of("key"));
    files.delete(alice, file);

    assertThat(submit.submit(as(alice), of(file), Optional.of("key")).job()).isEqualTo(first.job());
  }

  @Test
  void aKeyOfAnotherRequestIsRefused() {
    submit.submit(as(alice), of(store(3)), Optional.of("key"));

    assertProblem(
        () -> submit.submit(as(alice), of(store(3)), Optional.of("key")),
        422,
        "IDEMPOTENCY_KEY_REUSED");
  }

  @Test
  void theOrderOfMetadataMakesNoOtherRequest() {
    String file = store(3);
    Map<String, String> one = new LinkedHashMap<>();
    one.put("a", "1");
    one.put("b", "2");
    Map<String, String> other = new LinkedHashMap<>();
    other.put("b", "2");
    other.put("a", "1");

    assertThat(submit.submit(as(alice), with(file, one), Optional.of("key")).job())
        .isEqualTo(submit.submit(as(alice), with(file, other), Optional.of("key")).job());
  }

  @Test
  void anotherFormOfTheResultsIsAnotherRequest() {
    String file = store(3);
    submit.submit(as(alice), asking(file, LIST), Optional.of("key"));

    for (Output other : Arrays.asList(null, new Output(Output.Format.JSON, null), Output.TEXT)) {
      assertProblem(
          () -> submit.submit(as(alice), asking(file, other), Optional.of("key")),
          422,
          "IDEMPOTENCY_KEY_REUSED");
    }
  }

  @Test
  void aKeyIsItsOwnersAndLastsADay() {
    String bob = TestFloor.user();
    NewJob wanted = of(store(3));
    NewJob bobs = of(TestFiles.store(files, bob, "n", "x").fileId());
    Job first = submit.submit(as(alice), wanted, Optional.of("key")).job();

    assertThat(submit.submit(as(bob), bobs, Optional.of("key")).job().userId()).isEqualTo(bob);
    jobs.cancel.cancel(jobs.stored(first));
    jobs.clock.tick(IdempotencyKeys.REMEMBERED);
    assertThat(submit.submit(as(alice), wanted, Optional.of("key")).job().jobId())
        .isNotEqualTo(first.jobId());
  }

  @Test
  void aRefusedRequestLeavesItsKeyFree() {
    String file = store(3);
    assertProblem(
        () -> submit.submit(as(alice), of(file, jobs.ids.next()), Optional.of("key")),
        404,
        "FILE_NOT_FOUND",
        "/files/1");

    submit.submit(as(alice), of(file), Optional.of("key"));
  }

  @Test
  void aKeyWhoseJobIsBeingStoredIsInUseAndFreeWhenThatTakesTooLong() {
    NewJob wanted = of(store(3));
    String abandoned = jobs.ids.next();
    assertThat(jobs.keys.reserve(keyOf(wanted), abandoned)).isTrue();

    assertProblem(
        () -> submit.submit(as(alice), wanted, Optional.of("key")), 409, "IDEMPOTENCY_KEY_IN_USE");
    jobs.clock.tick(Duration.ofSeconds(31));
    Job job = submit.submit(as(alice), wanted, Optional.of("key")).job();

    // Whoever was only slow, and not gone, makes no second job.
    JobSpec late = jobs.spec(alice);
    JobSpec slow =
        new JobSpec(
            alice,
            abandoned,
            new Ask("m", late.ask().parameters(), "p"),
            Mode.EACH,
            null,
            1,
            Map.of(),
            TestJobs.NOW,
            late.deadline(),
            null);
    assertThat(
            jobs.commit.commit(
                TestJobs.draft(slow, jobs.pending(alice, 1)), Optional.of(keyOf(wanted))))
        .isEmpty();
    assertThat(list()).containsExactly(job);
  }

  @Test
  void aKeyWhoseJobWasDeletedIsSpent() {
    NewJob wanted = of(store(3));
    Job job = submit.submit(as(alice), wanted, Optional.of("key")).job();
    jobs.delete.delete(jobs.stored(job));

    assertProblem(
        () -> submit.submit(as(alice), wanted, Optional.of("key")), 409, "IDEMPOTENCY_KEY_SPENT");
  }

  @Test
  void theSameRequestFiftyTimesAtOnceIsOneJob() {
    NewJob wanted = of(store(3), store(3));
    Set<String> seen =
        IntStream.range(0, 50)
            .parallel()
            .mapToObj(
                i -> {
                  try {
                    return submit.submit(as(alice), wanted, Optional.of("key")).job().jobId();
                  } catch (Problem e) {
                    return "in use";
                  }
                })
            .collect(Collectors.toSet());

    seen.remove("in use");
    assertThat(seen).hasSize(1);
    assertThat(list()).extracting(Job::jobId).containsExactlyElementsOf(seen);
    assertThat(jobs.worker.depth()).containsExactly(2, 0);
  }

  @Test
  void writesThatTheSdkRepeatsAfterALostAnswerMakeOneJob() {
    TestJobs repeating =
        new TestJobs(
            Map.of("jobs.queue.url", jobs.worker.settings().queue().toString()),
            TestJobs.repeating());
    NewJob wanted = of(store(3));

    Job plain = submit(repeating).submit(as(alice), wanted, Optional.empty()).job();
    assertThat(list()).containsExactly(plain);
  }

  @ParameterizedTest
  @CsvSource({"transactWriteItems, key", "updateItem,"})
  void aJobThatIsStoredAlthoughNoAnswerSaidSoIsAccepted(String last, String key) {
    TestJobs unlucky =
        new TestJobs(
            Map.of("jobs.queue.url", jobs.worker.settings().queue().toString()),
            TestJobs.losing(last, 1));
    NewJob wanted = of(store(3), store(3));

    Job job = submit(unlucky).submit(as(alice), wanted, Optional.ofNullable(key)).job();

    assertThat(job.inputFiles()).hasSize(2);
    assertThat(list()).containsExactly(job);
    assertThat(jobs.worker.depth()).containsExactly(2, 0);
  }

  @ParameterizedTest
  @CsvSource({"transactWriteItems, key", "updateItem,"})
  void whereNobodyCanSayWhetherAJobIsStoredTheCallerIsTold(String last, String key) {
    TestJobs dying = new TestJobs(Map.of(), TestJobs.failing(last, true));
    NewJob wanted = of(store(3));

    assertProblem(
        () -> submit(dying).submit(as(alice), wanted, Optional.ofNullable(key)),
        503,
        "SUBMISSION_UNCERTAIN");
  }

  @Test
  void aJobThatIsStoredIsAcceptedWhateverKeepsTheQueueFromRinging() {
    TestJobs jobless = new TestJobs();
    Tickets broken =
        new Tickets(
            jobless.queue,
            new InParallel(
                it -> {
                  throw new IllegalStateException("The pool was shut down");
                }),
            jobs.mapper);
    List<String> files = IntStream.range(0, 11).mapToObj(i -> store(3)).toList();

    Job job =
        submit(jobless, broken)
            .submit(as(alice), of(files.toArray(String[]::new)), Optional.empty())
            .job();

    assertThat(list()).containsExactly(job);
  }

  @ParameterizedTest
  @ValueSource(strings = {"batchWriteItem", "transactWriteItems"})
  void whatACrashLeavesOfAJobIsSweptAndNoOpenWorkOfItsOwner(String last) {
    TestJobs dying = new TestJobs(Map.of(), TestJobs.failing(last, true));
    NewJob wanted = of(store(3), store(3));

    assertProblem(
        () -> submit(dying).submit(as(alice), wanted, Optional.of("key")),
        503,
        "SUBMISSION_UNCERTAIN");

    assertThat(list()).isEmpty();
    jobs.clock.tick(jobs.settings.sweepAfter());
    jobs.attention
        .due(jobs.clock.instant())
        .filter(due -> due.userId().equals(alice))
        .forEach(jobs.sweep::sweep);
    jobs.clock.tick(jobs.settings.backlogAge());
    Quota quota = submit.submit(as(alice), wanted, Optional.of("key")).quota();
    assertThat(quota.filesLeft()).isEqualTo(jobs.settings.openFiles() - 2);
    assertThat(list()).hasSize(1);
  }

  @Test
  void aJobThatIsSweptWhileItIsStoredNeverBecomesReal() {
    JobSpec spec = jobs.spec(alice);
    Draft draft = TestJobs.draft(spec, jobs.pending(alice, 1));
    TestJobs slow =
        new TestJobs(Map.of(), TestJobs.before("updateItem", () -> jobs.commit.takeBack(draft)));

    assertThatThrownBy(() -> slow.commit.commit(draft, Optional.empty()))
        .isInstanceOf(SdkException.class);

    assertThat(jobs.rows.stored(alice, spec.jobId())).isEmpty();
  }

  @Test
  void aCallerWithTooManyOpenJobsIsRefusedUntilSomeHaveEnded() {
    TestJobs few = new TestJobs(Map.of("jobs.open.jobs", "2"));
    Job first = submit(few).submit(as(alice), of(store(3)), Optional.empty()).job();
    Quota quota = submit(few).submit(as(alice), of(store(3)), Optional.empty()).quota();
    assertThat(quota.jobsLeft()).isZero();
    NewJob third = of(store(3));

    assertProblem(
        () -> submit(few).submit(as(alice), third, Optional.empty()), 429, "TOO_MANY_OPEN_JOBS");
    few.cancel.cancel(few.stored(first));
    submit(few).submit(as(alice), third, Optional.empty());
  }

  @Test
  void aCallerWithTooManyOpenFilesIsRefusedAndOthersAreNot() {
    TestJobs few = new TestJobs(Map.of("jobs.open.files", "3"));
    submit(few).submit(as(alice), of(store(3), store(3)), Optional.empty());
    NewJob two = of(store(3), store(3));

    assertProblem(
        () -> submit(few).submit(as(alice), two, Optional.empty()), 429, "TOO_MANY_OPEN_FILES");
    assertThat(submit(few).submit(as(alice), of(store(3)), Optional.empty()).quota().filesLeft())
        .isZero();
    String bob = TestFloor.user();
    submit(few)
        .submit(as(bob), of(TestFiles.store(files, bob, "n", "x").fileId()), Optional.empty());
  }

  @Test
  void aCallerWhoseOldestFileWaitsTooLongIsRefused() {
    Job waiting = submit.submit(as(alice), of(store(3)), Optional.empty()).job();
    jobs.clock.tick(jobs.settings.backlogAge().plusSeconds(1));
    NewJob more = of(store(3));

    assertProblem(() -> submit.submit(as(alice), more, Optional.empty()), 429, "BACKLOG_FULL");
    jobs.held(TestJobs.ticket(waiting, 0));
    submit.submit(as(alice), more, Optional.empty());
  }

  private void assertRefused(ThrowingCallable call, int status, String code, String... pointers) {
    assertProblem(call, status, code, pointers);
    assertThat(list()).isEmpty();
    assertThat(jobs.worker.depth()).containsExactly(0, 0);
  }

  private Job submit(NewJob wanted) {
    return submit.submit(as(alice), wanted, Optional.empty()).job();
  }

  private SubmitJob submit(TestJobs with) {
    return submit(with, with.tickets);
  }

  private SubmitJob submit(TestJobs with, Tickets tickets) {
    return new SubmitJob(
        new RecogniseRequest(with.keys, with.rows, jobs.mapper),
        new DraftJob(
            new InputFiles(files, inference, jobs.ids, jobs.clock, with.settings),
            new ComposeAsk(inference, prompts),
            jobs.ids,
            jobs.clock,
            with.settings),
        with.admission,
        with.commit,
        new RingFiles(
            with.marks, tickets, with.queue, with.holders, with.settings, with.clock, with.meters));
  }

  private IdempotencyKeys.Key keyOf(NewJob wanted) {
    return new IdempotencyKeys.Key(alice, "key", Sha256.of(jobs.mapper.writeValueAsString(wanted)));
  }

  private static NewJob with(String file, Map<String, String> metadata) {
    return new NewJob(List.of(file), null, "p", null, null, null, null, null, metadata, null);
  }

  private static NewJob asking(String file, Output output) {
    return new NewJob(List.of(file), null, "p", null, null, null, null, output, null, null);
  }

  private static Identity as(String userId) {
    return new Identity(userId, Set.of());
  }

  private static NewJob with(String mode, List<String> files, NewText... texts) {
    return new NewJob(files, List.of(texts), "p", null, null, mode, null, null, null, null);
  }

  private NewJob named(String promptId) {
    return new NewJob(
        null, List.of(text("x", "x")), null, promptId, null, null, null, null, null, null);
  }

  private static NewText text(String name, String content) {
    return new NewText(name, content);
  }

  /** The first row of the caller's texts. */
  private Map<String, AttributeValue> texts() {
    return jobs
        .dynamodb
        .query(
            it ->
                it.tableName(jobs.settings.table())
                    .keyConditionExpression("user_id = :user")
                    .expressionAttributeValues(
                        Map.of(":user", AttributeValue.fromS("#texts/" + alice))))
        .items()
        .stream()
        .findFirst()
        .orElse(Map.of());
  }

  private String store(int size) {
    return TestFiles.store(files, alice, "n", "x".repeat(size)).fileId();
  }

  private List<Job> list() {
    return jobs.rows.list(alice, new Paging(10, Optional.empty()), Optional.empty()).items();
  }

  private static NewJob of(String... fileIds) {
    return new NewJob(Arrays.asList(fileIds), null, "p", null, null, null, null, null, null, null);
  }
}
