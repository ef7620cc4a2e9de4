package ai.fileprocessing.inference;

import ai.fileprocessing.platform.Sha256;
import java.util.List;

/**
 * An input as a model is shown it: whole, or part by part. Pieces of text are all in memory, pages
 * of a PDF only while their turn lasts: each part says what it takes.
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

    /** Bytes of the heap that it takes as long as there are parts to be shown. */
    long kept();

    /** Those that it takes beside them while its turn lasts. */
    long turn();
  }

  /** What is in memory as it is shown. */
  record Ready(Shown shown) implements Part {
    @Override
    public Shown show() {
      return shown;
    }

    /** By its text; what is shown whole needs no name. */
    @Override
    public String name() {
      return shown instanceof Shown.Text text ? "text-" + Sha256.of(text.text()) : "whole";
    }

    @Override
    public long kept() {
      return shown.weight();
    }

    @Override
    public long turn() {
      return shown.request();
    }
  }

  Material {
    parts = List.copyOf(parts);
  }

  static Material whole(Route route, Shown shown) {
    return new Material(route, List.of(new Ready(shown)));
  }

  /** Bytes of the heap that it takes while a model is asked about one part after the other. */
  long held() {
    return parts.stream().mapToLong(Part::kept).sum()
        + parts.stream().mapToLong(Part::turn).max().orElse(0);
  }
}
