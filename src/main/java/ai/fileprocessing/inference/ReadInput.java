package ai.fileprocessing.inference;

import ai.fileprocessing.platform.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

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

  /**
   * @param narrower how often a model has said already that a part was too long: each time the
   *     parts are half as long, and what was a document is text where it can be
   */
  ReadInput(ReadingSettings settings, Limits limits, Ask ask, int narrower) {
    this.settings = settings;
    this.limits = limits;
    room = limits.room(ask);
    this.narrower = narrower;
  }

  /**
   * Reads one.
   *
   * @param route as it was chosen by type and size
   */
  Material read(Input input, Route route) throws UnusableFileException {
    Kind kind = Kind.of(input.contentType()).orElseThrow();
    return switch (kind.way()) {
      case IMAGE -> image(kind, input.content());
      case PDF -> pdf(input.content());
      case OFFICE ->
          route == Route.DOCUMENT && narrower == 0
              ? office(kind, input.content())
              : extracted(input);
      case EXTRACT -> extracted(input);
      case MARKED_TEXT -> marked(kind, input.content(), route);
      case TEXT -> text(Route.TEXT, decoded(input.content()));
    };
  }

  private Material office(Kind kind, byte[] content) throws UnusableFileException {
    if (PACKED.contains(kind.format())) {
      new ExtractText(settings, new Patience(settings.time())).refuseBomb(content);
    }
    return Material.whole(Route.DOCUMENT, new Shown.Document(kind.format(), content));
  }

  private Material image(Kind kind, byte[] content) throws UnusableFileException {
    refuseWide(content);
    return Material.whole(Route.IMAGE, new Shown.Image(kind.format(), content));
  }

  /** Of formats that Java reads; of others the model tells. */
  private void refuseWide(byte[] content) throws UnusableFileException {
    int width;
    int height;
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        return;
      }
      ImageReader reader = readers.next();
      reader.setInput(in);
      width = reader.getWidth(0);
      height = reader.getHeight(0);
      reader.dispose();
    } catch (IOException | RuntimeException e) {
      throw UnusableFileException.damaged();
    }
    if (Math.max(width, height) > limits.imagePixels()) {
      throw new UnusableFileException(
          "FILE_TOO_LARGE",
          "The image has %d by %d pixels; the most is %d each way. Scale it down."
              .formatted(width, height, limits.imagePixels()));
    }
  }

  private Material pdf(byte[] content) throws UnusableFileException {
    PdfPages pdf = new PdfPages(content, new Patience(settings.time()));
    long most = limits.document("pdf");
    int pages = Math.max(1, Math.min(pdf.count(), limits.pages()) >> narrower);
    if (!pdf.isEncrypted() && pdf.count() <= pages && content.length <= most) {
      return Material.whole(Route.DOCUMENT, new Shown.Document("pdf", content, pdf.count()));
    }
    List<PdfPages.Range> ranges = pdf.ranges(pages, most);
    if (ranges.size() > settings.parts()) {
      throw new UnusableFileException(
          "INPUT_TOO_LONG",
          "The PDF's %d pages are %d questions; the most is %d. Split it."
              .formatted(pdf.count(), ranges.size(), settings.parts()));
    }
    return new Material(
        ranges.size() == 1 ? Route.DOCUMENT : Route.SPLIT_PAGES,
        ranges.stream().<Material.Part>map(it -> new Pages(content, it)).toList());
  }

  private final class Pages implements Material.Part {
    private final byte[] content;
    private final PdfPages.Range range;

    Pages(byte[] content, PdfPages.Range range) {
      this.content = content;
      this.range = range;
    }

    @Override
    public Shown show() throws UnusableFileException {
      PdfPages pdf = new PdfPages(content, new Patience(settings.time()));
      return new Shown.Document("pdf", pdf.document(range), range.count());
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
  }

  /** Recoded, because nobody tells Bedrock how a document is encoded. */
  private Material marked(Kind kind, byte[] content, Route route) throws UnusableFileException {
    String text = decoded(content);
    if (isBlank(text)) {
      throw UnusableFileException.empty();
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return route == Route.DOCUMENT
            && narrower == 0
            && bytes.length <= Math.min(room, limits.document(kind.format()))
        ? Material.whole(Route.DOCUMENT, new Shown.Document(kind.format(), bytes))
        : text(Route.TEXT, text);
  }

  private Material extracted(Input input) throws UnusableFileException {
    long most = Math.min(Integer.MAX_VALUE, (long) room * settings.parts());
    String text =
        new ExtractText(settings, new Patience(settings.time()))
            .of(input.content(), Kind.type(input.contentType()), (int) most);
    return text(Route.EXTRACTED_TEXT, text);
  }

  private Material text(Route route, String text) throws UnusableFileException {
    if (isBlank(text)) {
      throw UnusableFileException.empty();
    }
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
        pieces.stream().<Material.Part>map(Piece::new).toList());
  }

  private record Piece(String text) implements Material.Part {
    @Override
    public Shown show() {
      return new Shown.Text(text);
    }

    @Override
    public String name() {
      return "text-" + Sha256.of(text);
    }
  }

  private static String decoded(byte[] content) throws UnusableFileException {
    return TextOfFile.decode(content)
        .orElseThrow(
            () ->
                new UnusableFileException(
                    "FILE_NOT_TEXT",
                    "The file is not text, or nobody can tell in which encoding. Save it as UTF-8 and upload that."));
  }

  /** Also where its blanks are no-break spaces. */
  private static boolean isBlank(String text) {
    return text.codePoints()
        .allMatch(it -> Character.isWhitespace(it) || Character.isSpaceChar(it));
  }
}
