package ai.fileprocessing.inference;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads PDFs: whole where a model takes them so, and otherwise by ranges of pages. */
final class ReadPdf {
  private final ReadingSettings settings;
  private final Limits limits;
  private final Held held;
  private final Patience patience;

  ReadPdf(ReadingSettings settings, Limits limits, Held held, Patience patience) {
    this.settings = settings;
    this.limits = limits;
    this.held = held;
    this.patience = patience;
  }

  /** One with more structure than there is room for is read again when there is more room. */
  Material read(Original original) throws UnusableFileException {
    long size = original.input().size();
    long least = Footprint.structure(size);
    try {
      return patience.during(
          () -> {
            try (PdfPages pdf = new PdfPages(original.bytes(), least, patience)) {
              return pages(original, pdf);
            }
          });
    } catch (UnusableFileException e) {
      refuseUnlessComplex(e);
    }
    Path file = original.file();
    original.putAside();
    long most = least;
    while (true) {
      most = Math.min(BoundedPdf.MOST, 4 * most);
      held.now(Footprint.complex(size, most));
      try {
        return pages(original, file, most);
      } catch (UnusableFileException e) {
        refuseUnlessComplex(e);
        if (most == BoundedPdf.MOST) {
          throw e;
        }
      }
    }
  }

  private Material pages(Original original, Path file, long most) throws UnusableFileException {
    return patience.during(
        () -> {
          try (PdfPages pdf = new PdfPages(file, most, patience)) {
            return pages(original, pdf);
          }
        });
  }

  private static void refuseUnlessComplex(UnusableFileException e) throws UnusableFileException {
    if (!e.code().equals("FILE_TOO_COMPLEX")) {
      throw e;
    }
  }

  private Material pages(Original original, PdfPages pdf) throws UnusableFileException {
    long most = limits.document("pdf");
    int pages = Math.min(pdf.count(), limits.pages());
    if (!pdf.isEncrypted() && pdf.count() <= pages && original.input().size() <= most) {
      return whole(original, pdf.count(), pdf.unpacked());
    }
    List<PdfPages.Range> ranges = pdf.ranges(pages, most);
    if (ranges.size() > settings.parts()) {
      throw new UnusableFileException(
          "INPUT_TOO_LONG",
          "The PDF's %d pages are %d questions; the most is %d. Split it."
              .formatted(pdf.count(), ranges.size(), settings.parts()));
    }
    Path file = original.file();
    original.putAside();
    long turn = Footprint.pages(pdf.unpacked(), pdf.largest());
    return new Material(
        ranges.size() == 1 ? Route.DOCUMENT : Route.SPLIT_PAGES,
        ranges.stream().map(it -> part(file, it, turn)).toList());
  }

  private Material whole(Original original, int count, long structure) {
    return Material.whole(
        Route.DOCUMENT,
        new WholeInput(
            original,
            bytes -> new Shown.Document("pdf", bytes, count),
            () -> {
              Path file = original.file();
              original.putAside();
              long turn = Footprint.pages(structure, original.input().size());
              return halves(file, new PdfPages.Range(1, count), turn);
            }));
  }

  private Optional<Material> halves(Path file, PdfPages.Range range, long turn) {
    return range.count() == 1
        ? Optional.empty()
        : Optional.of(
            new Material(
                Route.SPLIT_PAGES,
                range.halves().stream().map(it -> part(file, it, turn)).toList()));
  }

  /** Named by its pages; its bytes would not do: they are written anew each time. */
  private Material.Part part(Path file, PdfPages.Range range, long turn) {
    return new Material.Part(
        "pages-%d-%d".formatted(range.first(), range.last()),
        ", pages %d to %d".formatted(range.first(), range.last()),
        new Pages(file, range, turn));
  }

  private final class Pages implements Material.Content {
    private final Path file;
    private final PdfPages.Range range;
    private final long turn;

    Pages(Path file, PdfPages.Range range, long turn) {
      this.file = file;
      this.range = range;
      this.turn = turn;
    }

    @Override
    public Shown show() throws UnusableFileException {
      return patience.during(
          () -> {
            try (PdfPages pdf = new PdfPages(file, BoundedPdf.MOST, patience)) {
              return new Shown.Document("pdf", pdf.document(range), range.count());
            }
          });
    }

    @Override
    public long kept() {
      return 0;
    }

    @Override
    public long turn() {
      return turn;
    }

    @Override
    public Optional<Material> smaller() {
      return halves(file, range, turn);
    }
  }
}
