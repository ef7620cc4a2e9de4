package ai.fileprocessing.inference;

/** What a model is shown of an input, as one block of a message. */
sealed interface Shown {
  /** Bytes of the heap that it takes. */
  long weight();

  /** Bytes of the heap that a request with it takes beside it. */
  long request();

  record Text(String text) implements Shown {
    @Override
    public long weight() {
      return text.chars().allMatch(it -> it < 0x100) ? text.length() : 2L * text.length();
    }

    /** Written into a buffer that grows, and copied from it. */
    @Override
    public long request() {
      return 3 * weight();
    }
  }

  /** What goes as its bytes. */
  sealed interface Media extends Shown {
    /** Converse's name of its format. */
    String format();

    byte[] bytes();

    @Override
    default long weight() {
      return bytes().length;
    }

    @Override
    default long request() {
      return request(weight());
    }

    /** In which three bytes are four. */
    static long request(long bytes) {
      return 2 * bytes;
    }
  }

  /**
   * @param pages how many it has, where that is known and counts; else 0
   */
  record Document(String format, byte[] bytes, int pages) implements Media {
    Document(String format, byte[] bytes) {
      this(format, bytes, 0);
    }
  }

  record Image(String format, byte[] bytes) implements Media {}
}
