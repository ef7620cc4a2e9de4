package ai.fileprocessing.inference;

import java.util.List;

/**
 * An input as a model is shown it: whole, or part by part. Parts are made when their turn comes, so
 * that only one of them is in memory.
 *
 * @param route which way it took
 * @param parts at least one
 */
record Material(Route route, List<Part> parts) {
  /** Makes what is shown. */
  interface Part {
    Shown show() throws UnusableFileException;

    /** What names it among all parts that its input may be divided into. */
    String name();

    /** Which pages they are, where they are pages: {@code , pages 1 to 100}. */
    default String where() {
      return "";
    }
  }

  Material {
    parts = List.copyOf(parts);
  }

  static Material whole(Route route, Shown shown) {
    return new Material(
        route,
        List.of(
            new Part() {
              @Override
              public Shown show() {
                return shown;
              }

              @Override
              public String name() {
                return "whole";
              }
            }));
  }
}
