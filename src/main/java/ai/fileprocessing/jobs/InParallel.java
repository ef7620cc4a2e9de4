package ai.fileprocessing.jobs;

import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
    Queue<T> left = new ConcurrentLinkedQueue<>(items);
    Runnable work =
        () -> {
          try {
            for (T item = left.poll(); item != null; item = left.poll()) {
              action.accept(item);
            }
          } catch (RuntimeException e) {
            left.clear();
            throw e;
          }
        };
    List<CompletableFuture<Void>> others = new ArrayList<>();
    try {
      for (int i = 1; i < Math.min(AT_ONCE, items.size()); i++) {
        others.add(CompletableFuture.runAsync(work, executor));
      }
    } catch (RejectedExecutionException e) {
      // The process stops or is very busy: this thread does alone what the others do not.
    }
    RuntimeException failure = null;
    try {
      work.run();
    } catch (RuntimeException e) {
      failure = e;
    }
    for (CompletableFuture<Void> other : others) {
      try {
        other.join();
      } catch (CompletionException e) {
        failure = failure == null && e.getCause() instanceof RuntimeException r ? r : failure;
      }
    }
    if (failure != null) {
      throw failure;
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
