package ai.fileprocessing.inference;

/**
 * How much of the heap it takes to ask about an input: its bytes, the request's body, in which
 * three bytes are four, and what it is turned into. Measured by FootprintTest.
 */
final class Footprint {
  private static final long MB = 1 << 20;

  private Footprint() {}

  static long of(Fit.Facts input) {
    Kind.Way way = Kind.of(input.contentType()).map(Kind::way).orElse(Kind.Way.TEXT);
    return switch (way) {
      case IMAGE -> input.size() * 3;
      case PDF -> input.size() * 4;
      case OFFICE -> input.size() * 4;
      case EXTRACT -> input.size() * 4 + 8 * MB;
      case MARKED_TEXT, TEXT -> input.size() * 6;
    };
  }
}
