package ai.fileprocessing.jobs.worker;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.Semaphore;

/** Bounds the bytes of memory that files in work take at once. */
@ApplicationScoped
public class Memory {
  /** What one piece of work has of it, which changes while it goes on. */
  public static final class Share implements AutoCloseable {
    private final Memory memory;
    private int taken;

    private Share(Memory memory, int taken) {
      this.memory = memory;
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
        taken = memory.take(bytes);
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

  private final int units;
  private final Semaphore free;

  @Inject
  Memory(WorkerSettings settings) {
    this(settings.bytes());
  }

  /** As many bytes as that. */
  public Memory(long bytes) {
    units = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / UNIT));
    free = new Semaphore(units, true);
  }

  /**
   * Waits until there is room for so many bytes; what is larger than all of it waits for all of it.
   * First come, first served, so that many small files cannot keep a large one waiting.
   *
   * @return what was taken, to be given back
   * @throws InterruptedException when the thread is interrupted
   */
  public int take(long bytes) throws InterruptedException {
    int wanted = units(bytes);
    free.acquire(wanted);
    return wanted;
  }

  private int units(long bytes) {
    return (int) Math.min(units, (bytes + UNIT - 1) / UNIT);
  }

  /**
   * The same for somebody whose needs change.
   *
   * @throws InterruptedException when the thread is interrupted
   */
  public Share share(long bytes) throws InterruptedException {
    return new Share(this, take(bytes));
  }

  /** Gives back what was taken. */
  public void give(int taken) {
    free.release(taken);
  }
}
