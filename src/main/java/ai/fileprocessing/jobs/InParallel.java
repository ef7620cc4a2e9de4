package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Traces;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** Makes many short calls to AWS for one request, several at once. */
@ApplicationScoped
class InParallel {
  private static final int AT_ONCE = 8;

  private final Executor executor;

  @Inject
  InParallel(ManagedExecutorService executor) {
    this((Executor) executor);
  }

  InParallel(Executor executor) {
    this.executor = executor;
  }

  /**
   * Does something with each item and returns when all is done. After a failure nothing new is
   * begun, and when what was begun has ended the failure is thrown.
   */
  <T> void forEach(List<T> items, Consumer<T> action) {
    Batch<T> batch = new Batch<>(items, action);
    Runnable help = Traces.carried(batch::help);
    try {
      for (int i = 1; i < Math.min(AT_ONCE, items.size()); i++) {
        executor.execute(help);
      }
    } catch (RejectedExecutionException e) {
      // The process stops or is very busy: this thread does alone what the others do not.
    }
    batch.finish();
  }

  private static final class Batch<T> {
    private final Queue<T> left;
    private final Consumer<T> action;
    private Throwable failure;
    private int helpers;
    private boolean over;

    Batch(List<T> items, Consumer<T> action) {
      left = new ConcurrentLinkedQueue<>(items);
      this.action = action;
    }

    /** By another thread; one that comes when all is begun has nothing to do. */
    void help() {
      synchronized (this) {
        if (over) {
          return;
        }
        helpers++;
      }
      work();
      synchronized (this) {
        helpers--;
        notifyAll();
      }
    }

    /** By the thread that waits for it. */
    void finish() {
      work();
      awaitHelpers();
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
    }

    private void work() {
      try {
        for (T item = left.poll(); item != null; item = left.poll()) {
          action.accept(item);
        }
      } catch (RuntimeException | Error e) {
        left.clear();
        fail(e);
      }
    }

    private synchronized void fail(Throwable e) {
      failure = failure == null ? e : failure;
    }

    private synchronized void awaitHelpers() {
      over = true;
      boolean interrupted = false;
      while (helpers > 0) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Cuts a list into parts of at most so many. */
  static <T> List<List<T>> parts(List<T> items, int most) {
    List<List<T>> parts = new ArrayList<>();
    for (int from = 0; from < items.size(); from += most) {
      parts.add(items.subList(from, Math.min(from + most, items.size())));
    }
    return parts;
  }
}
