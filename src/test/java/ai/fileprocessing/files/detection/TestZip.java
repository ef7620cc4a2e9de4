package ai.fileprocessing.files.detection;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Archives as programs write them, and as nobody should. */
final class TestZip implements AutoCloseable {
  static final String DOCX =
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

  private final ZipOutputStream zip;

  TestZip(Path file) throws IOException {
    zip = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
  }

  /** An Office document with a main part of a content type. */
  static Path office(Path file, String main) throws IOException {
    try (TestZip zip = new TestZip(file)) {
      zip.add("[Content_Types].xml", contentTypes(main)).add("_rels/.rels", "<Relationships/>");
      zip.add("word/document.xml", "<document/>");
    }
    return file;
  }

  static String contentTypes(String main) {
    return "<?xml version=\"1.0\"?>\n<Types"
        + " xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
        + "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
        + "<Default Extension=\"xlsx\" ContentType=\"application/vnd.openxmlformats-officedocument"
        + ".spreadsheetml.sheet\"/>"
        + ("<Override PartName=\"/word/document.xml\" ContentType=\"" + main + "\"/>")
        + "</Types>";
  }

  TestZip add(String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Without compression, as OpenDocument and EPUB want it for their first entry. */
  TestZip store(String name, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    return this;
  }

  /** Opens an entry to be written to. */
  OutputStream open(String name) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    return zip;
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
