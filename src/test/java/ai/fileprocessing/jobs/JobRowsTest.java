package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.inference.Ask;
import ai.fileprocessing.inference.Output;
import ai.fileprocessing.inference.Parameters;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.platform.Page;
import ai.fileprocessing.platform.Paging;
import ai.fileprocessing.platform.TestFloor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class JobRowsTest {
  private final TestJobs jobs = new TestJobs();
  private final JobRows rows = jobs.rows;
  private final String alice = jobs.alice;

  @Test
  void aSpecIsReadFromItsRowAsItWasWritten() {
    JobSpec spec =
        new JobSpec(
            alice,
            jobs.ids.next(),
            new Ask(
                "arn:aws:x/y:1",
                new Parameters(7, null, 0.9, List.of("a", "b")),
                "Zeile 1\n\"\u00fc\" \uD83D\uDE00"),
            Mode.TOGETHER,
            "a-prompt",
            3,
            Map.of("k", "", "\u00fc/", "v"),
            5,
            6,
            null);
    Map<String, AttributeValue> row = jobs.format.row(spec, 7, 8);

    assertThat(jobs.format.spec(row)).isEqualTo(spec);
    assertThat(JobRowFormat.marks(row)).isEqualTo(new StoredJob.Marks(false, false, 0, "", ""));
    assertThat(JobRowFormat.isJob(row)).isTrue();
    assertThat(JobRowFormat.jobId(row)).isEqualTo(spec.jobId());
  }

  @Test
  void aLimitIsReadFromItsRowAndIsInNoOther() {
    JobSpec spec = TestJobs.limited(jobs.spec(), 5);

    assertThat(jobs.format.spec(jobs.format.row(spec, 7, 8))).isEqualTo(spec);
    assertThat(jobs.format.row(jobs.spec(), 7, 8)).doesNotContainKey("max_cost");
  }

  @Test
  void theFormOfTheResultsIsReadFromTheRowAsItWasWritten() {
    Output output =
        new Output(
            Output.Format.JSON,
            jobs.mapper.readTree(
                "{\"type\":\"object\",\"properties\":{\"\u00fc\":{\"minimum\":0.5}}}"));
    JobSpec plain = jobs.spec();
    JobSpec spec =
        new JobSpec(
            alice,
            plain.jobId(),
            new Ask("m", plain.ask().parameters(), "p", output),
            Mode.EACH,
            null,
            1,
            Map.of(),
            5,
            6,
            null);

    assertThat(jobs.format.spec(jobs.format.row(spec, 7, 8))).isEqualTo(spec);
    assertThat(jobs.format.row(plain, 7, 8)).doesNotContainKey("output");
    assertThat(jobs.format.spec(jobs.format.row(plain, 7, 8)).ask().output())
        .isEqualTo(Output.TEXT);
  }

  @Test
  void aPendingFileIsReadFromItsRowAsItWasWritten() {
    JobFile file =
        JobFile.pending(
            new JobInput(
                new StoredFile(
                    jobs.ids.next(), "\u00fc/\"", "text/plain", "x/y; a=b", 9, "ab", alice, 3),
                JobFile.Source.TEXT,
                42),
            6);
    Map<String, AttributeValue> row = jobs.format.row("job", file, 7);

    assertThat(JobRowFormat.file(row)).isEqualTo(file);
    assertThat(JobRowFormat.isJob(row)).isFalse();
    assertThat(JobRowFormat.jobId(row)).isEqualTo("job");
  }

  @Test
  void aSettledFileIsReadWithAllThatCameLater() {
    JobFile file = jobs.pending(alice, 1).get(0);
    Map<String, AttributeValue> row = new HashMap<>(jobs.format.row("job", file, 7));
    row.put("status", AttributeValue.fromS("FAILED"));
    row.put("error_code", AttributeValue.fromS("C"));
    row.put("error_message", AttributeValue.fromS("M"));
    row.put("attempts", AttributeValue.fromN("3"));
    row.put("fence", AttributeValue.fromN("4"));
    row.put("input_tokens", AttributeValue.fromN("5000000000"));
    row.put("output_tokens", AttributeValue.fromN("6"));
    row.put("stop_reason", AttributeValue.fromS("end_turn"));
    row.put("changes", AttributeValue.fromN("5"));
    row.put("slow", AttributeValue.fromN("2"));
    row.put("lost", AttributeValue.fromN("1"));
    row.put(
        "calls",
        JobRowFormat.attempts(List.of(new Attempt(9, "CODE", 12, new Usage(1, 2, 0, 0, 0), null))));

    assertThat(JobRowFormat.file(row))
        .isEqualTo(
            new JobFile(
                file.file(),
                JobFile.Source.FILE,
                FileStatus.FAILED,
                new JobFile.Error("C", "M"),
                null,
                List.of(new Attempt(9, "CODE", 12, new Usage(1, 2, 0, 0, 0), null)),
                3,
                new Usage(5_000_000_000L, 6, 0, 0, 0),
                "end_turn",
                new JobFile.Progress(
                    0,
                    4,
                    "",
                    false,
                    TestJobs.NOW,
                    5,
                    TestJobs.NOW,
                    0,
                    List.of(),
                    null,
                    new JobFile.Mishaps(2, 1))));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 24, 25, 26, 250})
  void aJobOfAnySizeIsReadWholeAndInOrder(int count) {
    JobSpec spec = jobs.spec();
    List<JobFile> files = jobs.pending(alice, count);
    jobs.commit.commit(TestJobs.draft(spec, files), Optional.empty());

    assertThat(rows.find(alice, spec.jobId())).contains(Job.of(spec, TestJobs.each(files)));
    assertThat(rows.spec(alice, spec.jobId())).contains(spec);
    assertThat(rows.file(new Ticket(alice, spec.jobId(), files.get(count - 1).file().fileId())))
        .contains(files.get(count - 1));
    assertThat(list(10, Optional.empty()).items())
        .containsExactly(Job.of(spec, TestJobs.each(files)));
  }

  @Test
  void aJobInModeTogetherIsReadWholeAndInOrder() {
    JobSpec spec = TestJobs.together(jobs.spec(), 32);
    Draft draft = jobs.together(spec, 30, Map.of("a", "text a", "b", "text b"));
    jobs.commit.commit(draft, Optional.empty());

    assertThat(rows.find(alice, spec.jobId())).contains(draft.job());
    assertThat(rows.spec(alice, spec.jobId())).contains(spec);
    assertThat(list(10, Optional.empty()).items()).containsExactly(draft.job());
    assertThat(rows.parts(spec)).isEqualTo(draft.files().parts());
    assertThat(rows.file(TestJobs.result(draft.job()))).contains(draft.files().units().get(0));
    assertThat(rows.isPart(TestJobs.result(draft.job()))).isFalse();
    assertThat(rows.file(TestJobs.ticket(draft.job(), 0))).isEmpty();
    assertThat(rows.isPart(TestJobs.ticket(draft.job(), 0))).isTrue();
  }

  @Test
  void jobsOfBothModesAreListedBesideEachOther() {
    List<Job> expected = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      expected.add(0, i % 2 == 0 ? jobs.together(alice, 3) : jobs.job(alice, 2));
    }

    assertThat(all(2, Optional.empty())).isEqualTo(expected);
  }

  @Test
  void aTextIsReadFromARowThatNoReadingOfJobsReads() {
    JobSpec spec = TestJobs.together(jobs.spec(), 1);
    Draft draft = jobs.together(spec, 0, Map.of("a", "\u00fc"));
    jobs.commit.commit(draft, Optional.empty());
    String fileId = draft.files().parts().get(0).file().fileId();

    assertThat(jobs.texts.find(new Ticket(alice, spec.jobId(), fileId)))
        .hasValueSatisfying(it -> assertThat(it).isEqualTo(new byte[] {(byte) 0xc3, (byte) 0xbc}));
    assertThat(
            jobs.dynamodb
                .query(
                    it ->
                        it.tableName(jobs.settings.table())
                            .keyConditionExpression("user_id = :user")
                            .expressionAttributeValues(
                                Map.of(":user", AttributeValue.fromS(alice))))
                .items())
        .hasSize(3)
        .noneMatch(it -> it.containsKey("content"));
  }

  @Test
  void aPartIsNoOpenWorkAndNobodyCanClaimIt() {
    Job job = jobs.together(alice, 3);

    assertThat(jobs.admission.admit(alice, 1).filesLeft()).isEqualTo(jobs.settings.openFiles() - 2);
    assertThat(jobs.claim(TestJobs.ticket(job, 0))).isInstanceOf(Claim.Over.class);
    jobs.fail(TestJobs.ticket(job, 0), new JobFile.Error("C", "M"));
    assertThat(rows.find(alice, job.jobId())).contains(job);
  }

  @Test
  void aJobWhoseTimeIsOverIsNotThereBeforeDynamoDbRemovesIt() {
    Job job = jobs.job(alice, 2);
    jobs.clock.tick(jobs.settings.deadline().plus(jobs.settings.retention()));

    assertThat(rows.find(alice, job.jobId())).isEmpty();
    assertThat(list(10, Optional.empty()).items()).isEmpty();
  }

  @Test
  void aJobIsNeverWrittenOver() {
    Job job = jobs.job(alice, 2);
    JobSpec other =
        new JobSpec(
            alice,
            job.jobId(),
            new Ask("m", job.inference(), "other"),
            Mode.EACH,
            null,
            0,
            Map.of(),
            TestJobs.NOW,
            9,
            null);

    jobs.commit.commit(TestJobs.draft(other, List.of()), Optional.empty());
    assertThat(rows.find(alice, job.jobId())).contains(job);
  }

  @Test
  void aJobThatIsBeingDeletedIsNotThere() {
    Job kept = jobs.job(alice, 2);
    Job job = jobs.job(alice, 3);
    jobs.marks.delete(jobs.stored(job).spec());

    assertThat(rows.find(alice, job.jobId())).isEmpty();
    assertThat(rows.seen(alice, job.jobId())).isEmpty();
    assertThat(list(10, Optional.empty()).items()).containsExactly(kept);
    assertThat(jobs.stored(job).marks().deleting()).isTrue();
  }

  @Test
  void anotherUserSeesNothing() {
    Job job = jobs.job(alice, 1);
    String mallory = TestFloor.user();

    assertThat(rows.find(mallory, job.jobId())).isEmpty();
    assertThat(rows.spec(mallory, job.jobId())).isEmpty();
    assertThat(rows.list(mallory, new Paging(10, Optional.empty()), Optional.empty()).items())
        .isEmpty();
    assertThat(
            rows.list(mallory, new Paging(10, Optional.of(job.jobId())), Optional.empty()).items())
        .isEmpty();
  }

  @Test
  void theListIsNewestFirstInPagesWithoutGapsOrDoubles() {
    List<Job> expected = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      expected.add(jobs.job(alice, 1 + i * 7 % 40));
    }
    Collections.reverse(expected);

    for (int limit : List.of(1, 3, 5, 12, 100)) {
      assertThat(all(limit, Optional.empty())).as("limit %d", limit).isEqualTo(expected);
    }
  }

  @Test
  void theListHoldsOnlyJobsOfTheWantedStatus() {
    List<Job> pending = new ArrayList<>();
    List<String> completed = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Job job = jobs.job(alice, 1);
      if (i % 2 == 0) {
        pending.add(job);
      } else {
        Claim.Held held = jobs.held(TestJobs.ticket(job, 0));
        jobs.claims.succeed(
            held, new Results.Result(1, Usage.NONE, "end_turn", List.of(), "00"), List.of());
        completed.add(job.jobId());
      }
    }
    Collections.reverse(pending);
    Collections.reverse(completed);

    assertThat(all(2, Optional.of(JobStatus.PENDING))).isEqualTo(pending);
    assertThat(all(2, Optional.of(JobStatus.COMPLETED)))
        .extracting(Job::jobId)
        .isEqualTo(completed);
    assertThat(all(2, Optional.of(JobStatus.ERROR))).isEmpty();
  }

  @Test
  void aPageEndsHoweverManyFilesWithoutTheirJobsThereAre() {
    Job older = jobs.job(alice, 1);
    for (int i = 0; i < 4; i++) {
      JobSpec lost = jobs.spec();
      jobs.fileRows.write(TestJobs.draft(lost, jobs.pending(alice, 2_000)));
    }

    Page<Job> first = list(100, Optional.empty());

    assertThat(first.items()).isEmpty();
    assertThat(rows.list(alice, new Paging(100, first.next()), Optional.empty()).items())
        .containsExactly(older);
  }

  @Test
  void filesWithoutTheirJobAreNobodys() {
    Job older = jobs.job(alice, 2);
    Job lost = jobs.job(alice, 3);
    Job newer = jobs.job(alice, 1);
    jobs.dynamodb.deleteItem(
        it -> it.tableName(jobs.settings.table()).key(JobRowFormat.key(alice, lost.jobId())));

    assertThat(rows.find(alice, lost.jobId())).isEmpty();
    assertThat(rows.find(alice, older.jobId())).contains(older);
    assertThat(list(10, Optional.empty()).items()).containsExactly(newer, older);
    assertThat(all(1, Optional.empty())).containsExactly(newer, older);
  }

  @Test
  void filesWithoutTheirJobAreNobodysAlsoWhereNoJobIsOlder() {
    Job lost = jobs.job(alice, 3);
    jobs.dynamodb.deleteItem(
        it -> it.tableName(jobs.settings.table()).key(JobRowFormat.key(alice, lost.jobId())));

    assertThat(list(10, Optional.empty()).items()).isEmpty();
  }

  private List<Job> all(int limit, Optional<JobStatus> status) {
    List<Job> seen = new ArrayList<>();
    Optional<String> after = Optional.empty();
    do {
      Page<Job> page = rows.list(alice, new Paging(limit, after), status);
      assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
      seen.addAll(page.items());
      after = page.next();
    } while (after.isPresent());
    return seen;
  }

  private Page<Job> list(int limit, Optional<String> after) {
    return rows.list(alice, new Paging(limit, after), Optional.empty());
  }
}
