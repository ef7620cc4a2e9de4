package ai.fileprocessing.jobs.worker;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Bounds the bytes of memory that files in work take at once. */
@ApplicationScoped
public class Memory {
  /** What one piece of work has of it, which changes while it goes on. */
  public static final class Share implements AutoCloseable {
    private final Memory memory;
    private final String caller;
    private int taken;

    private Share(Memory memory, String caller, int taken) {
      this.memory = memory;
      this.caller = caller;
      this.taken = taken;
    }

    /**
     * Becomes so large. Before it waits to be larger it gives back what it has: two that each hold
     * what the other waits for would wait for ever.
     *
     * @throws InterruptedException when the thread is interrupted; it has nothing then
     */
    public void become(long bytes) throws InterruptedException {
      int wanted = memory.units(bytes);
      if (wanted > taken) {
        close();
        taken = memory.take(caller, bytes);
      } else {
        memory.give(taken - wanted);
        taken = wanted;
      }
    }

    @Override
    public void close() {
      memory.give(taken);
      taken = 0;
    }
  }

  private static final int UNIT = 1024;

  /** Somebody who waits for so much, and is told when it is theirs. */
  private record Waiter(int units, CountDownLatch granted) {}

  private final int units;
  private final Turns<Waiter> turns = new Turns<>();
  private int free;

  @Inject
  Memory(WorkerSettings settings) {
    this(settings.bytes());
  }

  /** As many bytes as that. */
  public Memory(long bytes) {
    units = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / UNIT));
    free = units;
  }

  /**
   * Waits until there is room for so many bytes; what is larger than all of it waits for all of it.
   * Whose turn has come is served before all others, so that many small files cannot keep a large
   * one waiting, and callers take turns, so that many large files of one cannot keep those of
   * another.
   *
   * @return what was taken, to be given back
   * @throws InterruptedException when the thread is interrupted
   */
  public int take(String caller, long bytes) throws InterruptedException {
    Waiter waiter = new Waiter(units(bytes), new CountDownLatch(1));
    synchronized (this) {
      turns.add(caller, waiter);
      grant();
    }
    try {
      waiter.granted().await();
    } catch (InterruptedException e) {
      giveUp(caller, waiter);
      throw e;
    }
    return waiter.units();
  }

  private int units(long bytes) {
    return (int) Math.min(units, (bytes + UNIT - 1) / UNIT);
  }

  /**
   * The same for somebody whose needs change.
   *
   * @throws InterruptedException when the thread is interrupted
   */
  public Share share(String caller, long bytes) throws InterruptedException {
    return new Share(this, caller, take(caller, bytes));
  }

  /** Gives back what was taken. */
  public synchronized void give(int taken) {
    free += taken;
    grant();
  }

  private synchronized void giveUp(String caller, Waiter waiter) {
    if (waiter.granted().getCount() == 0) {
      free += waiter.units();
    } else {
      turns.remove(caller, waiter);
    }
    grant();
  }

  private void grant() {
    Optional<Waiter> next = turns.next();
    while (next.isPresent() && next.get().units() <= free) {
      free -= next.get().units();
      turns.take();
      next.get().granted().countDown();
      next = turns.next();
    }
  }
}
