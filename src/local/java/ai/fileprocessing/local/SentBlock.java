package ai.fileprocessing.local;

/**
 * A block of a message as the model is given it. What it costs is an estimate by a fixed rule: a
 * token for every four characters of text, also of the text in a document, and for an image its
 * pixels divided by 750, but 1,600 at most, since larger ones are made smaller first.
 */
sealed interface SentBlock {
  /** What of it can be read; empty for an image. */
  String text();

  /** What it is, in one line. */
  String headline();

  /** What it is, exactly: two blocks with the same identity are the same to a cache. */
  String identity();

  /** Whether it is of words, even of none. */
  default boolean isReadable() {
    return this instanceof Text || this instanceof Document;
  }

  default int tokens() {
    return tokens(text());
  }

  static int tokens(String text) {
    return (text.length() + 3) / 4;
  }

  /** A text, also one from a tool or under a guardrail. */
  record Text(String text) implements SentBlock {
    @Override
    public String headline() {
      return "text";
    }

    @Override
    public String identity() {
      return "text " + text;
    }
  }

  /**
   * A document that could be read.
   *
   * @param sha256 the first twelve hexadecimal digits of its digest
   * @param parts what can be counted, such as {@code 3 pages}; empty where nothing can
   */
  record Document(String name, String format, int bytes, String sha256, String parts, String text)
      implements SentBlock {
    @Override
    public String identity() {
      return headline();
    }

    @Override
    public String headline() {
      return "document \"%s\", %s, %d bytes, SHA-256 %s%s"
          .formatted(name, format, bytes, sha256, parts.isEmpty() ? "" : ", " + parts);
    }
  }

  /** An image of the format that it claims. */
  record Image(String format, int width, int height, int bytes, String sha256)
      implements SentBlock {
    private static final int PIXELS_PER_TOKEN = 750;
    private static final int MOST_TOKENS = 1_600;

    @Override
    public String text() {
      return "";
    }

    @Override
    public String identity() {
      return headline();
    }

    @Override
    public int tokens() {
      long pixels = (long) width * height;
      return (int) Math.min(MOST_TOKENS, (pixels + PIXELS_PER_TOKEN - 1) / PIXELS_PER_TOKEN);
    }

    @Override
    public String headline() {
      return "image, %s, %d x %d pixels, %d bytes, SHA-256 %s"
          .formatted(format, width, height, bytes, sha256);
    }
  }

  /** What the model said otherwise than in text: the use of a tool, or its reasoning. */
  record Other(String json) implements SentBlock {
    @Override
    public String text() {
      return "";
    }

    @Override
    public String headline() {
      return "other";
    }

    @Override
    public String identity() {
      return json;
    }

    @Override
    public int tokens() {
      return SentBlock.tokens(json);
    }
  }

  /** Everything before it may be kept for the next request. */
  record CachePoint() implements SentBlock {
    @Override
    public String text() {
      return "";
    }

    @Override
    public String headline() {
      return "cache point";
    }

    @Override
    public String identity() {
      return "";
    }
  }
}
