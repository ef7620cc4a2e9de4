package ai.fileprocessing.inference;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Knows of which parts of an Office Open XML file POI may build trees: of all but those that are
 * read in one go, or not at all, by their content types, and that no other relation leads to.
 */
final class OpenXmlTrees {
  private static final long MOST_INDEX = 8 << 20;

  /** The ends of content types. */
  private static final Set<String> STREAMED =
      Set.of(
          "spreadsheetml.worksheet+xml",
          "spreadsheetml.sharedStrings+xml",
          "spreadsheetml.calcChain+xml",
          "spreadsheetml.pivotCacheRecords+xml",
          "wordprocessingml.document.main+xml",
          "presentationml.slide+xml");

  /** The ends of the types of relations that lead to such parts, or out of the file. */
  private static final Set<String> LEADING =
      Set.of(
          "/worksheet",
          "/sharedStrings",
          "/calcChain",
          "/pivotCacheRecords",
          "/officeDocument",
          "/slide",
          "/hyperlink");

  private interface Element {
    void seen(XMLStreamReader xml);
  }

  private final Set<String> streamed = new HashSet<>();
  private final Set<String> other = new HashSet<>();
  private final Set<String> led = new HashSet<>();
  private long index;

  /**
   * Reads which parts there are.
   *
   * @throws IOException also where this cannot be read
   */
  OpenXmlTrees(ZipFile file) throws IOException, UnusableFileException {
    for (ZipEntry entry : Collections.list(file.entries())) {
      String name = plain(entry.getName());
      if (name.equals("[content_types].xml")) {
        read(file, entry, this::type);
      } else if (name.endsWith(".rels")) {
        read(file, entry, this::relation);
      }
    }
  }

  /** Whether a tree may be built of a part. */
  boolean of(String name) {
    String part = plain(name);
    return !streamed.contains(part) || other.contains(part) || led.contains(last(part));
  }

  private void type(XMLStreamReader xml) {
    if (xml.getLocalName().equals("Override")) {
      String part = plain(value(xml, "PartName"));
      (endsWithAny(value(xml, "ContentType"), STREAMED) ? streamed : other).add(part);
    }
  }

  private void relation(XMLStreamReader xml) {
    if (xml.getLocalName().equals("Relationship") && !endsWithAny(value(xml, "Type"), LEADING)) {
      led.add(last(plain(value(xml, "Target"))));
    }
  }

  private void read(ZipFile file, ZipEntry entry, Element element)
      throws IOException, UnusableFileException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try (InputStream in = file.getInputStream(entry)) {
      byte[] bytes = in.readNBytes((int) (MOST_INDEX - index + 1));
      index += bytes.length;
      if (index > MOST_INDEX) {
        throw UnusableFileException.tooComplex("The file has too many parts.");
      }
      XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(bytes));
      while (xml.hasNext()) {
        if (xml.next() == XMLStreamReader.START_ELEMENT) {
          element.seen(xml);
        }
      }
    } catch (XMLStreamException e) {
      throw new IOException(e);
    }
  }

  private static String value(XMLStreamReader xml, String attribute) {
    String value = xml.getAttributeValue(null, attribute);
    return value == null ? "" : value.strip();
  }

  private static boolean endsWithAny(String type, Set<String> ends) {
    return ends.stream().anyMatch(type::endsWith);
  }

  /** Two names of one part are the same. */
  private static String plain(String name) {
    String decoded = name.indexOf('%') < 0 ? name : URLDecoder.decode(name, StandardCharsets.UTF_8);
    String part = decoded.replace('\\', '/').toLowerCase(Locale.ROOT);
    return part.startsWith("/") ? part.substring(1) : part;
  }

  private static String last(String part) {
    String path = part.split("[?#]", 2)[0];
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
