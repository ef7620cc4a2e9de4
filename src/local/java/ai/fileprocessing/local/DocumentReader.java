package ai.fileprocessing.local;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.tika.detect.AutoDetectReader;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.PDF;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MediaTypeRegistry;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.html.JSoupParser;
import org.apache.tika.sax.BodyContentHandler;
import org.apache.tika.sax.ContentHandlerDecorator;
import org.xml.sax.Attributes;
import org.xml.sax.SAXException;

/** Reads documents as Bedrock does before a model sees them, each as the format that it claims. */
final class DocumentReader {
  private static final String OPEN_XML = "application/vnd.openxmlformats-officedocument.";

  /** What the bytes of a format are; those of the other formats are plain text. */
  private static final Map<String, String> TYPES =
      Map.of(
          "pdf", "application/pdf",
          "doc", "application/msword",
          "docx", OPEN_XML + "wordprocessingml.document",
          "xls", "application/vnd.ms-excel",
          "xlsx", OPEN_XML + "spreadsheetml.sheet");

  private static final MediaTypeRegistry TEXTS = MediaTypeRegistry.getDefaultRegistry();
  private static final AutoDetectParser PARSER = new AutoDetectParser();
  private static final Parser HTML = new JSoupParser();

  /** What stands in a document, and how many pages or sheets it has. */
  record Content(String text, int parts) {}

  /** The bytes are no document of the format. */
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean encrypted;

    UnreadableException(boolean encrypted) {
      this.encrypted = encrypted;
    }

    boolean isEncrypted() {
      return encrypted;
    }
  }

  private DocumentReader() {}

  static Content read(String format, byte[] bytes) throws UnreadableException {
    try (TikaInputStream in = TikaInputStream.get(bytes)) {
      MediaType type = PARSER.getDetector().detect(in, new Metadata());
      if (TYPES.containsKey(format)) {
        if (!type.toString().equals(TYPES.get(format))) {
          throw new UnreadableException(type.getSubtype().endsWith("-protected"));
        }
        return parse(PARSER, in);
      }
      boolean isText =
          TEXTS.isInstanceOf(type, MediaType.TEXT_PLAIN)
              || type.equals(MediaType.OCTET_STREAM)
              || List.of("html", "xhtml+xml").contains(type.getSubtype());
      if (!isText) {
        throw new UnreadableException(false);
      }
      return format.equals("html") ? parse(HTML, in) : new Content(text(bytes), 0);
    } catch (IOException e) {
      throw new UnreadableException(false);
    }
  }

  private static Content parse(Parser parser, TikaInputStream in) throws UnreadableException {
    PartCounter counter = new PartCounter(new BodyContentHandler(-1));
    Metadata metadata = new Metadata();
    try {
      parser.parse(in, counter, metadata, new ParseContext());
    } catch (EncryptedDocumentException e) {
      throw new UnreadableException(true);
    } catch (TikaException | SAXException | IOException e) {
      throw new UnreadableException(false);
    }
    if (Boolean.parseBoolean(metadata.get(PDF.IS_ENCRYPTED))) {
      throw new UnreadableException(true);
    }
    return new Content(counter.toString().strip(), counter.parts);
  }

  private static String text(byte[] bytes) throws UnreadableException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (isText(text)) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
      }
    } catch (CharacterCodingException e) {
      // It is of another encoding, then.
    }
    String text = inAnotherEncoding(bytes);
    if (!isText(text)) {
      throw new UnreadableException(false);
    }
    return text;
  }

  private static boolean isText(String text) {
    return text.indexOf('\0') < 0 && text.indexOf('\uFFFD') < 0;
  }

  private static String inAnotherEncoding(byte[] bytes) throws UnreadableException {
    StringWriter text = new StringWriter();
    try (TikaInputStream in = TikaInputStream.get(bytes);
        AutoDetectReader reader = new AutoDetectReader(in)) {
      reader.transferTo(text);
    } catch (TikaException | IOException e) {
      throw new UnreadableException(false);
    }
    return text.toString();
  }

  /** Counts the pages of a PDF and the sheets of a workbook while they pass by. */
  private static final class PartCounter extends ContentHandlerDecorator {
    private int parts;

    PartCounter(BodyContentHandler body) {
      super(body);
    }

    @Override
    public void startElement(String uri, String localName, String name, Attributes attributes)
        throws SAXException {
      String kind = attributes.getValue("class");
      if (localName.equals("div") && ("page".equals(kind) || "sheet".equals(kind))) {
        parts++;
      }
      super.startElement(uri, localName, name, attributes);
    }
  }
}
