package ai.fileprocessing.inference;

/**
 * Counts what one input takes of the heap.
 *
 * @param beside what the question takes beside it
 * @param most what it may take, with that, even when nothing else is in work
 */
record Held(MemoryUse memory, long beside, long most) {
  private static final long MB = 1 << 20;

  /**
   * So much from now on; waits where that is more and there is no room.
   *
   * @throws UnusableFileException when it is more than there ever is room for
   * @throws Patience.EndedException when the thread is interrupted, whose flag stays set
   */
  void now(long bytes) throws UnusableFileException {
    if (beside + bytes > most) {
      throw UnusableFileException.tooComplex(
          "Reading the file may take %d MB of memory; the most here is %d."
              .formatted((beside + bytes) / MB, most / MB));
    }
    try {
      memory.now(beside + bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Patience.EndedException(true);
    }
  }
}
