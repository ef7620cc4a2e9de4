package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.inference.Ask;
import ai.fileprocessing.inference.Parameters;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.jobs.worker.WaitReason;
import ai.fileprocessing.platform.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class JobTest {
  private static final JobSpec SPEC =
      new JobSpec(
          "u",
          "j",
          new Ask("m", new Parameters(1, null, null, null), "p"),
          Mode.EACH,
          null,
          1,
          Map.of(),
          100,
          900,
          null);

  @ParameterizedTest
  @CsvSource({
    "1,0,0,0,PENDING",
    "3,0,0,0,PENDING",
    "0,1,0,0,PROCESSING",
    "1,1,0,0,PROCESSING",
    "1,0,1,0,PROCESSING",
    "1,0,0,1,PROCESSING",
    "0,1,1,0,PROCESSING",
    "0,1,0,1,PROCESSING",
    "1,1,1,1,PROCESSING",
    "0,0,1,0,COMPLETED",
    "0,0,3,0,COMPLETED",
    "0,0,1,1,PARTIAL",
    "0,0,0,1,ERROR",
    "0,0,0,3,ERROR"
  })
  void theStatusIsToldByTheFiles(
      int pending, int processing, int succeeded, int failed, JobStatus status) {
    List<JobFile> files = new ArrayList<>();
    add(files, pending, FileStatus.PENDING);
    add(files, processing, FileStatus.PROCESSING);
    add(files, succeeded, FileStatus.SUCCEEDED);
    add(files, failed, FileStatus.FAILED);

    Job job = of(files);

    assertThat(job.jobStatus()).isEqualTo(status);
    assertThat(job.counts())
        .isEqualTo(
            new Job.Counts(
                pending + processing + succeeded + failed,
                pending,
                processing,
                succeeded,
                failed,
                0));
    assertThat(job.finishedAt() != null).isEqualTo(pending + processing == 0);
    assertThat(job.jobError() != null).isEqualTo(status == JobStatus.ERROR);
  }

  @Test
  void aJobOfWhichSomethingWasCancelledIsCancelledOnceAllHasEnded() {
    assertThat(status(FileStatus.SUCCEEDED, FileStatus.CANCELLED)).isEqualTo(JobStatus.CANCELLED);
    assertThat(status(FileStatus.FAILED, FileStatus.CANCELLED)).isEqualTo(JobStatus.CANCELLED);
    assertThat(status(FileStatus.PROCESSING, FileStatus.CANCELLED)).isEqualTo(JobStatus.PROCESSING);
  }

  @Test
  void aJobSaysWhyNothingOfItRuns() {
    Waiting throttled = new Waiting(WaitReason.THROTTLED, 500L);
    Waiting backoff = new Waiting(WaitReason.RETRY_BACKOFF, 400L);

    assertThat(job(waiting(0, throttled), waiting(1, backoff)).waiting()).isEqualTo(backoff);
    assertThat(job(waiting(0, throttled), waiting(1, Waiting.QUEUED)).waiting())
        .isEqualTo(Waiting.QUEUED);
    assertThat(job(waiting(0, throttled), file(1, FileStatus.PROCESSING)).waiting()).isNull();
    assertThat(job(file(0, FileStatus.SUCCEEDED)).waiting()).isNull();
    assertThat(job(file(0, FileStatus.SUCCEEDED), waiting(1, throttled)).waiting())
        .isEqualTo(throttled);
  }

  @Test
  void theVersionIsTheSumOfAllChanges() {
    assertThat(job(file(0, FileStatus.PENDING), file(1, FileStatus.FAILED)).version()).isEqualTo(6);
  }

  /** What is finished never turns back, whichever file goes on next. */
  @Test
  void theStatusOnlyMovesForwardWhileItsFilesDo() {
    for (int first = 0; first < 5; first++) {
      for (int second = 0; second < 5; second++) {
        for (int later = first + 1; later < 5 && first < 2; later++) {
          JobStatus before = status(first, second);
          JobStatus after = status(later, second);
          assertThat(rank(after))
              .as("%s to %s", before, after)
              .isGreaterThanOrEqualTo(rank(before));
        }
      }
    }
  }

  @Test
  void filesStandInTheOrderInWhichTheyWereGiven() {
    Job job =
        of(
            List.of(
                file(2, FileStatus.PENDING),
                file(0, FileStatus.PENDING),
                file(1, FileStatus.PENDING)));

    assertThat(job.inputFiles())
        .extracting(it -> it.progress().position())
        .containsExactly(0, 1, 2);
  }

  @Test
  void usageAndTimesAreSumsOverTheFiles() {
    Job job = of(List.of(file(0, FileStatus.SUCCEEDED), file(7, FileStatus.FAILED)));

    assertThat(job.usage()).isEqualTo(new Usage(20, 4, 0, 0, 14));
    assertThat(job.createdAt()).isEqualTo(100);
    assertThat(job.updatedAt()).isEqualTo(207);
    assertThat(job.finishedAt()).isEqualTo(207);
  }

  @ParameterizedTest
  @CsvSource({
    "PENDING,PENDING",
    "PROCESSING,PROCESSING",
    "SUCCEEDED,COMPLETED",
    "FAILED,ERROR",
    "CANCELLED,CANCELLED"
  })
  void inModeTogetherEveryInputShowsWhatHasBecomeOfAll(FileStatus unit, JobStatus status) {
    Job job = together(file(0, unit));

    assertThat(job.jobStatus()).isEqualTo(status);
    assertThat(job.mode()).isEqualTo("together");
    assertThat(job.counts().total()).isEqualTo(3);
    assertThat(job.inputFiles())
        .extracting(it -> it.file().fileId())
        .containsExactly("f0", "f1", "f2");
    assertThat(job.inputFiles())
        .extracting(JobFile::source)
        .containsExactly(JobFile.Source.FILE, JobFile.Source.FILE, JobFile.Source.TEXT);
    assertThat(job.inputFiles()).extracting(JobFile::status).containsOnly(unit);
    assertThat(job.inputFiles()).extracting(JobFile::error).containsOnly(file(0, unit).error());
    assertThat(job.inputFiles()).extracting(JobFile::waiting).containsOnly(file(0, unit).waiting());
    assertThat(job.inputFiles()).extracting(JobFile::attemptCount).containsOnly(1);
    assertThat(job.finishedAt() != null).isEqualTo(unit.isTerminal());
  }

  @Test
  void inModeTogetherWhatIsUsedIsTheJobsAndCountedOnce() {
    Job job = together(file(0, FileStatus.SUCCEEDED));

    assertThat(job.usage()).isEqualTo(new Usage(10, 2, 0, 0, 7));
    assertThat(job.estimatedCost()).isEqualTo(7);
    assertThat(job.inputFiles()).extracting(JobFile::usage).containsOnly(Usage.NONE);
  }

  @Test
  void inModeTogetherAnErrorIsThatOfAll() {
    assertThat(together(file(0, FileStatus.FAILED)).jobError()).isEqualTo("CODE: Message 0.");
  }

  @Test
  void inModeTogetherTheVersionRisesWithEveryChange() {
    JobFile before = file(0, FileStatus.PROCESSING);
    JobFile.Progress was = before.progress();
    JobFile after =
        new JobFile(
            before.file(),
            before.source(),
            FileStatus.SUCCEEDED,
            null,
            null,
            before.attempts(),
            1,
            before.usage(),
            "end_turn",
            new JobFile.Progress(
                0,
                1,
                "",
                false,
                0,
                was.changes() + 1,
                was.updatedAt(),
                0,
                List.of(),
                null,
                JobFile.Mishaps.NONE));

    assertThat(together(after).version()).isGreaterThan(together(before).version());
  }

  @Test
  void anErrorSaysWhyInTheWordsOfTheFirstFile() {
    assertThat(of(List.of(file(0, FileStatus.FAILED))).jobError()).isEqualTo("CODE: Message 0.");
    assertThat(of(List.of(file(1, FileStatus.FAILED), file(0, FileStatus.FAILED))).jobError())
        .isEqualTo("None of the 2 files has a result. The first failed with CODE: Message 0.");
  }

  @Test
  void inJsonAJobHasTheFieldsOfTheContractAndNoneOfOurs() {
    JsonNode json =
        Json.strict()
            .valueToTree(of(List.of(file(0, FileStatus.SUCCEEDED), file(1, FileStatus.FAILED))));

    assertThat(json.propertyNames())
        .contains(
            "job_id",
            "user_id",
            "job_status",
            "prompt",
            "model",
            "mode",
            "input_files",
            "counts",
            "usage",
            "estimated_cost",
            "created_at",
            "updated_at",
            "finished_at",
            "job_error",
            "metadata");
    assertThat(json.path("job_error").isNull()).isTrue();
    assertThat(json.at("/input_files/0").propertyNames())
        .containsExactlyInAnyOrder(
            "file_id",
            "filename",
            "content_type",
            "size",
            "sha256",
            "user_id",
            "last_modified",
            "source",
            "status",
            "attempts",
            "attempt_count",
            "usage",
            "stop_reason");
    assertThat(json.at("/input_files/1/error").propertyNames())
        .containsExactlyInAnyOrder("code", "message");
    assertThat(json.at("/usage").propertyNames())
        .containsExactlyInAnyOrder(
            "input_tokens",
            "output_tokens",
            "cache_read_tokens",
            "cache_write_tokens",
            "estimated_cost");
  }

  private static JobStatus status(int first, int second) {
    return status(FileStatus.values()[first], FileStatus.values()[second]);
  }

  private static JobStatus status(FileStatus first, FileStatus second) {
    return job(file(0, first), file(1, second)).jobStatus();
  }

  /** Over two files and a text, whose rows come in another order. */
  private static Job together(JobFile unit) {
    List<JobInput> parts =
        List.of(
            new JobInput(file(2, unit.status()).file(), JobFile.Source.TEXT, 2),
            new JobInput(file(0, unit.status()).file(), JobFile.Source.FILE, 0),
            new JobInput(file(1, unit.status()).file(), JobFile.Source.FILE, 1));
    return Job.of(TestJobs.together(SPEC, 3), new JobFiles(List.of(unit), parts));
  }

  private static Job of(List<JobFile> files) {
    return Job.of(SPEC, TestJobs.each(files));
  }

  private static Job job(JobFile... files) {
    return of(List.of(files));
  }

  private static JobFile waiting(int position, Waiting waiting) {
    JobFile it = file(position, FileStatus.PENDING);
    return new JobFile(
        it.file(),
        it.source(),
        it.status(),
        null,
        waiting,
        it.attempts(),
        it.attemptCount(),
        it.usage(),
        null,
        it.progress());
  }

  private static int rank(JobStatus status) {
    return Math.min(status.ordinal(), JobStatus.COMPLETED.ordinal());
  }

  private static void add(List<JobFile> files, int count, FileStatus status) {
    for (int i = 0; i < count; i++) {
      files.add(file(files.size(), status));
    }
  }

  private static JobFile file(int position, FileStatus status) {
    return new JobFile(
        new StoredFile("f" + position, "n", "text/plain", null, 1, "00", "u", 1),
        JobFile.Source.FILE,
        status,
        status == FileStatus.FAILED ? new JobFile.Error("CODE", "Message " + position + ".") : null,
        status.isTerminal() || status == FileStatus.PROCESSING ? null : Waiting.QUEUED,
        List.of(),
        1,
        new Usage(10, 2, 0, 0, 7),
        status == FileStatus.SUCCEEDED ? "end_turn" : null,
        new JobFile.Progress(
            position,
            1,
            "",
            false,
            0,
            3,
            200 + position,
            0,
            List.of(),
            null,
            JobFile.Mishaps.NONE));
  }
}
