package ai.fileprocessing.files.detection;

import static ai.fileprocessing.files.detection.TestZip.DOCX;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ZipContentsTest {
  private static final String OOXML = "application/vnd.openxmlformats-officedocument.";

  private final ContentTypes types = new ContentTypes();

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void file() {
    file = folder.resolve("file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wordprocessingml.document",
        "wordprocessingml.template",
        "spreadsheetml.sheet",
        "spreadsheetml.template",
        "presentationml.presentation",
        "presentationml.slideshow",
        "presentationml.template"
      })
  void anOfficeDocumentIsKnownByItsMainPart(String type) throws Exception {
    TestZip.office(file, OOXML + type + ".main+xml");

    for (String name : new String[] {"a", "a.zip", "a.txt", "a.docx", "a.xlsx"}) {
      assertThat(types.of(file, name)).isEqualTo(OOXML + type);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "application/vnd.ms-word.document.macroEnabled.main+xml, ms-word.document.macroenabled.12",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml,"
        + " ms-word.template.macroenabled.12",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml, ms-excel.sheet.macroenabled.12",
    "application/vnd.ms-excel.sheet.binary.macroEnabled.main,"
        + " ms-excel.sheet.binary.macroenabled.12",
    "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml,"
        + " ms-powerpoint.presentation.macroenabled.12"
  })
  void oneWithMacrosHasATypeOfItsOwn(String main, String type) throws Exception {
    TestZip.office(file, main);

    assertThat(types.of(file, "a.docx")).isEqualTo("application/vnd." + type);
  }

  @Test
  void theOrderOfTheEntriesDoesNotMatter() throws Exception {
    try (TestZip zip = new TestZip(file)) {
      zip.add("word/document.xml", "<a/>".repeat(100_000));
      zip.add("[Content_Types].xml", TestZip.contentTypes(DOCX + ".main+xml"));
    }

    assertThat(types.of(file, "a")).isEqualTo(DOCX);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
        "application/epub+zip"
      })
  void aDocumentThatNamesItselfIsThat(String type) throws Exception {
    try (TestZip zip = new TestZip(file)) {
      zip.store("mimetype", type).add("content.xml", "<a/>");
    }
    assertThat(types.of(file, "a.zip")).isEqualTo(type);

    try (TestZip zip = new TestZip(file)) {
      zip.add("content.xml", "<a/>").add("mimetype", type + "\n");
    }
    assertThat(types.of(file, "a.docx")).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html",
        "image/png",
        "application/pdf",
        "application/x-no-such",
        DOCX,
        "",
        "?"
      })
  void anArchiveBecomesNothingElseBySayingSo(String mimetype) throws Exception {
    try (TestZip zip = new TestZip(file)) {
      zip.store("mimetype", mimetype).add("index.html", "<html>");
    }

    assertThat(types.of(file, "a.docx")).isEqualTo("application/zip");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html.main+xml",
        "application/vnd.no-such.main+xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.oasis.opendocument.text.main+xml"
      })
  void aMainPartThatIsNoneMakesNoDocument(String main) throws Exception {
    TestZip.office(file, main);

    assertThat(types.of(file, "a.docx")).isEqualTo("application/zip");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.docx", "a.xlsx", "a.odt", "a.epub", "a.jar", "a.txt", "a"})
  void anArchiveOfAnythingElseIsAnArchiveWhateverItsName(String name) throws Exception {
    try (TestZip zip = new TestZip(file)) {
      zip.add("word/document.xml", "<document/>").add("a.docx", "x");
    }

    assertThat(types.of(file, name)).isEqualTo("application/zip");
  }

  @Test
  void aProgramOfJavaIsThat() throws Exception {
    try (TestZip zip = new TestZip(file)) {
      zip.add("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n");
    }

    assertThat(types.of(file, "a.zip")).isEqualTo("application/java-archive");
  }

  @Test
  void aDocumentThatWasCutOffIsAnArchive() throws Exception {
    TestZip.office(file, DOCX + ".main+xml");
    try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
      cut.setLength(cut.length() - 30);
    }

    assertThat(types.of(file, "a.docx")).isEqualTo("application/zip");
  }

  @Test
  void aListOfContentTypesThatGoesOnForeverIsReadNoFurtherThanTheLook() throws Exception {
    String start = TestZip.contentTypes(DOCX + ".main+xml").replace("</Types>", "");
    try (TestZip zip = new TestZip(file)) {
      endless(zip.open("[Content_Types].xml"), start);
    }
    assertThat(types.of(file, "a")).isEqualTo(DOCX);

    try (TestZip zip = new TestZip(file)) {
      endless(zip.open("[Content_Types].xml"), "<Types>");
    }
    assertThat(allocatedByALook()).isLessThan(32 << 20);
  }

  @Test
  void aDirectoryOfManyEntriesIsReadNoFurtherThanTheLook() throws Exception {
    try (TestZip zip = new TestZip(file)) {
      for (int i = 0; i < 100_000; i++) {
        zip.store(Integer.toString(i, 36), "");
      }
      zip.add("[Content_Types].xml", TestZip.contentTypes(DOCX + ".main+xml"));
    }

    assertThat(types.of(file, "a.docx")).isEqualTo("application/zip");
    assertThat(allocatedByALook()).isLessThan(64 << 20);
  }

  @Test
  void whatIsPackedInAnotherEntryIsNotUnpacked() throws Exception {
    try (TestZip zip = new TestZip(file)) {
      endless(zip.open("word/document.xml"), "<document>");
      zip.add("[Content_Types].xml", TestZip.contentTypes(DOCX + ".main+xml"));
    }

    assertThat(types.of(file, "a")).isEqualTo(DOCX);
    assertThat(allocatedByALook()).isLessThan(8 << 20);
  }

  private static void endless(OutputStream out, String start) throws IOException {
    out.write(start.getBytes(StandardCharsets.UTF_8));
    byte[] more =
        "<Default Extension=\"a\" ContentType=\"b/c\"/>"
            .repeat(10_000)
            .getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 400; i++) {
      out.write(more);
    }
  }

  /** In bytes. */
  private long allocatedByALook() {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertThat(Files.exists(file)).isTrue();
    long before = thread.getCurrentThreadAllocatedBytes();
    types.of(file, "a.docx");
    return thread.getCurrentThreadAllocatedBytes() - before;
  }
}
