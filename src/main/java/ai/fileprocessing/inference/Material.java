package ai.fileprocessing.inference;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * An input as a model is shown it: whole, or part by part. Pieces of text are all in memory, pages
 * of a PDF only while their turn lasts: each part says what it takes.
 *
 * @param route which way it took
 * @param parts at least one
 */
record Material(Route route, List<Part> parts) {
  /**
   * Some of it.
   *
   * @param name what names it among all parts that its input may be divided into
   * @param where which pages they are, where they are pages: {@code , pages 1 to 100}
   */
  record Part(String name, String where, Content content) {}

  /** Makes what is shown. */
  interface Content {
    Shown show() throws UnusableFileException;

    /** Bytes of the heap that it takes as long as there are parts to be shown. */
    long kept();

    /** Those that it takes beside them while its turn lasts. */
    long turn();

    /**
     * The same in smaller parts, or in a shorter form, for a model that finds it too long; empty
     * where there is none.
     */
    Optional<Material> smaller() throws UnusableFileException;
  }

  /** Makes the same of an input in smaller parts, or in a shorter form. */
  interface Smaller {
    Optional<Material> made() throws UnusableFileException;
  }

  Material {
    parts = List.copyOf(parts);
  }

  static Material whole(Route route, Content content) {
    return new Material(route, List.of(new Part("whole", "", content)));
  }

  /** Bytes of the heap that it takes while a model is asked about one part after the other. */
  long held() {
    return held(parts);
  }

  /** Those that these parts take. */
  static long held(Collection<Part> parts) {
    return parts.stream().mapToLong(it -> it.content().kept()).sum()
        + parts.stream().mapToLong(it -> it.content().turn()).max().orElse(0);
  }
}
