package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.files.Files;
import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.files.TestFiles;
import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.jobs.worker.Lane;
import ai.fileprocessing.jobs.worker.Memory;
import ai.fileprocessing.jobs.worker.Message;
import ai.fileprocessing.jobs.worker.Signal;
import ai.fileprocessing.jobs.worker.Task;
import ai.fileprocessing.jobs.worker.Verdict;
import ai.fileprocessing.jobs.worker.WaitReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileWorkTest {
  private static final Instant NEXT = Instant.ofEpochSecond(TestJobs.NOW + 30);

  private final TestJobs jobs = new TestJobs();
  private final Files files = TestFiles.over(jobs.clock);
  private final StoredFile file = TestFiles.store(files, jobs.alice, "a.txt", "the text");
  private final JobSpec spec = jobs.spec();
  private final Ticket ticket = new Ticket(jobs.alice, spec.jobId(), file.fileId());
  private final FileWork work =
      new FileWork(
          jobs.tickets,
          new Specs(jobs.rows, jobs.clock),
          new ProcessFile(
              jobs.claims,
              new Specs(jobs.rows, jobs.clock),
              jobs.results,
              new ReadInputs(files, jobs.texts, jobs.rows),
              new FakeInference(new Answered("answer", "end_turn", Usage.NONE)),
              new Memory(1 << 20),
              jobs.courses,
              new ConcludeFile(jobs.claims, jobs.ledger, jobs.results, jobs.settings, jobs.clock),
              jobs.settings,
              jobs.clock),
          jobs.row,
          jobs.results);

  FileWorkTest() {
    jobs.commit.commit(TestJobs.draft(spec, List.of(TestJobs.pending(file, 0))), Optional.empty());
  }

  @Test
  void aTicketIsWorkOfItsOwnerAndModel() {
    Task.Open task = open();

    assertThat(task.lane()).isEqualTo(new Lane(jobs.alice, spec.ask().model()));
    assertThat(row().status()).isEqualTo(FileStatus.PENDING);
    assertThat(task.run(jobs.worker.lease())).isEqualTo(new Verdict.Done(Signal.GOOD));
    assertThat(row().status()).isEqualTo(FileStatus.SUCCEEDED);
  }

  @Test
  void whatIsRetriedAfterItsMessageWasReadIsWorkedByTheNewDeadline() {
    jobs.row.fail(ticket, ExpireJob.LATE, Long.MAX_VALUE);
    jobs.clock.tick(jobs.settings.deadline());
    Task.Open task = open();
    jobs.retry.retry(jobs.rows.stored(jobs.alice, spec.jobId()).orElseThrow(), NewRetry.PLAIN);

    assertThat(task.run(jobs.worker.lease())).isEqualTo(new Verdict.Done(Signal.GOOD));
    assertThat(row().status()).isEqualTo(FileStatus.SUCCEEDED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "null",
        "[]",
        "{}",
        "{\"user_id\": \"u\", \"job_id\": \"x\", \"file_id\": \"y\"}"
      })
  void whatIsNoTicketIsUnreadable(String body) {
    assertThat(work.prepare(message(body))).isInstanceOf(Task.Unreadable.class);
    work.dead(message(body));
  }

  @Test
  void aTicketOfAJobThatIsGoneIsNothing() {
    jobs.delete.delete(jobs.rows.stored(jobs.alice, spec.jobId()).orElseThrow());

    assertThat(work.prepare(message())).isInstanceOf(Task.Nothing.class);
    work.dead(message());
    assertThat(jobs.rows.file(ticket)).isEmpty();
  }

  @Test
  void whatIsPutOffSaysWhyUntilItIsBegun() {
    open().putOff(WaitReason.FAIR_SHARE, NEXT);
    assertThat(row().waiting())
        .isEqualTo(new Waiting(WaitReason.FAIR_SHARE, NEXT.getEpochSecond()));

    jobs.held(ticket);
    open().putOff(WaitReason.THROTTLED, NEXT);

    assertThat(row().waiting()).isNull();
    assertThat(row().attemptCount()).isEqualTo(1);
  }

  @Test
  void aDeadLetterEndsItsFileAndSaysSo() {
    Claim.Held stuck = jobs.held(ticket);

    work.dead(message());
    work.dead(message());

    assertThat(row().status()).isEqualTo(FileStatus.FAILED);
    assertThat(row().error().code()).isEqualTo("WORK_ABANDONED");
    assertThat(
            jobs.claims.succeed(
                stuck, new Results.Result(1, Usage.NONE, "end_turn", List.of(), "00"), List.of()))
        .isEqualTo(Claims.Settled.OVERTAKEN);
  }

  @Test
  void aDeadLetterFromBeforeARetryChangesNothing() {
    work.dead(message());
    assertThat(row().status()).isEqualTo(FileStatus.FAILED);
    jobs.clock.tick(Duration.ofHours(1));
    jobs.retry.retry(jobs.rows.stored(jobs.alice, spec.jobId()).orElseThrow(), NewRetry.PLAIN);

    work.dead(message());

    assertThat(row().status()).isEqualTo(FileStatus.PENDING);
  }

  @Test
  void aDeadLetterOfAFileThatHasEndedChangesNothing() {
    open().run(jobs.worker.lease());
    JobFile done = row();

    work.dead(message());

    assertThat(row()).isEqualTo(done);
  }

  private Task.Open open() {
    return (Task.Open) work.prepare(message());
  }

  private Message message() {
    return message(jobs.mapper.writeValueAsString(ticket));
  }

  private static Message message(String body) {
    return new Message(body, "", "receipt", 1, Instant.ofEpochSecond(TestJobs.NOW), Map.of());
  }

  private JobFile row() {
    return jobs.file(ticket);
  }
}
