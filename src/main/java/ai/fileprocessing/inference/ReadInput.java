package ai.fileprocessing.inference;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads inputs: what a model will be shown of each, in parts where it is too much for one call. */
final class ReadInput {
  /** Bytes of a piece of text that is worth a question. */
  private static final int LEAST = 1_000;

  /** Of Office files, those that are archives. */
  private static final Set<String> PACKED = Set.of("docx", "xlsx");

  private final ReadingSettings settings;
  private final Limits limits;
  private final int room;
  private final int narrower;
  private final Held held;

  /**
   * @param narrower how often a model has said already that a part was too long: each time the
   *     parts are half as long, and what was a document is text where it can be
   * @param held what the input takes, told whenever it is known to be more or less
   */
  ReadInput(ReadingSettings settings, Limits limits, Ask ask, int narrower, Held held) {
    this.settings = settings;
    this.limits = limits;
    room = limits.room(ask);
    this.narrower = narrower;
    this.held = held;
  }

  /**
   * Reads one. Its bytes are put aside as soon as they are of no use here.
   *
   * @param route as it was chosen by type and size
   */
  Material read(Original original, Route route) throws UnusableFileException {
    Kind kind = Kind.of(original.input().contentType()).orElseThrow();
    Material material =
        switch (kind.way()) {
          case IMAGE -> image(kind, original.bytes());
          case PDF -> pdf(original);
          case OFFICE ->
              route == Route.DOCUMENT && narrower == 0
                  ? office(kind, original)
                  : extracted(original);
          case EXTRACT -> extracted(original);
          case MARKED_TEXT -> marked(kind, original, route);
          case TEXT -> text(Route.TEXT, decoded(original));
        };
    held.now(material.held());
    return material;
  }

  private Material office(Kind kind, Original original) throws UnusableFileException {
    if (PACKED.contains(kind.format())) {
      ZipBombs.refuse(original.file(), settings.unpacked(), patience());
    }
    return Material.whole(Route.DOCUMENT, new Shown.Document(kind.format(), original.bytes()));
  }

  private Patience patience() {
    return new Patience(settings.time());
  }

  private Material image(Kind kind, byte[] content) throws UnusableFileException {
    ImageSize.refuseOver(limits.imagePixels(), content);
    return Material.whole(Route.IMAGE, new Shown.Image(kind.format(), content));
  }

  /** One with more structure than there is room for is read again when there is more room. */
  private Material pdf(Original original) throws UnusableFileException {
    long size = original.input().size();
    long most = Footprint.structure(size);
    try (PdfPages pdf = new PdfPages(original.bytes(), most, patience())) {
      return pages(original, pdf);
    } catch (UnusableFileException e) {
      refuseUnlessComplex(e);
    }
    Path file = original.file();
    original.putAside();
    while (true) {
      most = Math.min(BoundedPdf.MOST, 4 * most);
      held.now(Footprint.complex(size, most));
      try (PdfPages pdf = new PdfPages(file, most, patience())) {
        return pages(original, pdf);
      } catch (UnusableFileException e) {
        refuseUnlessComplex(e);
        if (most == BoundedPdf.MOST) {
          throw e;
        }
      }
    }
  }

  private static void refuseUnlessComplex(UnusableFileException e) throws UnusableFileException {
    if (!e.code().equals("FILE_TOO_COMPLEX")) {
      throw e;
    }
  }

  private Material pages(Original original, PdfPages pdf) throws UnusableFileException {
    long most = limits.document("pdf");
    int pages = Math.max(1, Math.min(pdf.count(), limits.pages()) >> narrower);
    if (!pdf.isEncrypted() && pdf.count() <= pages && original.input().size() <= most) {
      return Material.whole(
          Route.DOCUMENT, new Shown.Document("pdf", original.bytes(), pdf.count()));
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
        ranges.stream().<Material.Part>map(it -> new Pages(file, it, turn)).toList());
  }

  private final class Pages implements Material.Part {
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
      try (PdfPages pdf = new PdfPages(file, BoundedPdf.MOST, patience())) {
        return new Shown.Document("pdf", pdf.document(range), range.count());
      }
    }

    /** Its bytes would not do: each time that pages are taken out they are written anew. */
    @Override
    public String name() {
      return "pages-%d-%d".formatted(range.first(), range.last());
    }

    @Override
    public String where() {
      return ", pages %d to %d".formatted(range.first(), range.last());
    }

    @Override
    public long kept() {
      return 0;
    }

    @Override
    public long turn() {
      return turn;
    }
  }

  /** Recoded, because nobody tells Bedrock how a document is encoded. */
  private Material marked(Kind kind, Original original, Route route) throws UnusableFileException {
    String text = decoded(original);
    return route == Route.DOCUMENT
            && narrower == 0
            && Utf8.length(text) <= Math.min(room, limits.document(kind.format()))
        ? Material.whole(
            Route.DOCUMENT,
            new Shown.Document(kind.format(), text.getBytes(StandardCharsets.UTF_8)))
        : text(Route.TEXT, text);
  }

  /** What a document unpacks to is counted first, and waits for as much memory as it takes. */
  private Material extracted(Original original) throws UnusableFileException {
    int most = (int) Math.min(Integer.MAX_VALUE, (long) room * settings.parts());
    String type = Kind.type(original.input().contentType());
    ExtractText extract = new ExtractText(settings, type);
    Path file = original.file();
    original.putAside();
    held.now(Footprint.extracting(type, extract.unpacked(file, patience())));
    return text(Route.EXTRACTED_TEXT, notBlank(extract.of(file, most, patience())));
  }

  private Material text(Route route, String text) throws UnusableFileException {
    int most = Math.max(LEAST, (int) Math.min(room, Utf8.length(text)) >> narrower);
    List<String> pieces = CutText.at(text, most);
    if (pieces.size() == 1) {
      return Material.whole(route, new Shown.Text(text));
    }
    if (pieces.size() > settings.parts()) {
      throw new UnusableFileException(
          "INPUT_TOO_LONG",
          "The file's text is %d questions; the most is %d. Split it."
              .formatted(pieces.size(), settings.parts()));
    }
    return new Material(
        route == Route.TEXT ? Route.PARTS : route,
        pieces.stream().<Material.Part>map(it -> new Material.Ready(new Shown.Text(it))).toList());
  }

  private static String decoded(Original original) throws UnusableFileException {
    Optional<String> text = TextOfFile.decode(original.bytes());
    original.putAside();
    return notBlank(
        text.orElseThrow(
            () ->
                new UnusableFileException(
                    "FILE_NOT_TEXT",
                    "The file is not text, or nobody can tell in which encoding. Save it as UTF-8 and upload that.")));
  }

  private static String notBlank(String text) throws UnusableFileException {
    if (isBlank(text)) {
      throw UnusableFileException.empty();
    }
    return text;
  }

  /** Also where its blanks are no-break spaces. */
  private static boolean isBlank(String text) {
    return text.codePoints()
        .allMatch(it -> Character.isWhitespace(it) || Character.isSpaceChar(it));
  }
}
