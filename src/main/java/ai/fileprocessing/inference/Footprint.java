package ai.fileprocessing.inference;

import java.util.List;

/**
 * How much of the heap it takes to ask about inputs. By type and size alone it is known what it
 * takes until an input is read; what is unpacked and shown is counted when it is there. How the
 * factors were measured: decision record 22.
 */
final class Footprint {
  private static final long MB = 1 << 20;

  /** What a parser needs for the smallest file. */
  private static final long PARSER = 4 * MB;

  /** What PDFBox makes of a byte of structure. */
  private static final int OBJECTS = 8;

  /** What the text of a byte that is unpacked takes until it is cut. */
  private static final int TEXT = 6;

  /** What a tag of html takes, and what stands behind it. */
  private static final int TAG = 300;

  private Footprint() {}

  /** From its first byte on: all of them, what a text is decoded to, a parser, the request. */
  static long of(Fit.Facts input) {
    return switch (way(input)) {
      case IMAGE -> 3 * input.size();
      case PDF, OFFICE, EXTRACT -> 3 * input.size() + PARSER;
      case MARKED_TEXT, TEXT -> 5 * input.size();
    };
  }

  private static Kind.Way way(Fit.Facts input) {
    return Kind.of(input.contentType()).map(Kind::way).orElse(Kind.Way.TEXT);
  }

  /**
   * Of inputs that go into one request, whose bytes are all here before the first is read: three
   * times their bytes, as for one, and what reading takes beside that for one at a time.
   */
  static long of(List<Fit.Facts> inputs) {
    return inputs.stream().mapToLong(it -> 3 * it.size()).sum()
        + inputs.stream().mapToLong(it -> of(it) - 3 * it.size()).max().orElse(0);
  }

  /**
   * While the text in a document is looked for, whose own bytes are not held: it is copied as it
   * grows, and two bytes a character where one of them is not Latin. A message's html is built
   * whole.
   *
   * @param unpacked its bytes when it is unpacked
   */
  static long extracting(String type, long unpacked) {
    long tags = Math.min(BoundedHtml.MOST_TAGS, unpacked / 3);
    return PARSER + TEXT * unpacked + (type.equals(ExtractText.MESSAGE) ? TAG * tags : 0);
  }

  /** How many bytes of a PDF's structure {@link #of} has room for, beside the PDF. */
  static long structure(long size) {
    return (2 * size + PARSER) / OBJECTS;
  }

  /** While a PDF is read that has up to so many bytes of structure, beside its own. */
  static long complex(long size, long structure) {
    return 3 * size + PARSER + OBJECTS * structure;
  }

  /**
   * While a document of some pages of a PDF is made and sent, whose own bytes are not held.
   *
   * @param structure bytes of it that are unpacked
   * @param document the bytes of the largest
   */
  static long pages(long structure, long document) {
    return PARSER + OBJECTS * structure + 4 * document;
  }

  /** What answers take until they are merged. */
  static long answers(List<String> answers) {
    return answers.stream().mapToLong(it -> new Shown.Text(it).weight()).sum();
  }

  /** Those, and the largest request about them. */
  static long merging(List<String> answers) {
    return 4 * answers(answers);
  }
}
