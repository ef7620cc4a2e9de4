package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.files.Files;
import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.files.TestFiles;
import ai.fileprocessing.inference.Outcome;
import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Outcome.Failed;
import ai.fileprocessing.inference.Outcome.Passing;
import ai.fileprocessing.inference.Parameters;
import ai.fileprocessing.inference.Usage;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3Client;

class ProcessFileTest {
  private static final Answered ANSWER = new Answered("answer", "end_turn", new Usage(10, 2));
  private static final Passing LATER =
      new Passing("MODEL_ERROR", "It failed.", true, Passing.Cause.FAULT);
  private static final Passing PATIENCE =
      new Passing("MODEL_THROTTLED", "Not now.", false, Passing.Cause.THROTTLED);
  private static final int ATTEMPTS = 3;

  private final TestJobs jobs = new TestJobs(Map.of("jobs.attempts", "" + ATTEMPTS));
  private final Leases leases = new Leases(jobs.queue);
  private final Files files = TestFiles.over(jobs.clock);
  private final StoredFile file = TestFiles.store(files, jobs.alice, "a.txt", "the text");
  private final JobSpec spec =
      new JobSpec(
          jobs.alice,
          jobs.ids.next(),
          "the prompt",
          "the-model",
          new Parameters(7, null, null, null),
          Map.of(),
          TestJobs.NOW);
  private final Ticket ticket = new Ticket(jobs.alice, spec.jobId(), file.fileId());

  @Test
  void anAnswerIsKeptAndSettledAndItsMessageDeleted() throws Exception {
    FakeInference model = process(ANSWER);

    assertThat(row().status()).isEqualTo(FileStatus.SUCCEEDED);
    assertThat(row().usage()).isEqualTo(new Usage(10, 2));
    assertThat(row().stopReason()).isEqualTo("end_turn");
    assertThat(row().attempts()).isEqualTo(1);
    assertThat(result()).isEqualTo("answer");
    assertDeleted();
    assertThat(model.questions).hasSize(1);
  }

  @Test
  void theModelIsAskedWhatTheJobSaysAboutTheFile() {
    var question = process(ANSWER).questions.get(0);

    assertThat(question.model()).isEqualTo("the-model");
    assertThat(question.parameters()).isEqualTo(new Parameters(7, null, null, null));
    assertThat(question.prompt()).isEqualTo("the prompt");
    assertThat(new String(question.content(), StandardCharsets.UTF_8)).isEqualTo("the text");
    assertThat(question.labels())
        .isEqualTo(Map.of("job_id", spec.jobId(), "file_id", file.fileId()));
  }

  @Test
  void nothingIsSucceededBeforeItsResultIsThere() {
    process(
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
  void aFailureIsSettledAndItsMessageDeleted() {
    process(new Failed("CONTENT_FILTERED", "Change it.", new Usage(5, 1)));

    assertThat(row().status()).isEqualTo(FileStatus.FAILED);
    assertThat(row().error()).isEqualTo(new JobFile.Error("CONTENT_FILTERED", "Change it."));
    assertThat(row().usage()).isEqualTo(new Usage(5, 1));
    assertThat(row().attempts()).isEqualTo(1);
    assertThat(jobs.results.find(ticket)).isEmpty();
    assertDeleted();
  }

  @Test
  void whatPassesIsGivenBackAndCounted() {
    process(LATER);

    assertThat(row().status()).isEqualTo(FileStatus.PROCESSING);
    assertThat(row().attempts()).isEqualTo(1);
    assertThat(row().error()).isNull();
    assertGivenBack();
  }

  @Test
  void aThrottledCallIsGivenBackAndNotCountedHoweverOften() {
    commit();
    for (int i = 0; i < 2 * ATTEMPTS; i++) {
      process(new FakeInference(PATIENCE), again());
    }

    assertThat(row().status()).isEqualTo(FileStatus.PROCESSING);
    assertThat(row().attempts()).isZero();
    process(new FakeInference(ANSWER), again());
    assertThat(row().status()).isEqualTo(FileStatus.SUCCEEDED);
  }

  @Test
  void theLastAttemptThatPassesIsAFailure() {
    commit();
    FakeInference model = new FakeInference(LATER);
    for (int i = 0; i < ATTEMPTS; i++) {
      assertThat(row().status().isTerminal()).isFalse();
      process(model, again());
    }

    assertThat(row().status()).isEqualTo(FileStatus.FAILED);
    assertThat(row().error().code()).isEqualTo("MODEL_ERROR");
    assertThat(row().error().message()).contains("3 times");
    assertThat(model.questions).hasSize(ATTEMPTS);
  }

  @Test
  void aFileThatStoppedItsWorkerEachTimeIsAFailureWithoutAnotherCall() {
    commit();
    for (int i = 0; i < ATTEMPTS; i++) {
      jobs.held(ticket);
    }
    FakeInference model = new FakeInference(ANSWER);
    process(model, again());

    assertThat(row().status()).isEqualTo(FileStatus.FAILED);
    assertThat(row().error().code()).isEqualTo("ATTEMPTS_EXHAUSTED");
    assertThat(model.questions).isEmpty();
    assertDeleted();
  }

  @Test
  void theResultOfAnEarlierAttemptIsTakenWithoutAnotherCall() throws Exception {
    commit();
    for (int i = 0; i < ATTEMPTS + 1; i++) {
      jobs.held(ticket);
    }
    jobs.results.keep(ticket, new Answered("earlier", "stop_sequence", new Usage(1, 1)));
    FakeInference model = new FakeInference(ANSWER);
    process(model, again());

    assertThat(model.questions).isEmpty();
    assertThat(row().status()).isEqualTo(FileStatus.SUCCEEDED);
    assertThat(row().usage()).isEqualTo(new Usage(1, 1));
    assertThat(row().stopReason()).isEqualTo("stop_sequence");
    assertThat(result()).isEqualTo("earlier");
    assertDeleted();
  }

  @Test
  void aFileThatWasDeletedIsAFailureWithoutACall() {
    files.delete(jobs.alice, file.fileId());
    FakeInference model = process(ANSWER);

    assertThat(row().error().code()).isEqualTo("FILE_DELETED");
    assertThat(model.questions).isEmpty();
    assertDeleted();
  }

  @Test
  void aMessageOfAJobThatIsGoneIsDeleted() {
    FakeInference model = new FakeInference(ANSWER);
    process(model, again());

    assertThat(model.questions).isEmpty();
    assertThat(jobs.rows.file(ticket)).isEmpty();
    assertDeleted();
  }

  @Test
  void aMessageOfSettledWorkIsDeletedAndChangesNothing() throws Exception {
    process(ANSWER);
    JobFile before = row();
    FakeInference model = new FakeInference(new Failed("OTHER", "Other.", Usage.NONE));
    process(model, again());

    assertThat(model.questions).isEmpty();
    assertThat(row()).isEqualTo(before);
    assertThat(result()).isEqualTo("answer");
    assertDeleted();
  }

  @ParameterizedTest
  @ValueSource(strings = {"not json", "{\"user_id\":\"u\"}"})
  void aMessageThatNobodyCanReadIsBuried(String body) {
    jobs.sqs.sendMessage(it -> it.queueUrl(jobs.settings.queue().toString()).messageBody(body));
    worker(files, new FakeInference(ANSWER)).process(jobs.queue.receive(1).get(0));

    assertThat(jobs.depth()).containsExactly(0, 0);
    assertThat(jobs.deadDepth()).containsExactly(1, 0);
  }

  @Test
  void anOvertakenWorkerWritesNothingAndLeavesTheMessageToWhoeverHasItNow() {
    process(
        new FakeInference(
            question -> {
              jobs.held(ticket);
              return new Failed("LATE", "Late.", Usage.NONE);
            }));

    assertThat(row().status()).isEqualTo(FileStatus.PROCESSING);
    assertThat(row().fence()).isEqualTo(2);
    assertThat(row().error()).isNull();
    assertGivenBackOrHeld();
  }

  @Test
  void theResultOfWhoeverOvertookStays() throws Exception {
    process(
        new FakeInference(
            question -> {
              Claim.Held other = jobs.held(ticket);
              jobs.claims.succeed(
                  other,
                  jobs.results.keep(ticket, new Answered("theirs", "end_turn", new Usage(1, 1))));
              return ANSWER;
            }));

    assertThat(row().status()).isEqualTo(FileStatus.SUCCEEDED);
    assertThat(row().usage()).isEqualTo(new Usage(1, 1));
    assertThat(result()).isEqualTo("theirs");
  }

  @Test
  void aStoreThatDoesNotAnswerBeforeTheModelWasAskedCostsNoAttempt() {
    commit();
    Files down =
        (Files)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Files.class},
                (proxy, method, arguments) -> {
                  throw SdkClientException.create("down");
                });
    FakeInference model = new FakeInference(ANSWER);
    worker(down, model).process(held(again()));

    assertThat(model.questions).isEmpty();
    assertThat(row().status()).isEqualTo(FileStatus.PROCESSING);
    assertThat(row().attempts()).isZero();
    assertGivenBack();
  }

  private FakeInference process(Outcome outcome) {
    return process(new FakeInference(outcome));
  }

  private FakeInference process(FakeInference model) {
    commit();
    return process(model, again());
  }

  private FakeInference process(FakeInference model, WorkQueue.Received message) {
    worker(files, model).process(held(message));
    return model;
  }

  private ProcessFile worker(Files from, FakeInference model) {
    return new ProcessFile(
        jobs.queue, leases, jobs.claims, jobs.results, from, model, jobs.settings);
  }

  /** As the work loop does before it begins. */
  private WorkQueue.Received held(WorkQueue.Received message) {
    leases.hold(message);
    return message;
  }

  private void commit() {
    jobs.rows.commit(spec, List.of(JobFile.pending(file, 0, TestJobs.NOW)));
  }

  /** A message of this work, and no other in the queue. */
  private WorkQueue.Received again() {
    jobs.sqs.purgeQueue(it -> it.queueUrl(jobs.settings.queue().toString()));
    jobs.queue.send(List.of(ticket));
    return jobs.queue.receive(1).get(0);
  }

  private JobFile row() {
    return jobs.rows.file(ticket).orElseThrow();
  }

  private String result() {
    S3Client s3 = ai.fileprocessing.local.StandIns.shared().s3();
    return s3.getObjectAsBytes(
            it ->
                it.bucket(jobs.settings.resultsBucket())
                    .key("results/" + jobs.alice + "/" + ticket.jobId() + "/" + ticket.fileId()))
        .asUtf8String();
  }

  private void assertDeleted() {
    assertThat(jobs.depth()).containsExactly(0, 0);
    assertThat(jobs.deadDepth()).containsExactly(0, 0);
  }

  private void assertGivenBack() {
    assertGivenBackOrHeld();
    assertThat(jobs.deadDepth()).containsExactly(0, 0);
  }

  private void assertGivenBackOrHeld() {
    List<Integer> depth = jobs.depth();
    assertThat(depth.get(0) + depth.get(1)).isEqualTo(1);
  }
}
