package ai.fileprocessing.jobs.worker;

import ai.fileprocessing.platform.Backoff;
import ai.fileprocessing.platform.Meter;
import ai.fileprocessing.platform.Meters;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.concurrent.ManagedThreadFactoryDefinition;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes work from the queue: a slot first, then as many messages as there are slots and room, each
 * on a thread of its own. There is no buffer: what is received is begun or given back.
 */
@ApplicationScoped
@ManagedThreadFactoryDefinition(
    name = "java:app/concurrent/WorkThreads",
    qualifiers = WorkThreads.class,
    virtual = true)
class WorkLoop {
  private static final System.Logger LOG = System.getLogger(WorkLoop.class.getName());
  private static final Backoff AFTER_POLL_FAILURE =
      new Backoff(Duration.ofMillis(100), Duration.ofMinutes(1));

  private static final Duration STALLED = Duration.ofMinutes(3);

  /** How long to let the queue be when what was last fetched from it could not begin. */
  private static final Duration CROWDED = Duration.ofMillis(500);

  /** Short beside any call of a model. */
  private static final Duration LINGER = Duration.ofMillis(25);

  private static final Meter SLOTS = Meter.of("slots", "Files that may be at work at once.");
  private static final Meter BUSY = Meter.of("slots_busy", "Files that are at work.");
  private static final Meter RECEIVED =
      Meter.of("messages_received", "Messages that were taken from the queue, however often each.");
  private static final Meter WAIT =
      Meter.of(
          "queue_wait",
          "How long a message waited from its sending to its first delivery, by the clocks of SQS and of this process.");

  private final WorkQueue queue;
  private final Leases leases;
  private final Gate gate;
  private final Peers peers;
  private final RunTask tasks;
  private final Executor executor;
  private final Clock clock;
  private final Meters meters;
  private final int size;
  private final Semaphore slots;

  /** Not what the slots lack: the loop holds some while it waits for work. */
  private final AtomicInteger busy = new AtomicInteger();

  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile Instant lastTick;

  /** Whether the last fetch brought all that was asked for. Known to the loop's thread alone. */
  private boolean plenty;

  /**
   * Each piece of work gets a thread of its own, and the slots are their bound: the server's common
   * pool grows far too slowly for hundreds of calls that wait, where threads are not virtual.
   */
  @Inject
  WorkLoop(
      WorkQueue queue,
      Leases leases,
      Gate gate,
      Peers peers,
      RunTask tasks,
      @WorkThreads ManagedThreadFactory threads,
      WorkerSettings settings,
      Clock clock,
      Meters meters) {
    this(
        queue,
        leases,
        gate,
        peers,
        tasks,
        (Executor) it -> threads.newThread(it).start(),
        settings,
        clock,
        meters);
  }

  WorkLoop(
      WorkQueue queue,
      Leases leases,
      Gate gate,
      Peers peers,
      RunTask tasks,
      Executor executor,
      WorkerSettings settings,
      Clock clock,
      Meters meters) {
    this.queue = queue;
    this.leases = leases;
    this.gate = gate;
    this.peers = peers;
    this.tasks = tasks;
    this.executor = executor;
    this.clock = clock;
    this.meters = meters;
    size = settings.slots();
    slots = new Semaphore(size);
    lastTick = clock.instant();
  }

  void start() {
    meters.watch(SLOTS, () -> size);
    meters.watch(BUSY, busy::get);
    meters.count(RECEIVED, 0);
    executor.execute(this::run);
  }

  /**
   * Whether the loop came round within several of its longest rounds; it also does while it waits
   * for a slot.
   */
  boolean isTurning() {
    Duration silent = Duration.between(lastTick, clock.instant());
    return ended.getCount() > 0 && silent.compareTo(STALLED) < 0;
  }

  /** Fetches no more work. */
  void stop() {
    stop.countDown();
  }

  boolean isStopping() {
    return stop.getCount() == 0;
  }

  /** Waits until the last fetch has ended. */
  void awaitEnd() throws InterruptedException {
    if (!ended.await(WorkQueue.LONGEST_POLL.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.log(Level.WARNING, "The last poll of the queue does not end; it is waited for no longer");
    }
  }

  /** Whether all work has ended within a time. */
  boolean awaitIdle(Duration most) throws InterruptedException {
    return slots.tryAcquire(size, most.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void run() {
    int failures = 0;
    while (!isStopping()) {
      lastTick = clock.instant();
      try {
        // Not for ever: a stop must be seen while all slots are at work.
        if (!slots.tryAcquire(CROWDED.toMillis(), TimeUnit.MILLISECONDS)) {
          continue;
        }
        round();
        if (failures > 0) {
          LOG.log(Level.INFO, "The queue answers again");
        }
        failures = 0;
      } catch (InterruptedException e) {
        stop();
      } catch (RuntimeException | Error e) {
        // Also errors: a loop that ended would leave a process that takes requests and works none.
        failures++;
        pause(failures, e);
      }
    }
    ended.countDown();
    LOG.log(Level.INFO, "No more work is taken");
  }

  /** Comes with one slot taken. */
  private void round() throws InterruptedException {
    int taken = 1;
    try {
      peers.introduce();
      gate.awaitRoom(CROWDED);
      // One is fetched even when there seems to be no room: others may have come to the queue.
      int most = Math.min(WorkQueue.BATCH, Math.max(1, gate.room()));
      // While more waits than fits, slots become free one by one; a fetch for each would be waste.
      long linger = plenty ? LINGER.toMillis() : 0;
      if (slots.tryAcquire(most - taken, linger, TimeUnit.MILLISECONDS)) {
        taken = most;
      }
      while (taken < most && slots.tryAcquire()) {
        taken++;
      }
      // Looked at here too: a slot can be long in coming, and a stop comes in between.
      if (isStopping()) {
        return;
      }
      List<Message> received = queue.receive(taken);
      meters.count(RECEIVED, received.size());
      plenty = received.size() == taken;
      int begun = 0;
      try {
        while (begun < received.size() && !isStopping()) {
          begin(received.get(begun));
          begun++;
          taken--;
        }
      } finally {
        received.subList(begun, received.size()).forEach(this::handBack);
      }
    } finally {
      slots.release(taken);
    }
  }

  private void begin(Message message) {
    if (message.receives() == 1) {
      Duration waited = Duration.between(message.sentAt(), clock.instant());
      meters.time(WAIT, waited.isNegative() ? Duration.ZERO : waited);
    }
    Lease lease = leases.hold(message);
    Gate.Arrival arrival = gate.expect();
    try {
      executor.execute(
          () -> {
            busy.incrementAndGet();
            try {
              tasks.run(lease, arrival);
            } finally {
              busy.decrementAndGet();
              slots.release();
            }
          });
    } catch (RuntimeException | Error e) {
      // Held by nobody, it would be extended for ever.
      leases.drop(message);
      arrival.over();
      throw e;
    }
  }

  /** What fails here comes when its lease ends, and must not keep the others from going back. */
  private void handBack(Message message) {
    try {
      queue.giveBack(message, Duration.ZERO);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "A message was not handed back; it comes when its lease ends", e);
    }
  }

  private void pause(int failures, Throwable failure) {
    if (failures == 1) {
      LOG.log(
          Level.WARNING,
          "A round of the work loop failed; it is tried again until one succeeds",
          failure);
    }
    try {
      stop.await(AFTER_POLL_FAILURE.delay(failures).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      stop();
    }
  }
}
