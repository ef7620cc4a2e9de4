package ai.fileprocessing.jobs.worker;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.Semaphore;

/** Bounds the bytes of memory that files in work take at once. */
@ApplicationScoped
public class Memory {
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
    int wanted = (int) Math.min(units, (bytes + UNIT - 1) / UNIT);
    free.acquire(wanted);
    return wanted;
  }

  /** Gives back what was taken. */
  public void give(int taken) {
    free.release(taken);
  }
}
