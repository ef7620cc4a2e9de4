package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.inference.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.exception.SdkClientException;

@Timeout(60)
class ExpireJobTest {
  private static final Results.Result RESULT =
      new Results.Result(1, Usage.NONE, "end_turn", List.of(), "00");

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final TestJobs jobs = new TestJobs();
  private final Job job = jobs.job(jobs.alice, 20);

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  @Test
  void severalFilesAreEndedAtOnceSoThatAJobOfThousandsEndsInOneVisit() {
    CountDownLatch eight = new CountDownLatch(8);
    expire(
        () -> {
          eight.countDown();
          await(eight);
        });

    assertThat(jobs.stored(job).files().units())
        .allSatisfy(it -> assertThat(it.error()).isEqualTo(ExpireJob.LATE));
  }

  @Test
  void whatIsCutShortGoesOnAtTheNextVisitAndTouchesNoFileTwice() {
    jobs.claims.succeed(jobs.held(ticket(0)), RESULT, List.of());
    jobs.clock.tick(Duration.ofHours(24));
    AtomicInteger calls = new AtomicInteger();
    assertThatThrownBy(
            () ->
                expire(
                    () -> {
                      if (calls.incrementAndGet() > 10) {
                        throw SdkClientException.create("down");
                      }
                    }))
        .isInstanceOf(SdkClientException.class);
    assertThat(jobs.stored(job).open()).isNotEmpty().hasSizeLessThan(19);

    jobs.clock.tick(Duration.ofMinutes(1));
    jobs.expire.expire(jobs.stored(job));

    assertThat(jobs.stored(job).open()).isEmpty();
    assertThat(jobs.file(ticket(0)).status()).isEqualTo(FileStatus.SUCCEEDED);
    for (int i = 1; i < 20; i++) {
      assertThat(jobs.file(ticket(i)).progress().changes()).isOne();
    }
  }

  @Test
  void whatIsInWorkAtTheDeadlineTellsThatACallMayBeMissing() {
    jobs.held(ticket(0));
    jobs.heldByTheDead(ticket(1));
    jobs.clock.tick(Duration.ofHours(24));

    jobs.expire.expire(jobs.stored(job));

    for (int i = 0; i < 2; i++) {
      JobFile ended = jobs.file(ticket(i));
      assertThat(ended.error()).isEqualTo(ExpireJob.LATE);
      assertThat(ended.attempts()).extracting(Attempt::outcome).containsExactly("CUT_OFF");
      assertThat(Manifest.of(jobs.stored(job).spec(), ended, List.of()).callsComplete()).isFalse();
    }
    JobFile waiting = jobs.file(ticket(2));
    assertThat(waiting.attempts()).isEmpty();
    assertThat(Manifest.of(jobs.stored(job).spec(), waiting, List.of()).callsComplete()).isTrue();
  }

  @Test
  void whatChangesHandsAtTheDeadlineEndsAllTheSame() {
    jobs.heldByTheDead(ticket(0));
    jobs.clock.tick(Duration.ofHours(24));
    StoredJob seen = jobs.stored(job);
    jobs.held(ticket(0));

    jobs.expire.expire(seen);

    assertThat(jobs.file(ticket(0)).error()).isEqualTo(ExpireJob.LATE);
  }

  private void expire(Runnable beforeEach) {
    FileRow row = new TestJobs(Map.of(), TestJobs.before("updateItem", beforeEach)).row;
    new ExpireJob(row, new InParallel(threads), jobs.meters).expire(jobs.stored(job));
  }

  private Ticket ticket(int position) {
    return TestJobs.ticket(job, position);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
