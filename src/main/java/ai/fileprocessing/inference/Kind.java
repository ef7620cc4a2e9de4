package ai.fileprocessing.inference;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a media type is to this service.
 *
 * @param way how it is read
 * @param format Converse's name of a document's or image's format; empty for what goes as text
 */
record Kind(Way way, String format) {
  /** How a file is read. */
  enum Way {
    /** A document whose pages can be counted and parted. */
    PDF,
    /** A document with text that can be extracted where it cannot be sent whole. */
    OFFICE,
    /** Text that Converse takes as a document too. */
    MARKED_TEXT,
    /** Something that Converse takes no document of, with text in it. */
    EXTRACT,
    IMAGE,
    TEXT
  }

  static final String TAKEN =
      "Taken are pdf, docx, doc, xlsx, xls, pptx, ppt, odt, ods, odp, rtf, epub, eml, csv, html,"
          + " png, jpeg, gif, webp, and text of any kind, source code too.";

  private static final Kind EXTRACT = new Kind(Way.EXTRACT, "");
  private static final Kind TEXT = new Kind(Way.TEXT, "");
  private static final String OPEN_XML = "application/vnd.openxmlformats-officedocument.";
  private static final String OPEN_DOCUMENT = "application/vnd.oasis.opendocument.";

  private static final Map<String, Kind> KINDS =
      Map.ofEntries(
          Map.entry("application/pdf", new Kind(Way.PDF, "pdf")),
          Map.entry("application/msword", new Kind(Way.OFFICE, "doc")),
          Map.entry(OPEN_XML + "wordprocessingml.document", new Kind(Way.OFFICE, "docx")),
          Map.entry("application/vnd.ms-excel", new Kind(Way.OFFICE, "xls")),
          Map.entry(OPEN_XML + "spreadsheetml.sheet", new Kind(Way.OFFICE, "xlsx")),
          Map.entry("text/csv", new Kind(Way.MARKED_TEXT, "csv")),
          Map.entry("text/html", new Kind(Way.MARKED_TEXT, "html")),
          Map.entry("application/xhtml+xml", new Kind(Way.MARKED_TEXT, "html")),
          Map.entry("image/png", new Kind(Way.IMAGE, "png")),
          Map.entry("image/jpeg", new Kind(Way.IMAGE, "jpeg")),
          Map.entry("image/gif", new Kind(Way.IMAGE, "gif")),
          Map.entry("image/webp", new Kind(Way.IMAGE, "webp")),
          Map.entry("application/vnd.ms-powerpoint", EXTRACT),
          Map.entry(OPEN_XML + "presentationml.presentation", EXTRACT),
          Map.entry(OPEN_DOCUMENT + "text", EXTRACT),
          Map.entry(OPEN_DOCUMENT + "spreadsheet", EXTRACT),
          Map.entry(OPEN_DOCUMENT + "presentation", EXTRACT),
          Map.entry("application/rtf", EXTRACT),
          Map.entry("text/rtf", EXTRACT),
          Map.entry("application/epub+zip", EXTRACT),
          Map.entry("message/rfc822", EXTRACT));

  /** Text under names that do not begin with text/, and what no detector makes anything of. */
  private static final Set<String> TEXTS =
      Set.of(
          "application/json",
          "application/x-ndjson",
          "application/xml",
          "application/xml-dtd",
          "application/yaml",
          "application/x-yaml",
          "application/toml",
          "application/javascript",
          "application/ecmascript",
          "application/typescript",
          "application/x-sh",
          "application/x-bat",
          "application/x-tex",
          "application/x-bibtex-text-file",
          "application/x-httpd-php",
          "application/x-subrip",
          "application/sql",
          "application/x-sql",
          "application/graphql",
          "application/mbox",
          "application/x-ipynb+json",
          "image/svg+xml",
          // UTF-16 without a byte order mark is that to a detector; reading tells.
          "application/octet-stream");

  /** A media type without its parameters. */
  static String type(String contentType) {
    return contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  /** The kind of a media type; empty for what cannot be taken. */
  static Optional<Kind> of(String contentType) {
    String type = type(contentType);
    Kind known = KINDS.get(type);
    if (known != null) {
      return Optional.of(known);
    }
    return type.startsWith("text/")
            || type.endsWith("+xml")
            || type.endsWith("+json")
            || TEXTS.contains(type)
        ? Optional.of(TEXT)
        : Optional.empty();
  }
}
