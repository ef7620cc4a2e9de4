package ai.fileprocessing.jobs;

import ai.fileprocessing.jobs.worker.WorkerSettings;
import ai.fileprocessing.platform.Meter;
import ai.fileprocessing.platform.Meters;
import ai.fileprocessing.platform.Trouble;
import jakarta.annotation.Priority;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Visits, time and again, every job that is due for attention, and has this process give up what it
 * claimed and does not work. Runs where the worker runs.
 */
@ApplicationScoped
class Sweeper {
  private static final System.Logger LOG = System.getLogger(Sweeper.class.getName());

  static final Meter SWEPT = Meter.of("swept", "What the sweeper found and put right.", "found");
  static final String UNRUNG = "files without a message";
  static final String LATE = "files past the deadline";

  private final Attention attention;
  private final SweepJob sweep;
  private final ForgottenClaims forgotten;
  private final ManagedScheduledExecutorService scheduler;
  private final JobsSettings settings;
  private final WorkerSettings worker;
  private final Clock clock;
  private final Meters meters;
  private final Trouble trouble;
  private volatile Future<?> schedule;

  @Inject
  Sweeper(
      Attention attention,
      SweepJob sweep,
      ForgottenClaims forgotten,
      ManagedScheduledExecutorService scheduler,
      JobsSettings settings,
      WorkerSettings worker,
      Clock clock,
      Meters meters) {
    this.attention = attention;
    this.sweep = sweep;
    this.forgotten = forgotten;
    this.scheduler = scheduler;
    this.settings = settings;
    this.worker = worker;
    this.clock = clock;
    this.meters = meters;
    trouble = new Trouble(LOG, clock);
  }

  void start(@Observes @Priority(1_000) Startup start) {
    if (worker.worker()) {
      meters.count(SWEPT, 0, UNRUNG);
      meters.count(SWEPT, 0, LATE);
      long millis = settings.sweep().toMillis();
      schedule =
          scheduler.scheduleWithFixedDelay(this::sweep, millis, millis, TimeUnit.MILLISECONDS);
    }
  }

  void stop(@Observes Shutdown shutdown) {
    if (schedule != null) {
      schedule.cancel(false);
    }
  }

  void sweep() {
    try {
      forgotten.giveUp();
      attention.due(clock.instant()).forEach(this::visit);
    } catch (RuntimeException | Error e) {
      // Thrown, it would end the schedule.
      trouble.warn("Open jobs could not be looked for; the next round comes soon", e);
    }
  }

  private void visit(Attention.Due due) {
    try {
      sweep.sweep(due);
    } catch (RuntimeException e) {
      trouble.warn("job_id=" + due.jobId() + " could not be looked after; it is visited again", e);
    }
  }
}
