package ai.fileprocessing.inference;

/**
 * How much of the heap it takes to ask about an input: its bytes, those of the request, in which
 * each three are four, and what it is turned into. Measured as the smallest heap in which it works:
 * 2.4 times the bytes of a document, 4 times those of a text that is cut, 13 times those of packed
 * text that is found.
 */
final class Footprint {
  private static final long MB = 1 << 20;

  /** What a parser needs for the smallest file. */
  private static final long PARSER = 4 * MB;

  /** Above it nearly every model is sent what was found in an Office file, not the file. */
  private static final long WHOLE = 9 * MB / 2;

  private Footprint() {}

  static long of(Fit.Facts input) {
    Kind.Way way = Kind.of(input.contentType()).map(Kind::way).orElse(Kind.Way.TEXT);
    return switch (way) {
      case IMAGE, PDF -> input.size() * 3;
      case OFFICE -> input.size() <= WHOLE ? input.size() * 3 : extracted(input);
      case EXTRACT -> extracted(input);
      case MARKED_TEXT, TEXT -> input.size() * 5;
    };
  }

  private static long extracted(Fit.Facts input) {
    return input.size() * 14 + PARSER;
  }
}
