package ai.fileprocessing.jobs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A scheduler whose time goes on when it is told to; its tasks run in the thread that tells it. */
final class TickingScheduler extends AbstractExecutorService implements ScheduledExecutorService {
  private final List<Task> tasks = new ArrayList<>();
  private long now;
  private boolean closed;

  private final class Task extends FutureTask<Void> implements RunnableScheduledFuture<Void> {
    private final long period;
    private long due;

    Task(Runnable action, long delay, long period) {
      super(action, null);
      this.period = period;
      due = now + delay;
    }

    @Override
    public boolean isPeriodic() {
      return period > 0;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(due - now, TimeUnit.MILLISECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.MILLISECONDS), other.getDelay(TimeUnit.MILLISECONDS));
    }

    @Override
    public void run() {
      if (isPeriodic()) {
        runAndReset();
        due = now + period;
        tasks.add(this);
      } else {
        super.run();
      }
    }
  }

  /** Runs everything that comes due in that time, in its order. */
  void tick(Duration time) {
    long end = now + time.toMillis();
    while (true) {
      tasks.removeIf(FutureTask::isCancelled);
      Task next =
          tasks.stream()
              .filter(it -> it.due <= end)
              .min(Comparator.comparingLong(it -> it.due))
              .orElse(null);
      if (next == null) {
        now = end;
        return;
      }
      tasks.remove(next);
      now = Math.max(now, next.due);
      next.run();
    }
  }

  /** How many tasks are still to come. */
  int waiting() {
    tasks.removeIf(FutureTask::isCancelled);
    return tasks.size();
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable action, long delay, TimeUnit unit) {
    return add(action, unit.toMillis(delay), 0);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable action, long first, long delay, TimeUnit unit) {
    return add(action, unit.toMillis(first), unit.toMillis(delay));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable action, long first, long period, TimeUnit unit) {
    return scheduleWithFixedDelay(action, first, period, unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> action, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  private Task add(Runnable action, long delay, long period) {
    if (closed) {
      throw new RejectedExecutionException();
    }
    Task task = new Task(action, delay, period);
    tasks.add(task);
    return task;
  }

  @Override
  public void execute(Runnable action) {
    add(action, 0, 0);
  }

  @Override
  public void shutdown() {
    closed = true;
  }

  @Override
  public List<Runnable> shutdownNow() {
    closed = true;
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return closed;
  }

  @Override
  public boolean isTerminated() {
    return closed;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return closed;
  }
}
