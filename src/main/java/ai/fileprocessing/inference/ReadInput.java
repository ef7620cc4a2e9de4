package ai.fileprocessing.inference;

import ai.fileprocessing.platform.Sha256;
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
  private final Held held;
  private final Patience patience;

  /**
   * @param held what the input takes, told whenever it is known to be more or less
   * @param patience with this input
   */
  ReadInput(ReadingSettings settings, Limits limits, Ask ask, Held held, Patience patience) {
    this.settings = settings;
    this.limits = limits;
    room = limits.room(ask);
    this.held = held;
    this.patience = patience;
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
          case IMAGE -> image(kind, original);
          case PDF -> new ReadPdf(settings, limits, held, patience).read(original);
          case OFFICE -> route == Route.DOCUMENT ? office(kind, original) : extracted(original);
          case EXTRACT -> extracted(original);
          case MARKED_TEXT -> marked(kind, original, route);
          case TEXT -> text(Route.TEXT, decoded(original));
        };
    held.now(material.held());
    return material;
  }

  private Material office(Kind kind, Original original) throws UnusableFileException {
    if (PACKED.contains(kind.format())) {
      Path file = original.file();
      patience.during(() -> ZipBombs.refuse(file, settings.unpacked(), patience));
    }
    return Material.whole(
        Route.DOCUMENT,
        new WholeInput(
            original,
            bytes -> new Shown.Document(kind.format(), bytes),
            () -> Optional.of(reread(original))));
  }

  private Material reread(Original original) throws UnusableFileException {
    original.putAside();
    held.now(Footprint.of(original.input().facts()));
    return extracted(original);
  }

  private Material image(Kind kind, Original original) throws UnusableFileException {
    ImageSize.refuseOver(limits.imagePixels(), original.bytes());
    return Material.whole(
        Route.IMAGE,
        new WholeInput(original, bytes -> new Shown.Image(kind.format(), bytes), Optional::empty));
  }

  /** Recoded, because nobody tells Bedrock how a document is encoded. */
  private Material marked(Kind kind, Original original, Route route) throws UnusableFileException {
    String text = decoded(original);
    return route == Route.DOCUMENT
            && Utf8.length(text) <= Math.min(room, limits.document(kind.format()))
        ? Material.whole(
            Route.DOCUMENT,
            new Ready(
                new Shown.Document(kind.format(), text.getBytes(StandardCharsets.UTF_8)),
                () -> Optional.of(text(Route.TEXT, text))))
        : text(Route.TEXT, text);
  }

  /** What a document unpacks to is counted first, and waits for as much memory as it takes. */
  private Material extracted(Original original) throws UnusableFileException {
    int most = (int) Math.min(Integer.MAX_VALUE, (long) room * settings.parts());
    String type = Kind.type(original.input().contentType());
    ExtractText extract = new ExtractText(settings, type);
    Path file = original.file();
    original.putAside();
    long unpacked = patience.during(() -> extract.unpacked(file, patience));
    held.now(Footprint.extracting(type, unpacked));
    String text = patience.during(() -> extract.of(file, most, patience));
    return text(Route.EXTRACTED_TEXT, notBlank(text));
  }

  private Material text(Route route, String text) throws UnusableFileException {
    List<String> pieces = CutText.at(text, room);
    if (pieces.size() > settings.parts()) {
      throw new UnusableFileException(
          "INPUT_TOO_LONG",
          "The file's text is %d questions; the most is %d. Split it."
              .formatted(pieces.size(), settings.parts()));
    }
    // One that is cut may have lost blanks.
    return pieces.size() == 1 ? pieces(route, List.of(text)) : pieces(parted(route), pieces);
  }

  private static Material pieces(Route route, List<String> pieces) {
    return new Material(route, pieces.stream().map(it -> piece(route, it)).toList());
  }

  private static Route parted(Route route) {
    return route == Route.TEXT ? Route.PARTS : route;
  }

  private static Material.Part piece(Route route, String text) {
    return new Material.Part(
        "text-" + Sha256.of(text), "", new Ready(new Shown.Text(text), () -> halves(route, text)));
  }

  /** A little more than halves, so that there is no third one. */
  private static Optional<Material> halves(Route route, String text) {
    long length = Utf8.length(text);
    return length <= LEAST
        ? Optional.empty()
        : Optional.of(pieces(parted(route), CutText.at(text, (int) (length / 2 + length / 64))));
  }

  /** What is in memory as it is shown. */
  private record Ready(Shown shown, Material.Smaller other) implements Material.Content {
    @Override
    public Shown show() {
      return shown;
    }

    @Override
    public long kept() {
      return shown.weight();
    }

    @Override
    public long turn() {
      return shown.request();
    }

    @Override
    public Optional<Material> smaller() throws UnusableFileException {
      return other.made();
    }
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
