package ai.fileprocessing.jobs;

import static ai.fileprocessing.platform.TestFloor.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.files.Files;
import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.files.TestFiles;
import ai.fileprocessing.inference.Inference;
import ai.fileprocessing.inference.Parameters;
import ai.fileprocessing.platform.Json;
import ai.fileprocessing.platform.Paging;
import ai.fileprocessing.platform.TestFloor;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;

class SubmitJobTest {
  private final TestJobs jobs = new TestJobs(Map.of("jobs.max.files", "30"));
  private final Files files = TestFiles.over(jobs.clock);
  private final Inference inference =
      new FakeInference(
          question -> {
            throw new AssertionError("nothing is asked at the door");
          });
  private final SubmitJob submit = submit(jobs.queue, jobs.settings);
  private final String alice = jobs.alice;

  @Test
  void aJobIsStoredWholeAndRungForOncePerFile() {
    StoredFile a = TestFiles.store(files, alice, "a.txt", "aaa");
    StoredFile b = TestFiles.store(files, alice, "b.txt", "bb");
    Job job =
        submit.submit(
            alice,
            new NewJob(
                List.of(b.fileId(), a.fileId()),
                "prompt",
                "a-model",
                "each",
                new Parameters(9, null, null, null),
                Map.of("k", "v")));

    assertThat(jobs.rows.find(alice, job.jobId())).contains(job);
    assertThat(job.jobStatus()).isEqualTo(JobStatus.PENDING);
    assertThat(job.prompt()).isEqualTo("prompt");
    assertThat(job.model()).isEqualTo("a-model");
    assertThat(job.mode()).isEqualTo("each");
    assertThat(job.inference()).isEqualTo(new Parameters(9, null, null, null));
    assertThat(job.metadata()).isEqualTo(Map.of("k", "v"));
    assertThat(job.createdAt()).isEqualTo(TestJobs.NOW);
    assertThat(job.inputFiles()).extracting(JobFile::file).containsExactly(b, a);
    assertThat(jobs.depth()).containsExactly(2, 0);
  }

  @Test
  void whatNobodySaysIsTheDefault() {
    Job job = submit.submit(alice, of(store(3)));

    assertThat(job.model()).isEqualTo("default-model");
    assertThat(job.metadata()).isEmpty();
    assertThat(jobs.rows.find(alice, job.jobId())).contains(job);
  }

  @Test
  void aFileTwiceIsRefusedByItsPlace() {
    String a = store(3);
    String b = store(3);

    assertRefused(
        () -> submit.submit(alice, of(a, b, a, b)), 422, "FILE_DUPLICATE", "/files/2", "/files/3");
  }

  @Test
  void unknownAndForeignIdsAreRefusedAlikeByTheirPlaces() {
    String own = store(3);
    String foreign = TestFiles.store(files, TestFloor.user(), "f", "fff").fileId();
    String deleted = store(3);
    files.delete(alice, deleted);

    assertRefused(
        () ->
            submit.submit(
                alice,
                of(own, foreign, jobs.ids.next(), "../../x", deleted, "\0", "x".repeat(5_000))),
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

    assertRefused(
        () -> submit.submit(alice, of(empty, fits, large)),
        422,
        "FILE_UNFIT",
        "/files/0",
        "/files/2");
  }

  @Test
  void aJobMayHaveTheMostFilesAndNotOneMore() {
    List<String> most = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      most.add(store(1));
    }
    Job job = submit.submit(alice, of(most.toArray(String[]::new)));
    assertThat(job.counts().total()).isEqualTo(30);
    assertThat(jobs.depth()).containsExactly(30, 0);

    most.add(store(1));
    assertProblem(
        () -> submit.submit(alice, of(most.toArray(String[]::new))),
        422,
        "TOO_MANY_FILES",
        "/files");
    assertThat(list()).containsExactly(job);
    assertThat(jobs.depth()).containsExactly(30, 0);
  }

  @Test
  void aJobThatCannotBeRungForIsTakenBack() {
    JobsSettings it = jobs.settings;
    JobsSettings noQueue =
        new JobsSettings(
            it.table(),
            it.resultsBucket(),
            URI.create(it.queue() + "-absent"),
            it.deadLetterQueue(),
            it.worker(),
            it.slots(),
            it.attempts(),
            it.lease(),
            it.maxFiles(),
            it.linkLifetime());
    SubmitJob mute = submit(new WorkQueue(jobs.sqs, jobs.sqs, Json.strict(), noQueue), noQueue);
    String file = store(3);

    assertThatThrownBy(() -> mute.submit(alice, of(file))).isInstanceOf(SdkException.class);
    assertThat(list()).isEmpty();
  }

  private void assertRefused(ThrowingCallable call, int status, String code, String... pointers) {
    assertProblem(call, status, code, pointers);
    assertThat(list()).isEmpty();
    assertThat(jobs.depth()).containsExactly(0, 0);
  }

  private SubmitJob submit(WorkQueue queue, JobsSettings settings) {
    return new SubmitJob(files, inference, jobs.rows, queue, jobs.ids, jobs.clock, settings);
  }

  private String store(int size) {
    return TestFiles.store(files, alice, "n", "x".repeat(size)).fileId();
  }

  private List<Job> list() {
    return jobs.rows.list(alice, new Paging(10, Optional.empty()), Optional.empty()).items();
  }

  private static NewJob of(String... fileIds) {
    return new NewJob(Arrays.asList(fileIds), "p", null, null, null, null);
  }
}
