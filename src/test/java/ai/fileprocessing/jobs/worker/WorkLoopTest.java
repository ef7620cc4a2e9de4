package ai.fileprocessing.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.platform.CountedMeters;
import ai.fileprocessing.platform.TestFloor;
import ai.fileprocessing.platform.TickingClock;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkLoopTest {
  private static final int SLOTS = 4;

  private final CountedMeters meters = new CountedMeters();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final FakeSqs sqs = new FakeSqs();
  private final FakeWork work = new FakeWork();
  private final FakeBeats beats = new FakeBeats();
  private final Semaphore mayEnd = new Semaphore(0);
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private Clock clock = Clock.systemUTC();
  private Leases leases;
  private Acknowledgements settled;
  private WorkLoop loop;

  @AfterEach
  void end() {
    loop.stop();
    mayEnd.release(1_000_000);
    threads.shutdown();
  }

  @Test
  void whatIsReceivedIsWorked() throws InterruptedException {
    mayEnd.release(100);
    start(SLOTS, 100);
    sqs.put(50);

    await()
        .until(
            () -> {
              settled.flush();
              return sqs.deleted().size() == 50;
            });
    loop.stop();
    loop.awaitEnd();
    assertThat(loop.awaitIdle(Duration.ofSeconds(10))).isTrue();
    assertThat(running).hasValue(0);
  }

  @Test
  void neverMoreThanTheSlotsAreAtWorkAndNoneIsFetchedWithoutASlot() {
    start(SLOTS, 100);
    sqs.put(30);
    await().until(() -> running.get() == SLOTS);
    int asked = sqs.asked.size();
    assertThat(sqs.waiting).hasSize(26);

    for (int i = 1; i <= 26; i++) {
      mayEnd.release();
      int left = 26 - i;
      await().until(() -> sqs.waiting.size() == left && running.get() == SLOTS);
    }
    assertThat(most).hasValue(SLOTS);
    assertThat(sqs.asked.subList(asked, sqs.asked.size())).allMatch(it -> it == 1);
  }

  @Test
  void noMoreIsAskedForThanABatchNorThanThereAreSlots() {
    start(SLOTS, 100);
    await().until(() -> sqs.asked.size() > 2);
    assertThat(sqs.asked).allMatch(it -> it == SLOTS);
    loop.stop();

    FakeSqs large = new FakeSqs();
    loop = loop(large, 50, 100, threads);
    loop.start();
    await().until(() -> large.asked.size() > 2);
    assertThat(large.asked).allMatch(it -> it == WorkQueue.BATCH);
  }

  @Test
  void whereTheGateHasNoRoomOneIsFetchedNowAndThen() {
    start(10, 20);
    sqs.put(2);
    await().until(() -> running.get() == 2);
    int asked = sqs.asked.size();

    await().until(() -> sqs.asked.size() >= asked + 3);
    assertThat(sqs.asked.subList(asked + 1, sqs.asked.size())).allMatch(it -> it == 1);
  }

  @Test
  void nothingIsFetchedBeforeOthersCanKnowOfThisProcess() {
    beats.down = true;
    start(SLOTS, 100);
    await().until(() -> loop.isTurning());
    assertThat(sqs.asked).isEmpty();

    beats.down = false;
    await().until(() -> !sqs.asked.isEmpty());
    assertThat(beats.rows).containsEntry("self", 1L);
  }

  @Test
  void aQueueThatIsDownIsAskedAgainUntilItAnswersAndThatIsLoggedOnce() throws Exception {
    List<String> logged = new CopyOnWriteArrayList<>();
    Logger logger = Logger.getLogger(WorkLoop.class.getName());
    Handler handler = handler(logged);
    logger.addHandler(handler);
    try {
      sqs.failing.put("receive", FakeSqs.down());
      mayEnd.release(100);
      start(SLOTS, 100);
      await().until(() -> sqs.asked.size() >= 4);
      sqs.put("m");
      sqs.failing.clear();
      await().until(() -> leases.size() == 1);
      int answered = sqs.asked.size();
      await().until(() -> sqs.asked.size() > answered + 1);
    } finally {
      logger.removeHandler(handler);
    }

    assertThat(logged)
        .containsExactly(
            "A round of the work loop failed; it is tried again until one succeeds",
            "The queue answers again");
  }

  @Test
  void anErrorDoesNotEndIt() {
    AtomicInteger errors = new AtomicInteger();
    sqs.before.put(
        "receive",
        () -> {
          if (errors.getAndIncrement() < 2) {
            throw new StackOverflowError();
          }
        });
    mayEnd.release(1);
    start(SLOTS, 100);
    sqs.put("m");

    await().until(() -> leases.size() == 1);
  }

  @Test
  void slotsOfAFetchThatFailedAreFreeAgain() throws InterruptedException {
    sqs.failing.put("receive", FakeSqs.down());
    start(SLOTS, 100);
    await().until(() -> sqs.asked.size() >= 3);
    loop.stop();
    loop.awaitEnd();

    assertThat(loop.awaitIdle(Duration.ZERO)).isTrue();
  }

  @Test
  void whatArrivesWhileItStopsGoesBackAtOnceAndUnheld() throws InterruptedException {
    CountDownLatch polling = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    sqs.before.put(
        "receive",
        () -> {
          polling.countDown();
          waitFor(stopped);
        });
    sqs.put("a", "b", "c");
    sqs.refused.add("a");
    start(SLOTS, 100);
    polling.await();
    loop.stop();
    stopped.countDown();
    loop.awaitEnd();

    assertThat(sqs.asked).hasSize(1);
    assertThat(sqs.hidden("b")).containsExactly(0);
    assertThat(sqs.hidden("c")).as("though the first could not go back").containsExactly(0);
    assertThat(leases.size()).isZero();
    assertThat(loop.awaitIdle(Duration.ZERO)).isTrue();
  }

  @Test
  void itStopsAlsoWhileAllSlotsAreAtWork() throws InterruptedException {
    start(SLOTS, 100);
    sqs.put(10);
    await().until(() -> running.get() == SLOTS);
    loop.stop();
    loop.awaitEnd();
    assertThat(loop.isTurning()).as("ended").isFalse();
    assertThat(running).hasValue(SLOTS);
    assertThat(loop.awaitIdle(Duration.ofMillis(1))).isFalse();

    mayEnd.release(SLOTS);
    assertThat(loop.awaitIdle(Duration.ofSeconds(10))).isTrue();
    assertThat(sqs.waiting).hasSize(6);
  }

  @Test
  void whatTheExecutorRefusesGoesBackAndTheLoopGoesOn() {
    AtomicInteger refusals = new AtomicInteger();
    AtomicInteger calls = new AtomicInteger();
    mayEnd.release(10);
    loop =
        loop(
            sqs,
            SLOTS,
            100,
            task -> {
              if (calls.getAndIncrement() == 2 && refusals.getAndIncrement() == 0) {
                throw new RejectedExecutionException();
              }
              threads.execute(task);
            });
    sqs.put("a", "b", "c");
    loop.start();
    await().until(() -> sqs.hidden.size() == 2);
    assertThat(sqs.hidden("b")).containsExactly(0);
    assertThat(sqs.hidden("c")).containsExactly(0);
    await().until(() -> leases.size() == 1);

    assertThat(loop.isStopping()).isFalse();
    sqs.put("d");
    await().until(() -> leases.size() == 2);
  }

  @Test
  void anErrorOfOnePieceOfWorkLeavesItsSlotAndItsNeighboursAlone() {
    start(SLOTS, 100);
    mayEnd.release(100);
    work.meaning =
        message -> {
          if (message.body().startsWith("bad")) {
            throw new StackOverflowError();
          }
          return work.task(FakeWork.LANE, this::run);
        };
    sqs.put("bad1", "bad2", "bad3", "bad4", "bad5", "good");

    await().dontCatchUncaughtExceptions().until(() -> leases.size() == 1);
  }

  @Test
  void itTurnsWhileItComesRound() {
    TickingClock ticking = new TickingClock(1_000);
    clock = ticking;
    CountDownLatch stuck = new CountDownLatch(1);
    sqs.before.put("receive", () -> waitFor(stuck));
    start(SLOTS, 100);
    await().until(() -> sqs.asked.size() == 1);
    ticking.tick(Duration.ofMinutes(2));
    assertThat(loop.isTurning()).isTrue();
    ticking.tick(Duration.ofMinutes(2));
    assertThat(loop.isTurning()).as("stuck in a poll").isFalse();

    stuck.countDown();
    await().until(() -> loop.isTurning());
  }

  @Test
  void itTurnsWhileAllSlotsAreAtWorkForHours() {
    TickingClock ticking = new TickingClock(1_000);
    clock = ticking;
    start(SLOTS, 100);
    sqs.put(SLOTS);
    await().until(() -> running.get() == SLOTS);
    ticking.tick(Duration.ofHours(5));

    await().until(() -> loop.isTurning());
  }

  @Test
  void whatIsAtWorkIsToldAndNotWhatTheLoopHoldsWhileItWaits() {
    start(SLOTS, 100);
    await().until(() -> !sqs.asked.isEmpty());
    assertThat(meters.now("slots")).isEqualTo(SLOTS);
    assertThat(meters.now("slots_busy")).isEqualTo(0);

    sqs.put(SLOTS);
    await().until(() -> running.get() == SLOTS);

    assertThat(meters.now("slots_busy")).isEqualTo(SLOTS);
  }

  @Test
  void whatIsReceivedIsCountedAlsoWhereItCameBefore() {
    mayEnd.release(100);
    start(SLOTS, 100);
    assertThat(meters.stands("messages_received")).isTrue();
    sqs.put("again", 2);
    sqs.put("and again", 3);

    await().until(() -> meters.of("messages_received") == 2);
    assertThat(meters.of("queue_wait")).isZero();
  }

  private void start(int slots, int callerSlots) {
    loop = loop(sqs, slots, callerSlots, threads);
    loop.start();
  }

  private WorkLoop loop(FakeSqs client, int slots, int callerSlots, Executor executor) {
    WorkerSettings settings = TestWorker.settings(slots, callerSlots);
    WorkQueue queue = new WorkQueue(client, client, settings);
    leases = TestWorker.leases(queue);
    Gate gate = new Gate(settings, Clock.systemUTC(), new CountedMeters());
    settled = new Acknowledgements(queue, leases);
    work.doing(this::run);
    return new WorkLoop(
        queue,
        leases,
        gate,
        new Peers(beats, settings.lease(), "self", System::nanoTime),
        new RunTask(work, queue, leases, settled, gate, Clock.systemUTC(), TestFloor.noTraces()),
        executor,
        settings,
        clock,
        meters);
  }

  /** Settled in the end, but deleted by nobody here: what was worked is still held. */
  private Verdict run(Lease lease) {
    most.accumulateAndGet(running.incrementAndGet(), Math::max);
    mayEnd.acquireUninterruptibly();
    running.decrementAndGet();
    return new Verdict.Done(Signal.GOOD);
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Handler handler(List<String> logged) {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        // The loops of other tests end in their own time.
        if (!record.getMessage().startsWith("No more work")) {
          logged.add(record.getMessage());
        }
      }

      @Override
      public void flush() {
        // Nothing is kept back.
      }

      @Override
      public void close() {
        // Nothing is open.
      }
    };
  }
}
