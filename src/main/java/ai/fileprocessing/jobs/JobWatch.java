package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Problem;
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
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Tells who waits when a job changes, whichever process changes it, by reading it again and again:
 * the table is the truth. Nobody who waits holds a thread, and all who wait for one job share its
 * reads.
 */
@ApplicationScoped
class JobWatch {
  private static final System.Logger LOG = System.getLogger(JobWatch.class.getName());

  /** Well below the minute after which proxies end a connection that is silent. */
  private static final Duration BEAT = Duration.ofSeconds(15);

  /** However many jobs are watched: the table's connections are there for others too. */
  private static final int READS_AT_ONCE = 8;

  private static final Duration CROWDED = Duration.ofMillis(50);

  private final Jobs jobs;
  private final ScheduledExecutorService scheduler;
  private final WatchLimits limits;
  private final Semaphore reads = new Semaphore(READS_AT_ONCE);
  private final Map<List<String>, WatchedJob> watched = new HashMap<>();
  private final Set<Watch> watches = new LinkedHashSet<>();
  private boolean stopped;
  private Future<?> beats;

  @Inject
  JobWatch(Jobs jobs, ManagedScheduledExecutorService scheduler, JobsSettings settings) {
    this(jobs, (ScheduledExecutorService) scheduler, settings);
  }

  JobWatch(Jobs jobs, ScheduledExecutorService scheduler, JobsSettings settings) {
    this.jobs = jobs;
    this.scheduler = scheduler;
    limits = new WatchLimits(settings);
  }

  void start(@Observes @Priority(1_000) Startup start, Stopping stopping) {
    stopping.onStop(this::stop);
    begin();
  }

  synchronized void begin() {
    long millis = BEAT.toMillis();
    beats = scheduler.scheduleWithFixedDelay(this::beat, millis, millis, TimeUnit.MILLISECONDS);
  }

  void shutDown(@Observes Shutdown shutdown) {
    stop();
  }

  /**
   * Watches a job until the watcher has seen enough or so much time has passed.
   *
   * @param job as the watcher knows it
   * @throws Problem 429 when the caller watches too much already, 503 when everybody together does
   */
  void watch(Job job, Duration most, Watcher watcher) {
    if (!add(job, most, watcher)) {
      watcher.end();
    }
  }

  /** Ends every watch, and each that comes from now on at once. */
  void stop() {
    List<Watch> all;
    synchronized (this) {
      stopped = true;
      if (beats != null) {
        beats.cancel(false);
      }
      all = List.copyOf(watches);
    }
    all.forEach(this::end);
  }

  /** How many watch at the moment. */
  synchronized int size() {
    return watches.size();
  }

  private synchronized boolean add(Job job, Duration most, Watcher watcher) {
    if (stopped) {
      return false;
    }
    limits.admit(job.userId());
    List<String> key = List.of(job.userId(), job.jobId());
    WatchedJob known = watched.get(key);
    WatchedJob shared = known == null ? new WatchedJob(job) : known;
    Watch watch = new Watch(shared, watcher);
    try {
      watch.timeout = schedule(() -> end(watch), most);
      if (known == null) {
        schedule(shared, shared.rhythm.next());
        watched.put(key, shared);
      }
      shared.watches.add(watch);
      watches.add(watch);
      limits.begun(job.userId());
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Whether it was there. */
  private synchronized boolean remove(Watch watch) {
    if (!watches.remove(watch)) {
      return false;
    }
    watch.timeout.cancel(false);
    WatchedJob shared = watch.shared;
    shared.watches.remove(watch);
    if (shared.watches.isEmpty()) {
      watched.remove(List.of(shared.userId, shared.jobId));
    }
    limits.ended(shared.userId);
    return true;
  }

  private void end(Watch watch) {
    if (remove(watch)) {
      try {
        watch.watcher.end();
      } catch (RuntimeException e) {
        LOG.log(Level.DEBUG, "A watcher is gone", e);
      }
    }
  }

  private void beat() {
    List<Watch> all;
    synchronized (this) {
      all = List.copyOf(watches);
    }
    all.forEach(watch -> keepOrRemove(watch, watch.watcher::beat));
  }

  private void keepOrRemove(Watch watch, BooleanSupplier call) {
    boolean goesOn = false;
    try {
      goesOn = call.getAsBoolean();
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "A watcher is gone", e);
    }
    if (!goesOn) {
      remove(watch);
    }
  }

  private Future<?> schedule(Runnable action, Duration delay) {
    return scheduler.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static final class Watch {
    private final WatchedJob shared;
    private final Watcher watcher;
    private Future<?> timeout;

    Watch(WatchedJob shared, Watcher watcher) {
      this.shared = shared;
      this.watcher = watcher;
    }
  }

  /** A job that somebody watches, and the next read of it. */
  private final class WatchedJob implements Runnable {
    private final Set<Watch> watches = new LinkedHashSet<>();
    private final String userId;
    private final String jobId;
    private final ReadRhythm rhythm;
    private boolean failing;

    WatchedJob(Job job) {
      userId = job.userId();
      jobId = job.jobId();
      rhythm = new ReadRhythm(job);
    }

    @Override
    public void run() {
      List<Watch> now = watches();
      if (now.isEmpty()) {
        return;
      }
      if (!reads.tryAcquire()) {
        again(CROWDED);
        return;
      }
      Optional<Job> job;
      try {
        job = jobs.find(userId, jobId);
        failing = false;
      } catch (RuntimeException e) {
        // Not the end of anything: it may answer again before those who wait have waited enough.
        if (!failing) {
          LOG.log(Level.WARNING, "job_id=" + jobId + " cannot be read; tried again", e);
        }
        failing = true;
        again(rhythm.next());
        return;
      } finally {
        reads.release();
      }
      now.forEach(watch -> keepOrRemove(watch, () -> watch.watcher.see(job)));
      job.ifPresent(rhythm::see);
      again(rhythm.next());
    }

    private List<Watch> watches() {
      synchronized (JobWatch.this) {
        return new ArrayList<>(watches);
      }
    }

    private void again(Duration pause) {
      try {
        schedule(this, pause);
      } catch (RejectedExecutionException e) {
        stop();
      }
    }
  }
}
