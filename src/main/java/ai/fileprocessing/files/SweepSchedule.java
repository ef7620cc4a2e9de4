package ai.fileprocessing.files;

import jakarta.annotation.Priority;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** When this process sweeps: at its start, and from then on every {@code files.sweep}. */
@ApplicationScoped
class SweepSchedule {
  private static final System.Logger LOG = System.getLogger(SweepSchedule.class.getName());

  private final Sweep sweep;
  private final ManagedScheduledExecutorService scheduler;
  private final FilesSettings settings;
  private volatile Future<?> sweeps;

  @Inject
  SweepSchedule(Sweep sweep, ManagedScheduledExecutorService scheduler, FilesSettings settings) {
    this.sweep = sweep;
    this.scheduler = scheduler;
    this.settings = settings;
  }

  void start(@Observes @Priority(1_000) Startup start) {
    long pause = settings.sweep().toMillis();
    sweeps = scheduler.scheduleWithFixedDelay(this::run, 0, pause, TimeUnit.MILLISECONDS);
  }

  /** Interrupts a sweep that runs, so that it does not outlive the clients that it calls. */
  void stop(@Observes Shutdown shutdown) {
    if (sweeps != null) {
      sweeps.cancel(true);
    }
  }

  private void run() {
    try {
      sweep.run();
    } catch (RuntimeException e) {
      // Not thrown on: the executor would never sweep again.
      LOG.log(Level.WARNING, "The sweep broke off; the next is in " + settings.sweep(), e);
    }
  }
}
