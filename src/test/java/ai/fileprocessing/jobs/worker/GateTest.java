package ai.fileprocessing.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.platform.CountedMeters;
import ai.fileprocessing.platform.TickingClock;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class GateTest {
  private static final Lane ALICE = new Lane("alice", "m");
  private static final Lane BOB = new Lane("bob", "m");
  private static final Lane OTHER = new Lane("bob", "other");

  private final TickingClock clock = new TickingClock(1_000_000);
  private final CountedMeters meters = new CountedMeters();
  private long nanos = Long.MAX_VALUE - 5;
  private final Gate gate = new Gate(TestWorker.settings(10, 90), clock, () -> nanos, meters);

  @Test
  void aFreshOneHasRoomForABatch() {
    assertThat(gate.room()).isEqualTo(WorkQueue.BATCH);
  }

  @Test
  void whatWasFetchedAndHasNotComeYetHasItsPlace() {
    List<Gate.Arrival> coming = List.of(gate.expect(), gate.expect(), gate.expect());
    assertThat(gate.room()).isEqualTo(WorkQueue.BATCH - 3);

    coming.get(0).over();
    coming.get(0).over();
    coming.get(1).over();
    assertThat(gate.room()).isEqualTo(WorkQueue.BATCH - 1);
  }

  @Test
  void forAModelThatIsCalledAtIntervalsNoMoreIsFetchedThanItsTurn() {
    gate.leave(enter(ALICE, 1).get(0), Signal.THROTTLED);
    tick(Duration.ofSeconds(2));
    assertThat(gate.room()).isPositive();

    for (int i = gate.room(); i > 0; i--) {
      gate.expect();
    }

    assertThat(gate.room()).isZero();
  }

  @Test
  void oneCallerGetsNoMoreThanItsShareAndTheRestIsForOthers() {
    enter(ALICE, 9);

    assertThat(gate.enter(ALICE))
        .isEqualTo(new Gate.Closed(WaitReason.FAIR_SHARE, clock.instant().plusSeconds(2), true));
    assertThat(gate.enter(BOB)).isInstanceOf(Gate.Pass.class);
  }

  @Test
  void aShareIsNeverLessThanOne() {
    Gate small = new Gate(TestWorker.settings(1, 1), clock, new CountedMeters());

    assertThat(small.enter(ALICE)).isInstanceOf(Gate.Pass.class);
    assertThat(small.enter(BOB)).isInstanceOf(Gate.Closed.class);
  }

  @Test
  void whatLeavesMakesRoomForItsCaller() {
    List<Gate.Pass> passes = enter(ALICE, 9);
    gate.leave(passes.get(0), Signal.GOOD);

    assertThat(gate.enter(ALICE)).isInstanceOf(Gate.Pass.class);
  }

  @Test
  void allSlotsOfAModelCanBeTaken() {
    enter(ALICE, 9);
    enter(BOB, 1);

    assertThat(closed(BOB).reason()).isEqualTo(WaitReason.THROTTLED);
  }

  @Test
  void aThrottledModelIsWaitedForAndOthersGoOn() {
    gate.leave(enter(ALICE, 1).get(0), Signal.THROTTLED);

    assertThat(closed(ALICE).reason()).isEqualTo(WaitReason.THROTTLED);
    assertThat(gate.enter(OTHER)).isInstanceOf(Gate.Pass.class);
  }

  @Test
  void whatIsPutOffForASlowModelComesWhenItsTurnIs() {
    for (int i = 0; i < 10; i++) {
      tick(Duration.ofSeconds(40));
      gate.leave(enter(ALICE, 1).get(0), Signal.THROTTLED);
    }

    assertThat(closed(ALICE).next()).isAfter(clock.instant().plusSeconds(2));
  }

  @Test
  void whoHasNothingInWorkComesBackFirstWhenTheModelHasNoRoom() {
    enter(ALICE, 9);
    gate.leave(enter(BOB, 1).get(0), Signal.THROTTLED);

    assertThat(closed(ALICE).crowd()).isTrue();
    assertThat(closed(BOB).crowd()).isFalse();
    assertThat(closed(BOB).next()).isBefore(closed(ALICE).next());
  }

  @Test
  void aModelThatIsDownIsAskedByOneAtATime() {
    enter(ALICE, 5).forEach(it -> gate.leave(it, Signal.DOWN));
    assertThat(closed(ALICE).reason()).isEqualTo(WaitReason.BREAKER_OPEN);
    assertThat(gate.enter(OTHER)).isInstanceOf(Gate.Pass.class);

    tick(Duration.ofSeconds(2));
    Gate.Pass trial = enter(ALICE, 1).get(0);
    assertThat(trial.trial()).isNotEqualTo(Breaker.NO_TRIAL);
    assertThat(closed(BOB).reason()).isEqualTo(WaitReason.BREAKER_OPEN);

    gate.leave(trial, Signal.GOOD);
    assertThat(enter(BOB, 1).get(0).trial()).isEqualTo(Breaker.NO_TRIAL);
    assertThat(meters.of("breakers_opened", "m")).isEqualTo(1);
    assertThat(meters.of("put_off", "breaker_open")).isEqualTo(2);
  }

  @Test
  void aModelThatIsDownIsShownAsThatFromItsFirstFailureToItsNextAnswer() {
    List<Gate.Pass> passes = enter(ALICE, 5);
    assertThat(meters.now("breaker_open", "m")).isEqualTo(0);
    assertThat(meters.stands("breakers_opened", "m")).isTrue();

    passes.forEach(it -> gate.leave(it, Signal.DOWN));
    for (int i = 0; i < 10; i++) {
      assertThat(meters.now("breaker_open", "m")).isEqualTo(1);
      tick(Duration.ofMinutes(1));
      Gate.Pass trial = enter(ALICE, 1).get(0);
      assertThat(meters.now("breaker_open", "m")).as("a trial is out").isEqualTo(1);
      gate.leave(trial, Signal.DOWN);
    }
    tick(Duration.ofMinutes(1));
    gate.leave(enter(ALICE, 1).get(0), Signal.GOOD);

    assertThat(meters.now("breaker_open", "m")).isEqualTo(0);
  }

  @Test
  void aModelThatNobodyAsksForAnyMoreIsNotShownAsDownForEver() {
    enter(ALICE, 5).forEach(it -> gate.leave(it, Signal.DOWN));
    tick(Duration.ofMinutes(2));
    assertThat(meters.now("breaker_open", "m")).isEqualTo(1);

    tick(Duration.ofMinutes(1));
    assertThat(meters.now("breaker_open", "m")).isEqualTo(0);
  }

  @Test
  void whatIsPutOffIsShownBeforeItHappens() {
    assertThat(List.of("throttled", "breaker_open", "fair_share"))
        .allMatch(it -> meters.stands("put_off", it));
  }

  @Test
  void aModelThatBreaksAtTheFilesOfOneCallerIsOpenToOthers() {
    enter(ALICE, 9).forEach(it -> gate.leave(it, Signal.FAULTY));

    assertThat(gate.enter(BOB)).isInstanceOf(Gate.Pass.class);
    assertThat(gate.enter(ALICE)).isInstanceOf(Gate.Pass.class);
  }

  @Test
  void aTrialThatHangsHoldsOthersUpForAMinuteAtMost() {
    enter(ALICE, 5).forEach(it -> gate.leave(it, Signal.DOWN));
    tick(Duration.ofSeconds(2));
    enter(ALICE, 1);
    assertThat(closed(BOB).reason()).isEqualTo(WaitReason.BREAKER_OPEN);

    tick(Duration.ofMinutes(1));
    gate.leave(enter(BOB, 1).get(0), Signal.GOOD);

    assertThat(enter(BOB, 1).get(0).trial()).isEqualTo(Breaker.NO_TRIAL);
  }

  @Test
  void whenTheClockIsSetBackAThrottledModelHasItsTurnsAndItsThrottlesCount() {
    gate.leave(enter(ALICE, 1).get(0), Signal.THROTTLED);
    clock.tick(Duration.ofMinutes(-10));
    assertThat(closed(ALICE).next()).isEqualTo(clock.instant().plusSeconds(2));

    tick(Duration.ofSeconds(2));
    gate.leave(enter(ALICE, 1).get(0), Signal.THROTTLED);
    assertThat(closed(ALICE).next()).isEqualTo(clock.instant().plusSeconds(4));
  }

  @Test
  void whenTheClockIsSetBackAModelThatWasDownIsTriedInTime() {
    enter(ALICE, 5).forEach(it -> gate.leave(it, Signal.DOWN));
    clock.tick(Duration.ofMinutes(-10));
    assertThat(closed(ALICE).next()).isEqualTo(clock.instant().plusSeconds(2));

    tick(Duration.ofSeconds(2));
    assertThat(enter(ALICE, 1).get(0).trial()).isNotEqualTo(Breaker.NO_TRIAL);
  }

  @Test
  void afterOneWasTurnedAwayNoneIsWorthFetchingAndThenMoreAndMore() {
    List<Gate.Pass> passes = enter(ALICE, 9);
    closed(ALICE);
    assertThat(gate.room()).isZero();

    passes.forEach(it -> gate.leave(it, Signal.GOOD));
    assertThat(gate.room()).isEqualTo(1);
    gate.leave(enter(ALICE, 1).get(0), Signal.GOOD);
    assertThat(gate.room()).isEqualTo(2);
    gate.leave(enter(ALICE, 1).get(0), Signal.GOOD);
    assertThat(gate.room()).isEqualTo(4);
  }

  @Test
  void roomIsWhatModelsAndCallersThatWereMetLatelyHaveLeft() {
    enter(ALICE, 7);
    assertThat(gate.room()).isEqualTo(2);
    enter(BOB, 1);
    assertThat(gate.room()).isEqualTo(2);

    tick(Duration.ofSeconds(6));
    assertThat(gate.room()).isEqualTo(WorkQueue.BATCH);
  }

  @Test
  void aModelThatIsDownHasNoRoom() {
    enter(ALICE, 5).forEach(it -> gate.leave(it, Signal.DOWN));

    assertThat(gate.room()).isZero();
  }

  @Test
  @Timeout(10)
  void waitingEndsWhenWorkEnds() throws Exception {
    List<Gate.Pass> passes = enter(ALICE, 9);
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(
            () -> {
              thread.complete(Thread.currentThread());
              await(Duration.ofHours(1));
            });
    Awaitility.await()
        .until(() -> thread.join().getState() == Thread.State.TIMED_WAITING && !waiting.isDone());
    gate.leave(passes.get(0), Signal.GOOD);

    waiting.get(5, TimeUnit.SECONDS);
  }

  @Test
  @Timeout(10)
  void whereThereIsRoomNothingIsWaitedFor() {
    await(Duration.ofHours(1));
  }

  @Test
  @Timeout(10)
  void waitingEndsWithItsTime() {
    enter(ALICE, 9);

    await(Duration.ofMillis(5));
  }

  @Test
  @Timeout(10)
  void waitingEndsWhenTheTurnOfAModelComes() throws Exception {
    Gate real = new Gate(TestWorker.settings(10, 90), Clock.systemUTC(), new CountedMeters());
    real.leave((Gate.Pass) real.enter(ALICE), Signal.THROTTLED);

    real.awaitRoom(Duration.ofHours(1));
    assertThat(real.room()).isPositive();
  }

  @Test
  @Timeout(10)
  void beingWokenIsNoRoom() {
    enter(ALICE, 9);
    CompletableFuture<Void> over = new CompletableFuture<>();
    Thread waking =
        new Thread(
            () -> {
              while (!over.isDone()) {
                gate.expect().over();
              }
            });
    waking.start();
    long begun = System.nanoTime();
    await(Duration.ofMillis(200));

    assertThat(System.nanoTime() - begun).isGreaterThan(Duration.ofMillis(190).toNanos());
    over.complete(null);
  }

  private void tick(Duration time) {
    clock.tick(time);
    nanos += time.toNanos();
  }

  private void await(Duration most) {
    try {
      gate.awaitRoom(most);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Gate.Closed closed(Lane lane) {
    Gate.Entry entry = gate.enter(lane);
    assertThat(entry).isInstanceOf(Gate.Closed.class);
    return (Gate.Closed) entry;
  }

  private List<Gate.Pass> enter(Lane lane, int times) {
    List<Gate.Pass> passes = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      Gate.Entry entry = gate.enter(lane);
      assertThat(entry).isInstanceOf(Gate.Pass.class);
      passes.add((Gate.Pass) entry);
    }
    return passes;
  }
}
