package ai.fileprocessing.inference;

/** What a model is shown of an input, as one block of a message. */
sealed interface Shown {
  record Text(String text) implements Shown {}

  /**
   * @param format Converse's name of it
   * @param pages how many it has, where that is known and counts; else 0
   */
  record Document(String format, byte[] bytes, int pages) implements Shown {
    Document(String format, byte[] bytes) {
      this(format, bytes, 0);
    }
  }

  /**
   * @param format Converse's name of it
   */
  record Image(String format, byte[] bytes) implements Shown {}
}
