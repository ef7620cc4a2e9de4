package ai.fileprocessing.inference;

/**
 * Counts what one input takes of the heap.
 *
 * @param beside what the question takes beside it
 */
record Held(MemoryUse memory, long beside) {
  /**
   * So much from now on; waits where that is more and there is no room.
   *
   * @throws Patience.EndedException when the thread is interrupted, whose flag stays set
   */
  void now(long bytes) {
    try {
      memory.now(beside + bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Patience.EndedException(true);
    }
  }
}
