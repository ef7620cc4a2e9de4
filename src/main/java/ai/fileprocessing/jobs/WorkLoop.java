package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Backoff;
import jakarta.annotation.Priority;
import jakarta.enterprise.concurrent.ManagedExecutorDefinition;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Takes work from the queue: a slot first, then as many messages as there are slots, each on a
 * thread of its own. There is no buffer: what is received is begun.
 */
@ApplicationScoped
@ManagedExecutorDefinition(
    name = "java:app/concurrent/WorkExecutor",
    qualifiers = WorkExecutor.class,
    virtual = true)
class WorkLoop {
  private static final System.Logger LOG = System.getLogger(WorkLoop.class.getName());
  private static final Backoff AFTER_POLL_FAILURE =
      new Backoff(Duration.ofMillis(100), Duration.ofMinutes(1));

  private static final List<WorkQueue.Received> NOTHING = List.of();
  private static final Duration STALLED = Duration.ofMinutes(3);

  private final WorkQueue queue;
  private final Leases leases;
  private final ProcessFile worker;
  private final ManagedExecutorService executor;
  private final ManagedScheduledExecutorService scheduler;
  private final JobsSettings settings;
  private final Clock clock;
  private final Semaphore slots;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile Instant lastTick;
  private volatile Future<?> heartbeat;

  @Inject
  WorkLoop(
      WorkQueue queue,
      Leases leases,
      ProcessFile worker,
      @WorkExecutor ManagedExecutorService executor,
      ManagedScheduledExecutorService scheduler,
      JobsSettings settings,
      Clock clock) {
    this.queue = queue;
    this.leases = leases;
    this.worker = worker;
    this.executor = executor;
    this.scheduler = scheduler;
    this.settings = settings;
    this.clock = clock;
    slots = new Semaphore(settings.slots());
    lastTick = clock.instant();
  }

  void start(@Observes @Priority(1_000) Startup start) {
    if (!settings.worker()) {
      ended.countDown();
      LOG.log(
          Level.INFO,
          "The worker is off here (jobs.worker=false); another process works the queue");
      return;
    }
    long third = settings.lease().toMillis() / 3;
    heartbeat = scheduler.scheduleAtFixedRate(leases::extend, third, third, TimeUnit.MILLISECONDS);
    executor.execute(this::run);
    LOG.log(Level.INFO, "The worker takes up to {0} files at once", settings.slots());
  }

  /**
   * Whether the loop came round within several of its longest rounds, or has every slot at work.
   */
  boolean isTurning() {
    Duration silent = Duration.between(lastTick, clock.instant());
    return ended.getCount() > 0 && (silent.compareTo(STALLED) < 0 || slots.availablePermits() == 0);
  }

  /**
   * Stops polling, lets what runs finish within the time that there is, and hands the rest back, so
   * that another process takes it at once.
   */
  void drain(@Observes Shutdown shutdown) {
    stop.countDown();
    try {
      ended.await(WorkQueue.LONGEST_POLL.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS);
      if (!slots.tryAcquire(settings.slots(), settings.drain().toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.log(Level.WARNING, "{0} files are still at work; they are handed back", leases.size());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (heartbeat != null) {
      heartbeat.cancel(false);
    }
    leases.handBack();
  }

  private void run() {
    int failures = 0;
    while (!isStopping()) {
      lastTick = clock.instant();
      try {
        round();
        if (failures > 0) {
          LOG.log(Level.INFO, "The queue answers again");
        }
        failures = 0;
      } catch (InterruptedException e) {
        stop.countDown();
      } catch (RuntimeException | Error e) {
        // Also errors: a loop that ended would leave a process that takes requests and works none.
        failures++;
        pause(failures, e);
      }
    }
    ended.countDown();
    LOG.log(Level.INFO, "No more work is taken");
  }

  private void round() throws InterruptedException {
    slots.acquire();
    int taken = 1;
    while (taken < WorkQueue.BATCH && slots.tryAcquire()) {
      taken++;
    }
    try {
      // Looked at here too: a slot can be long in coming, and a stop comes in between.
      for (WorkQueue.Received message : isStopping() ? NOTHING : queue.receive(taken)) {
        if (isStopping()) {
          queue.giveBack(message, Duration.ZERO);
          continue;
        }
        leases.hold(message);
        try {
          executor.execute(() -> work(message));
          taken--;
        } catch (RejectedExecutionException e) {
          stop.countDown();
          leases.drop(message);
          queue.giveBack(message, Duration.ZERO);
        }
      }
    } finally {
      slots.release(taken);
    }
  }

  private void work(WorkQueue.Received message) {
    try {
      worker.process(message);
    } catch (SdkException e) {
      LOG.log(Level.WARNING, "AWS did not answer; the message comes again when its lease ends", e);
    } catch (RuntimeException e) {
      LOG.log(
          Level.ERROR, "Work ended unexpectedly; its message comes again when its lease ends", e);
    } finally {
      leases.drop(message);
      slots.release();
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
      stop.countDown();
    }
  }

  private boolean isStopping() {
    return stop.getCount() == 0;
  }
}
