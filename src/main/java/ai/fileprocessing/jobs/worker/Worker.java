package ai.fileprocessing.jobs.worker;

import ai.fileprocessing.platform.Stopping;
import jakarta.annotation.Priority;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Starts the loops of the worker with the application, and drains them before it ends. */
@ApplicationScoped
class Worker {
  private static final System.Logger LOG = System.getLogger(Worker.class.getName());

  /** Long enough for ten to come together where there is much to do; what is settled can wait. */
  private static final Duration FLUSH = Duration.ofSeconds(1);

  /** Scraped about as often. */
  private static final Duration DEPTH = Duration.ofSeconds(30);

  /** How long interrupted work has to give its message back. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private final WorkLoop loop;
  private final Leases leases;
  private final Peers peers;
  private final Acknowledgements settled;
  private final DeadLetters deadLetters;
  private final QueueDepth depth;
  private final ManagedScheduledExecutorService scheduler;
  private final Stopping stopping;
  private final WorkerSettings settings;
  private final List<Future<?>> schedules = new ArrayList<>();

  @Inject
  Worker(
      WorkLoop loop,
      Leases leases,
      Peers peers,
      Acknowledgements settled,
      DeadLetters deadLetters,
      QueueDepth depth,
      ManagedScheduledExecutorService scheduler,
      Stopping stopping,
      WorkerSettings settings) {
    this.loop = loop;
    this.leases = leases;
    this.peers = peers;
    this.settled = settled;
    this.deadLetters = deadLetters;
    this.depth = depth;
    this.scheduler = scheduler;
    this.stopping = stopping;
    this.settings = settings;
  }

  void start(@Observes @Priority(1_000) Startup start) {
    every(settings.lease().dividedBy(3), peers::beat);
    // Also where the worker is off: what waits while no worker is there is to be seen.
    every(DEPTH, depth::look);
    if (!settings.worker()) {
      LOG.log(
          Level.INFO,
          "The worker is off here (jobs.worker=false); another process works the queue");
      return;
    }
    every(settings.lease().dividedBy(Leases.LOOKS), leases::extend);
    every(FLUSH, settled::flush);
    every(settings.deadLetters(), deadLetters::read);
    stopping.onStop(loop::stop);
    loop.start();
    LOG.log(Level.INFO, "The worker takes up to {0} files at once", settings.slots());
  }

  /**
   * Stops polling, lets what runs finish within the time that there is, and hands the rest back, so
   * that another process takes it at once.
   */
  void drain(@Observes Shutdown shutdown) {
    boolean interrupted = false;
    try {
      finish();
    } catch (InterruptedException e) {
      interrupted = true;
    }
    schedules.forEach(it -> it.cancel(false));
    settled.flush();
    peers.leave();
    if (interrupted) {
      // Not before: an interrupted thread reaches neither the queue nor the others.
      Thread.currentThread().interrupt();
    }
  }

  private void finish() throws InterruptedException {
    if (!settings.worker()) {
      return;
    }
    loop.stop();
    // What runs has its time while the last poll ends, so that the two do not add up.
    long begun = System.nanoTime();
    loop.awaitEnd();
    Duration left = settings.drain().minusNanos(System.nanoTime() - begun);
    if (!loop.awaitIdle(left)) {
      LOG.log(Level.WARNING, "{0} files are still at work; they are handed back", leases.size());
      leases.stop();
      loop.awaitIdle(LAST_WORDS);
    }
  }

  private void every(Duration period, Runnable action) {
    long millis = period.toMillis();
    schedules.add(
        scheduler.scheduleWithFixedDelay(() -> safely(action), 0, millis, TimeUnit.MILLISECONDS));
  }

  /** Whatever it is: thrown, it would end the schedule, and with it the leases of all work. */
  private static void safely(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "A round of the worker failed; the next one comes all the same", e);
    }
  }
}
