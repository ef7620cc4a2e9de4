package ai.fileprocessing.inference;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.poi.hssf.record.crypto.Biff8EncryptionKey;
import org.apache.tika.detect.Detector;
import org.apache.tika.detect.EncodingDetector;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.exception.WriteLimitReachedException;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Message;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MediaTypeRegistry;
import org.apache.tika.parser.CompositeParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.PasswordProvider;
import org.apache.tika.parser.epub.EpubParser;
import org.apache.tika.parser.html.JSoupParser;
import org.apache.tika.parser.mail.RFC822Parser;
import org.apache.tika.parser.microsoft.OfficeParser;
import org.apache.tika.parser.microsoft.OfficeParser.POIFSDocumentType;
import org.apache.tika.parser.microsoft.OfficeParserConfig;
import org.apache.tika.parser.microsoft.ooxml.OOXMLParser;
import org.apache.tika.parser.microsoft.rtf.RTFParser;
import org.apache.tika.parser.odf.OpenDocumentParser;
import org.apache.tika.parser.txt.TXTParser;
import org.apache.tika.sax.BodyContentHandler;
import org.apache.tika.sax.ContentHandlerDecorator;
import org.apache.tika.sax.SecureContentHandler;
import org.apache.tika.sax.WriteOutContentHandler;
import org.xml.sax.Attributes;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/**
 * Finds the text in documents of which Converse takes none, or not so large ones, with Tika's
 * parsers: each is called by the document's type, what is embedded in a document is left out, and
 * what a parser unpacks, tells and how long it takes are bounded. Tika's XML readers resolve
 * nothing outside.
 */
final class ExtractText {
  static final String MESSAGE = "message/rfc822";

  private interface Count {
    long of(Path file, long most, Patience patience) throws UnusableFileException;
  }

  /** What it is read with, and how it is counted what that makes of it. */
  private record Reader(Supplier<Parser> parser, Count count) {
    static Reader packed(Supplier<Parser> parser) {
      return new Reader(parser, ZipBombs::refuse);
    }

    static Reader ole(Supplier<Parser> parser, POIFSDocumentType type) {
      return new Reader(
          parser, (file, most, patience) -> OleBombs.refuse(file, type, most, patience));
    }

    static Reader plain(Supplier<Parser> parser) {
      return new Reader(parser, (file, most, patience) -> file.toFile().length());
    }
  }

  private static final Reader OPEN_XML = new Reader(OOXMLParser::new, ZipBombs::refuseOpenXml);
  private static final Reader OPEN_DOCUMENT = Reader.packed(OpenDocumentParser::new);
  private static final Reader RTF = Reader.plain(RTFParser::new);

  private static final Map<String, Reader> READERS =
      Map.ofEntries(
          Map.entry(
              "application/msword", Reader.ole(OfficeParser::new, POIFSDocumentType.WORDDOCUMENT)),
          Map.entry(
              "application/vnd.ms-excel",
              Reader.ole(OfficeParser::new, POIFSDocumentType.WORKBOOK)),
          Map.entry(
              "application/vnd.ms-powerpoint",
              Reader.ole(OldSlidesParser::new, POIFSDocumentType.POWERPOINT)),
          Map.entry(
              "application/vnd.openxmlformats-officedocument.wordprocessingml.document", OPEN_XML),
          Map.entry("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", OPEN_XML),
          Map.entry(
              "application/vnd.openxmlformats-officedocument.presentationml.presentation",
              OPEN_XML),
          Map.entry("application/vnd.oasis.opendocument.text", OPEN_DOCUMENT),
          Map.entry("application/vnd.oasis.opendocument.spreadsheet", OPEN_DOCUMENT),
          Map.entry("application/vnd.oasis.opendocument.presentation", OPEN_DOCUMENT),
          Map.entry("application/rtf", RTF),
          Map.entry("text/rtf", RTF),
          Map.entry("application/epub+zip", Reader.packed(EpubParser::new)),
          Map.entry(MESSAGE, Reader.plain(RFC822Parser::new)));

  private static final Map<String, String> HEADING = new LinkedHashMap<>();

  static {
    HEADING.put(Message.MESSAGE_FROM, "From");
    HEADING.put(Message.MESSAGE_TO, "To");
    HEADING.put(Message.MESSAGE_CC, "Cc");
    HEADING.put(TikaCoreProperties.CREATED.getName(), "Date");
    HEADING.put(TikaCoreProperties.SUBJECT.getName(), "Subject");
  }

  /**
   * Is tried instead of the one that Office uses where nobody has chosen one, and POI too: what is
   * encrypted was not counted.
   */
  private static final String NOBODYS = UUID.randomUUID().toString();

  private final long most;
  private final String type;
  private final Reader reader;

  /**
   * @param type one that has a parser
   */
  ExtractText(ReadingSettings settings, String type) {
    most = settings.unpacked();
    this.type = type;
    reader = READERS.get(type);
  }

  /** How many bytes there are when it is unpacked: counted, whatever it says of itself. */
  long unpacked(Path file, Patience patience) throws UnusableFileException {
    return reader.count().of(file, most, patience);
  }

  /**
   * The text, in the document's order.
   *
   * @param file whose {@link #unpacked} bytes were counted
   * @param most characters of it
   */
  String of(Path file, int most, Patience patience) throws UnusableFileException {
    patience.check();
    try {
      return read(file, most, patience);
    } catch (Patience.EndedException e) {
      throw e;
    } catch (EncryptedDocumentException | org.apache.poi.EncryptedDocumentException e) {
      throw UnusableFileException.encrypted();
    } catch (StackOverflowError e) {
      throw UnusableFileException.tooComplex("The file nests too deeply.");
    } catch (IOException | TikaException | SAXException | RuntimeException e) {
      throw failed(e, most, patience);
    }
  }

  private String read(Path file, int most, Patience patience)
      throws IOException, TikaException, SAXException, UnusableFileException {
    BoundedHtml html = new BoundedHtml();
    StringWriter text = new StringWriter();
    Metadata metadata = new Metadata();
    metadata.set(Metadata.CONTENT_TYPE, type);
    try (TikaInputStream in = TikaInputStream.get(file)) {
      SecureContentHandler bounded =
          new SecureContentHandler(
              new BodyContentHandler(new WriteOutContentHandler(text, most)), in);
      Biff8EncryptionKey.setCurrentUserPassword(NOBODYS);
      reader.parser().get().parse(in, new Watched(bounded, patience), metadata, context(html));
    } finally {
      Biff8EncryptionKey.setCurrentUserPassword(null);
      html.refuseBomb();
    }
    return type.equals(MESSAGE) ? heading(metadata) + text : text.toString();
  }

  private static ParseContext context(EncodingDetector html) {
    ParseContext context = new ParseContext();
    OfficeParserConfig office = new OfficeParserConfig();
    office.setUseSAXDocxExtractor(true);
    office.setUseSAXPptxExtractor(true);
    office.setExtractMacros(false);
    context.set(OfficeParserConfig.class, office);
    context.set(Detector.class, ExtractText::unknown);
    context.set(EmbeddedDocumentExtractor.class, new NothingEmbedded());
    context.set(EncodingDetector.class, html);
    context.set(PasswordProvider.class, metadata -> NOBODYS);
    // What a message is written in.
    context.set(
        Parser.class,
        new CompositeParser(new MediaTypeRegistry(), new TXTParser(), new JSoupParser()));
    return context;
  }

  /** Nothing embedded is read; but Tika goes back to the mark that every detector sets. */
  private static MediaType unknown(InputStream in, Metadata metadata) {
    in.mark(1);
    return MediaType.OCTET_STREAM;
  }

  /** What a message says of itself, which its text does not. */
  private static String heading(Metadata metadata) {
    StringBuilder heading = new StringBuilder();
    HEADING.forEach(
        (key, name) -> {
          for (String value : metadata.getValues(key)) {
            heading.append(name).append(": ").append(value).append('\n');
          }
        });
    return heading.toString();
  }

  private static UnusableFileException failed(Exception failure, int most, Patience patience) {
    // Whoever is interrupted or late fails in many ways, and Tika waits for its XML readers.
    if (Stream.iterate((Throwable) failure, it -> it != null, Throwable::getCause)
        .anyMatch(InterruptedException.class::isInstance)) {
      Thread.currentThread().interrupt();
    }
    patience.check();
    if (WriteLimitReachedException.isWriteLimitReached(failure)) {
      return new UnusableFileException(
          "INPUT_TOO_LONG",
          "The file holds more than "
              + most
              + " characters of text, the most that is asked about. Split it.");
    }
    if (failure instanceof SAXException && isBomb((SAXException) failure)) {
      return UnusableFileException.tooComplex(
          "The file holds far more text than its size allows for, or nests too deeply.");
    }
    return UnusableFileException.damaged();
  }

  private static boolean isBomb(SAXException failure) {
    return String.valueOf(failure.getMessage()).startsWith("Suspected zip bomb");
  }

  /** Asks for patience with everything that a parser tells. */
  private static final class Watched extends ContentHandlerDecorator {
    private final Patience patience;

    Watched(ContentHandler handler, Patience patience) {
      super(handler);
      this.patience = patience;
    }

    @Override
    public void startElement(String uri, String local, String name, Attributes attributes)
        throws SAXException {
      patience.check();
      super.startElement(uri, local, name, attributes);
    }

    @Override
    public void characters(char[] ch, int start, int length) throws SAXException {
      patience.check();
      super.characters(ch, start, length);
    }
  }

  private static final class NothingEmbedded implements EmbeddedDocumentExtractor {
    @Override
    public boolean shouldParseEmbedded(Metadata metadata) {
      return false;
    }

    @Override
    public void parseEmbedded(
        InputStream stream, ContentHandler handler, Metadata metadata, boolean outputHtml) {
      // Some parsers do not ask whether they should.
    }
  }
}
