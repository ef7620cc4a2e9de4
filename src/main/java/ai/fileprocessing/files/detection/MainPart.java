package ai.fileprocessing.files.detection;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.tika.exception.TikaException;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.utils.XMLReaderUtils;
import org.xml.sax.Attributes;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * The main part of an Office document in its list of content types. The document's own type is that
 * of the part without {@code .main+xml}; with macros, {@code .12} is added.
 */
final class MainPart extends DefaultHandler {
  private static final Pattern MAIN =
      Pattern.compile("(application/vnd\\.[a-z0-9.-]{1,100}?)\\.main(\\+xml)?");

  private String type;

  private MainPart() {}

  /** Read by Tika's parser, which resolves nothing outside. */
  static Optional<String> typeIn(InputStream contentTypes) {
    MainPart found = new MainPart();
    try {
      XMLReaderUtils.parseSAX(contentTypes, found, new ParseContext());
    } catch (SAXException | IOException | TikaException e) {
      // Broken or cut off; the main part comes early.
    }
    return Optional.ofNullable(found.type);
  }

  @Override
  public void startElement(String uri, String localName, String name, Attributes attributes) {
    String declared = attributes.getValue("ContentType");
    if (type != null || declared == null) {
      return;
    }
    Matcher main = MAIN.matcher(declared.toLowerCase(Locale.ROOT));
    if (main.matches()) {
      type =
          main.group(1)
              .replaceFirst("macroenabledtemplate$", "macroenabled")
              .replaceFirst("macroenabled$", "macroenabled.12");
    }
  }
}
