package ai.fileprocessing.platform;

import jakarta.annotation.Priority;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Notices that the server is stopped by its own command, of which no signal tells: while the server
 * waits for what runs, for up to half a minute, its executor takes nothing new, and the application
 * is not told.
 */
@ApplicationScoped
class NoticeStop {
  private static final System.Logger LOG = System.getLogger(NoticeStop.class.getName());

  private final ManagedExecutorService executor;
  private final ManagedThreadFactory threads;
  private final Stopping stopping;
  private final CountDownLatch ended = new CountDownLatch(1);

  @Inject
  NoticeStop(ManagedExecutorService executor, ManagedThreadFactory threads, Stopping stopping) {
    this.executor = executor;
    this.threads = threads;
    this.stopping = stopping;
  }

  void start(@Observes @Priority(1_000) Startup start) {
    threads.newThread(this::watch).start();
  }

  void end(@Observes Shutdown shutdown) {
    ended.countDown();
  }

  private void watch() {
    try {
      while (!ended.await(1, TimeUnit.SECONDS)) {
        executor.execute(() -> {});
      }
    } catch (RejectedExecutionException e) {
      LOG.log(Level.INFO, "The server takes nothing new; it stops");
      stopping.begin();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
