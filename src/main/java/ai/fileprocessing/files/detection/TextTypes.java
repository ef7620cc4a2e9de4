package ai.fileprocessing.files.detection;

import java.io.IOException;
import java.util.Set;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MediaTypeRegistry;
import org.apache.tika.mime.MimeTypes;

/**
 * What kind of text a text is. Bytes show that something is text, HTML, XML or RTF; whether it is
 * Markdown, a table or a program, only its name tells.
 */
final class TextTypes {
  private static final MediaType RTF = MediaType.application("rtf");

  /** Formats with a signature that may hold printable characters alone. */
  private static final Set<MediaType> PRINTABLE =
      Set.of(MediaType.application("pdf"), MediaType.application("postscript"));

  private final MimeTypes known;
  private final MediaTypeRegistry registry;

  TextTypes(MimeTypes known) {
    this.known = known;
    registry = known.getMediaTypeRegistry();
  }

  /**
   * A better type than the signatures told.
   *
   * @param start of the file
   */
  MediaType refined(MediaType told, byte[] start, String filename) throws IOException {
    if (!isText(told) && (PRINTABLE.contains(told) || !isPrintable(start))) {
      return told;
    }
    MediaType text = isText(told) ? told : MediaType.TEXT_PLAIN;
    if (text.equals(MediaType.TEXT_HTML)) {
      String tag = Markup.first(start);
      // Tika finds a tag anywhere in the first 8 KB, also in a program or in a letter about HTML.
      text = tag.isEmpty() ? MediaType.TEXT_PLAIN : text;
      // A fragment may as well be Markdown, or the template of a program.
      return Markup.isPage(tag) ? text : named(filename, text);
    }
    return showsItself(text) ? text : named(filename, text);
  }

  private boolean isText(MediaType type) {
    return registry.isInstanceOf(type, MediaType.TEXT_PLAIN);
  }

  /**
   * Whether there is a byte and none that text never holds, whatever its encoding (WHATWG, MIME
   * Sniffing, "binary data byte"). Tika takes a text for binary where more than a tenth of it is
   * not ASCII, and where it begins with the two letters of a signature.
   */
  private static boolean isPrintable(byte[] start) {
    for (byte octet : start) {
      boolean control = octet >= 0 && octet < ' ';
      if (control && "\t\n\f\r\u001b".indexOf(octet) < 0) {
        return false;
      }
    }
    return start.length > 0;
  }

  private boolean showsItself(MediaType text) {
    return text.getBaseType().equals(RTF) || registry.isInstanceOf(text, MediaType.APPLICATION_XML);
  }

  /** The kind of text that a name stands for, unless that would show itself. */
  private MediaType named(String filename, MediaType text) throws IOException {
    MediaType named = known.detect(null, name(filename));
    boolean vocabulary = registry.isSpecializationOf(named, MediaType.APPLICATION_XML);
    return isText(named) && !named.equals(MediaType.TEXT_PLAIN) && !named.equals(RTF) && !vocabulary
        ? named
        : text;
  }

  /** Tika reads a name as a URI where it can: nothing is left that would mean something in one. */
  private static Metadata name(String filename) {
    String last = filename.replaceAll("(?s).*[/\\\\]", "");
    Metadata name = new Metadata();
    name.set(TikaCoreProperties.RESOURCE_NAME_KEY, last.replaceAll("[^A-Za-z0-9._-]", "_"));
    return name;
  }
}
