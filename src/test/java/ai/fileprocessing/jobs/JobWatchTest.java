package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.platform.TestFloor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobWatchTest {
  private static final Duration LONG = Duration.ofMinutes(15);

  private final WatchedJobs jobs = new WatchedJobs();
  private final TickingScheduler scheduler = new TickingScheduler();
  private final JobWatch watch =
      new JobWatch(
          jobs.door(),
          scheduler,
          JobsSettings.from(
              TestFloor.settings(Map.of("jobs.watches", "5", "jobs.caller.watches", "3"))));
  private final Job job = jobs.job("alice", "job", 2);

  /** Notes what it is shown, and goes on until it has seen a change. */
  private static class Patient implements Watcher {
    final List<Optional<Job>> seen = new ArrayList<>();
    int beats;
    int ends;
    boolean goesOn = true;

    @Override
    public boolean see(Optional<Job> now) {
      seen.add(now);
      return goesOn;
    }

    @Override
    public boolean beat() {
      beats++;
      return goesOn;
    }

    @Override
    public void end() {
      ends++;
    }
  }

  @Test
  void aChangeIsSeenSoonAndTheWatchEndsWhenTheWatcherHasSeenEnough() {
    Patient watcher = new Patient();
    watch.watch(job, LONG, watcher);
    jobs.change(job, 0, FileStatus.PROCESSING);
    watcher.goesOn = false;

    scheduler.tick(Duration.ofMillis(300));

    assertThat(watcher.seen).containsExactly(Optional.of(jobs.now(job)));
    assertThat(watcher.ends).isZero();
    scheduler.tick(LONG);
    assertThat(jobs.reads()).isEqualTo(1);
    assertThat(scheduler.waiting()).isZero();
  }

  @Test
  void nothingIsReadAndNothingIsLeftAfterTheTimeIsOver() {
    Patient watcher = new Patient();
    watch.watch(job, Duration.ofSeconds(2), watcher);

    scheduler.tick(Duration.ofSeconds(2));

    assertThat(watcher.ends).isEqualTo(1);
    assertThat(watch.size()).isZero();
    int reads = jobs.reads();
    scheduler.tick(LONG);
    assertThat(jobs.reads()).isEqualTo(reads);
    assertThat(scheduler.waiting()).isZero();
    assertThat(watcher.ends).isEqualTo(1);
  }

  @Test
  void allWhoWatchOneJobShareItsReads() {
    Patient first = new Patient();
    Patient second = new Patient();
    watch.watch(job, LONG, first);
    watch.watch(job, LONG, second);

    scheduler.tick(Duration.ofMillis(300));

    assertThat(jobs.reads()).isEqualTo(1);
    assertThat(first.seen).hasSize(1);
    assertThat(second.seen).hasSize(1);
  }

  @Test
  void whoComesBackAfterAllHaveLeftDoesNotDoubleTheReads() {
    Patient first = new Patient();
    first.goesOn = false;
    watch.watch(job, LONG, first);
    scheduler.tick(Duration.ofMillis(300));
    Patient second = new Patient();
    watch.watch(job, LONG, second);

    scheduler.tick(Duration.ofMillis(300));

    assertThat(second.seen).hasSize(1);
    assertThat(jobs.reads()).isEqualTo(2);
  }

  @Test
  void aLargeJobIsReadLessOftenThanASmallOne() {
    Job large = jobs.job("alice", "large", 1_000);
    Patient ofLarge = new Patient();
    Patient ofSmall = new Patient();
    watch.watch(large, LONG, ofLarge);
    watch.watch(job, LONG, ofSmall);

    scheduler.tick(Duration.ofSeconds(2));

    assertThat(ofLarge.seen).hasSize(1);
    assertThat(ofSmall.seen).hasSizeGreaterThan(3);
  }

  @Test
  void whatStaysQuietIsReadLessAndLessAndAChangeMakesItLivelyAgain() {
    Patient watcher = new Patient();
    watch.watch(job, LONG, watcher);
    scheduler.tick(Duration.ofMinutes(5));
    int before = jobs.reads();
    scheduler.tick(Duration.ofMinutes(1));
    assertThat(jobs.reads() - before).isBetween(11, 13);

    jobs.change(job, 0, FileStatus.PROCESSING);
    scheduler.tick(Duration.ofSeconds(5));
    before = jobs.reads();
    scheduler.tick(Duration.ofSeconds(1));

    assertThat(jobs.reads() - before).isBetween(2, 4);
  }

  @Test
  void aStoreThatDoesNotAnswerForAWhileEndsNothing() {
    Patient watcher = new Patient();
    watch.watch(job, LONG, watcher);
    jobs.fail(true);
    scheduler.tick(Duration.ofSeconds(3));
    assertThat(watcher.seen).isEmpty();

    jobs.fail(false);
    jobs.change(job, 1, FileStatus.PROCESSING);
    scheduler.tick(Duration.ofSeconds(1));

    assertThat(watcher.ends).isZero();
    assertThat(watcher.seen).isNotEmpty();
  }

  @Test
  void aJobThatIsGoneIsShownAsGone() {
    Patient watcher = new Patient();
    watch.watch(job, LONG, watcher);
    jobs.delete(job);

    scheduler.tick(Duration.ofMillis(300));

    assertThat(watcher.seen).containsExactly(Optional.empty());
  }

  @Test
  void aStopEndsEveryWatchAtOnceAndThoseThatComeLaterToo() {
    watch.begin();
    Patient before = new Patient();
    watch.watch(job, LONG, before);

    watch.stop();
    Patient after = new Patient();
    watch.watch(job, LONG, after);

    assertThat(before.ends).isEqualTo(1);
    assertThat(after.ends).isEqualTo(1);
    scheduler.tick(Duration.ofSeconds(5));
    assertThat(scheduler.waiting()).isZero();
  }

  @Test
  void whoIsFoundGoneByTheBeatIsWatchedForNoLonger() {
    watch.begin();
    Patient gone = new Patient();
    Patient there = new Patient();
    watch.watch(job, LONG, gone);
    watch.watch(job, LONG, there);
    scheduler.tick(Duration.ofSeconds(14));
    assertThat(gone.beats).isZero();
    gone.goesOn = false;

    scheduler.tick(Duration.ofSeconds(31));

    assertThat(watch.size()).isEqualTo(1);
    assertThat(there.beats).isEqualTo(3);
  }

  @Test
  void aWatcherThatFailsHarmsNobodyElse() {
    watch.watch(
        job,
        LONG,
        new Patient() {
          @Override
          public boolean see(Optional<Job> now) {
            throw new IllegalStateException("closed");
          }
        });
    Patient other = new Patient();
    watch.watch(job, LONG, other);

    scheduler.tick(Duration.ofSeconds(1));

    assertThat(other.seen).hasSizeGreaterThan(1);
    assertThat(watch.size()).isEqualTo(1);
  }

  @Test
  void oneCallerCannotHaveMoreWatchesThanItsShareUntilOneEnds() {
    Patient first = new Patient();
    watch.watch(job, LONG, first);
    watch.watch(job, LONG, new Patient());
    watch.watch(job, LONG, new Patient());

    TestFloor.assertProblem(() -> watch.watch(job, LONG, new Patient()), 429, "TOO_MANY_WATCHES");
    first.goesOn = false;
    scheduler.tick(Duration.ofMillis(300));
    watch.watch(job, LONG, new Patient());

    assertThat(watch.size()).isEqualTo(3);
  }

  @Test
  void allCallersTogetherCannotHaveMoreThanTheProcessBears() {
    Job other = jobs.job("bob", "other", 1);
    watch.watch(job, LONG, new Patient());
    watch.watch(job, LONG, new Patient());
    watch.watch(job, LONG, new Patient());
    watch.watch(other, LONG, new Patient());
    watch.watch(other, LONG, new Patient());

    TestFloor.assertProblem(
        () -> watch.watch(other, LONG, new Patient()), 503, "WATCHES_EXHAUSTED");
  }

  @Test
  void anExecutorThatTakesNoMoreEndsTheWatch() {
    scheduler.shutdown();
    Patient watcher = new Patient();

    watch.watch(job, LONG, watcher);

    assertThat(watcher.ends).isEqualTo(1);
    assertThat(watch.size()).isZero();
  }
}
