package ai.fileprocessing.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.platform.CountedMeters;
import ai.fileprocessing.platform.Stopping;
import ai.fileprocessing.platform.TestFloor;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ScheduledExecutorService scheduled = Executors.newScheduledThreadPool(2);
  private final FakeSqs sqs = new FakeSqs();
  private final FakeWork work = new FakeWork();
  private final CountedMeters depths = new CountedMeters();
  private final FakeBeats beats = new FakeBeats();
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final AtomicInteger running = new AtomicInteger();
  private Leases leases;
  private WorkLoop loop;
  private Worker worker;

  @AfterEach
  void end() {
    mayEnd.countDown();
    if (loop != null) {
      loop.stop();
    }
    scheduled.shutdownNow();
    threads.shutdown();
  }

  @Test
  void whereTheWorkerIsOffNothingIsFetchedButTheProcessIsKnownWhileItLives() {
    build(false, Duration.ofSeconds(20));
    worker.start(new Startup());
    await().until(() -> beats.rows.containsKey("self"));
    worker.drain(new Shutdown());

    assertThat(sqs.asked).isEmpty();
    assertThat(beats.rows).isEmpty();
    assertThat(loop.isStopping()).isFalse();
  }

  @Test
  void whereTheWorkerIsOffTheQueuesAreWatchedAllTheSame() {
    build(false, Duration.ofSeconds(20));
    worker.start(new Startup());

    await().until(() -> depths.stands("queue_messages", "work", "waiting"));
    await().until(() -> depths.stands("queue_messages", "dead_letters", "waiting"));
  }

  @Test
  void withTheWorkerAllItsLoopsRun() {
    start(Duration.ofSeconds(20));
    work.doing(lease -> new Verdict.Done(Signal.GOOD));
    sqs.put("m");

    await().until(() -> sqs.deleted().contains("m"));
    await().until(() -> beats.rows.containsKey("self"));
  }

  @Test
  void anErrorInOneRoundDoesNotEndItsSchedule() {
    AtomicInteger deletes = new AtomicInteger();
    sqs.before.put(
        "delete",
        () -> {
          if (deletes.getAndIncrement() == 0) {
            throw new StackOverflowError();
          }
        });
    start(Duration.ofSeconds(20));
    sqs.put("first");
    await().until(() -> deletes.get() == 1);
    sqs.put("second");

    await().until(() -> sqs.deleted().contains("second"));
  }

  @Test
  void whenTheProcessIsToStopNoMoreIsFetched() {
    build(true, Duration.ofSeconds(20));
    worker.start(new Startup());
    await().until(() -> !sqs.asked.isEmpty());
    worker.drain(new Shutdown());
    int asked = sqs.asked.size();
    sqs.put("late");

    assertThat(loop.isStopping()).isTrue();
    assertThat(sqs.asked).hasSize(asked);
    assertThat(sqs.waiting).hasSize(1);
  }

  @Test
  void whatRunsFinishesAndIsDeletedBeforeTheProcessLeaves() throws Exception {
    start(Duration.ofSeconds(30));
    work.doing(this::run);
    sqs.put("a", "b");
    await().until(() -> running.get() == 2);
    Thread draining = new Thread(() -> worker.drain(new Shutdown()));
    draining.start();
    await().until(() -> loop.isStopping());
    assertThat(beats.rows).containsKey("self");
    mayEnd.countDown();
    draining.join();

    assertThat(sqs.deleted()).containsExactlyInAnyOrder("a", "b");
    assertThat(beats.rows).isEmpty();
    assertThat(leases.size()).isZero();
  }

  @Test
  void whatDoesNotFinishInTimeIsInterruptedAndHandedBack() {
    start(Duration.ZERO);
    work.doing(
        lease ->
            lease.during(
                () -> {
                  running.incrementAndGet();
                  try {
                    mayEnd.await();
                    return new Verdict.Done(Signal.GOOD);
                  } catch (InterruptedException e) {
                    return new Verdict.Again(Duration.ZERO, Signal.NONE);
                  }
                }));
    sqs.put("a");
    await().until(() -> running.get() == 1);
    worker.drain(new Shutdown());

    assertThat(sqs.hidden("a")).containsExactly(0);
    assertThat(sqs.deleted()).isEmpty();
    assertThat(leases.size()).isZero();
    assertThat(beats.rows).isEmpty();
  }

  @Test
  void anInterruptedDrainStillDeletesWhatIsSettledAndLeaves() throws Exception {
    start(Duration.ofSeconds(30));
    work.doing(this::run);
    sqs.put("a");
    await().until(() -> running.get() == 1);
    boolean[] flags = new boolean[2];
    sqs.before.put("delete", () -> flags[0] |= Thread.currentThread().isInterrupted());
    Thread draining =
        new Thread(
            () -> {
              worker.drain(new Shutdown());
              flags[1] = Thread.currentThread().isInterrupted();
            });
    draining.start();
    await().until(() -> draining.getState() == Thread.State.TIMED_WAITING);
    draining.interrupt();
    draining.join();

    assertThat(flags).containsExactly(false, true);
    assertThat(beats.rows).isEmpty();
  }

  private Verdict run(Lease lease) {
    running.incrementAndGet();
    try {
      mayEnd.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return new Verdict.Done(Signal.GOOD);
  }

  private void start(Duration drain) {
    build(true, drain);
    worker.start(new Startup());
  }

  private void build(boolean on, Duration drain) {
    WorkerSettings settings = settings(on, drain);
    Clock clock = Clock.systemUTC();
    WorkQueue queue = new WorkQueue(sqs, sqs, settings);
    leases = TestWorker.leases(queue);
    Acknowledgements settled = new Acknowledgements(queue, leases);
    Gate gate = new Gate(settings, clock, new CountedMeters());
    Peers peers = new Peers(beats, settings.lease(), "self", System::nanoTime);
    RunTask tasks = new RunTask(work, queue, leases, settled, gate, clock, TestFloor.noTraces());
    loop =
        new WorkLoop(
            queue, leases, gate, peers, tasks, threads, settings, clock, new CountedMeters());
    worker =
        new Worker(
            loop,
            leases,
            peers,
            settled,
            new DeadLetters(
                new DeadLetterQueue(new FakeSqs(), settings),
                work,
                new TakeTurn(new FakeCount(), "self"),
                clock),
            new QueueDepth(new FakeSqs(), settings, depths, clock),
            TestExecutors.scheduled(scheduled),
            new Stopping(),
            settings);
  }

  private static WorkerSettings settings(boolean on, Duration drain) {
    WorkerSettings it = TestWorker.settings(10, 90);
    return new WorkerSettings(
        it.queue(),
        it.deadLetterQueue(),
        on,
        it.slots(),
        it.callerSlots(),
        it.bytes(),
        it.lease(),
        drain,
        it.deadLetters());
  }
}
