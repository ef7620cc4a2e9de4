package ai.fileprocessing.inference;

/**
 * Is told how much of the heap a question takes, whenever that changes: much while its inputs are
 * read, and mostly far less while a model thinks.
 */
@FunctionalInterface
public interface MemoryUse {
  /**
   * Takes so much from now on. More than before may wait until there is room; what was held is to
   * count as given back meanwhile, or two that wait for more would wait for each other.
   *
   * @param bytes in all
   * @throws InterruptedException when the thread is interrupted
   */
  void now(long bytes) throws InterruptedException;
}
