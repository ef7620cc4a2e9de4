package ai.fileprocessing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of the corpus is the folder, and what it calls awkward is so. */
class CorpusTest {
  private static final List<String> FORMATS =
      List.of(
          "pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md", "png", "jpeg", "gif",
          "webp", "java", "py", "json", "xml", "yaml", "pptx", "odt", "ods", "odp", "rtf", "epub",
          "eml");
  private static final Set<String> IN_PLAIN_SIGHT =
      Set.of("csv", "html", "txt", "md", "java", "py", "json", "xml", "yaml", "eml");
  private static final Set<String> EXPECTED =
      Set.of(
          "document",
          "image",
          "text",
          "extracted text",
          "split by pages",
          "cut into parts",
          "refused: encrypted",
          "refused: damaged",
          "refused: empty",
          "refused: too large",
          "refused: inflates too far",
          "refused: not supported");
  private static final long MEBIBYTE = 1L << 20;

  private final List<CorpusFile> table = CorpusFile.all();

  @Test
  void everyFileIsListedAndEveryListedFileIsThere() throws IOException {
    try (Stream<Path> folder = Files.list(CorpusFile.FOLDER)) {
      assertThat(table)
          .extracting(CorpusFile::name)
          .containsExactlyInAnyOrderElementsOf(
              folder
                  .map(file -> file.getFileName().toString())
                  .filter(name -> !name.equals("README.md"))
                  .toList());
    }
  }

  @Test
  void everySizeIsTheOneThatIsTold() {
    assertThat(table)
        .allSatisfy(file -> assertThat(file.path()).as(file.name()).hasSize(file.size()));
  }

  @Test
  void allTogetherStayUnder25Megabytes() {
    assertThat(table.stream().mapToLong(CorpusFile::size).sum()).isLessThan(25_000_000);
  }

  @Test
  void everyFormatHasAnOrdinaryFileAndAnAwkwardOne() {
    var byFormat = table.stream().collect(groupingBy(CorpusFile::format));

    assertThat(byFormat.keySet()).containsAll(FORMATS);
    for (String format : FORMATS) {
      assertThat(byFormat.get(format))
          .as(format)
          .anyMatch(file -> file.awkward().isEmpty())
          .anyMatch(file -> file.awkward().isPresent());
    }
  }

  @Test
  void everyWayThatTheServiceKnowsIsExpectedOfSomeFile() {
    assertThat(table.stream().map(CorpusFile::expected))
        .containsOnly(EXPECTED.toArray(String[]::new));
  }

  @Test
  void everyReferenceIsOneFilesAlone() {
    assertThat(table.stream().map(CorpusFile::reference).flatMap(Optional::stream))
        .doesNotHaveDuplicates()
        .allMatch(reference -> reference.matches("HV-\\d{4}"));
  }

  @Test
  void everyReferenceThatCanBeSeenInTheBytesIsThere() {
    List<CorpusFile> legible =
        table.stream().filter(file -> IN_PLAIN_SIGHT.contains(file.format())).toList();

    assertThat(legible).hasSizeGreaterThan(20);
    for (CorpusFile file : legible) {
      file.reference().ifPresent(told -> assertThat(text(file)).as(file.name()).contains(told));
    }
  }

  @Test
  void whatIsRefusedForItsContentHasNoReference() {
    assertThat(table)
        .filteredOn(file -> file.expected().startsWith("refused"))
        .allMatch(file -> file.reference().isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "photographs-over-4.5mb.pdf, 4718592",
    "pictures-5mb.docx, 5000000",
    "photo-over-3.75mb.jpg, 3932160",
    "day-book-1mb.txt, 1000000",
    "day-book-over-window.txt, 1200000",
    "one-paragraph.txt, 1100000"
  })
  void whatIsLargeIsLargerThanItsLimit(String name, long limit) {
    assertThat(CorpusFile.named(name).path().toFile().length()).isGreaterThan(limit);
  }

  @Test
  void theLargePdfStaysTooLargeWhenItIsCompressedAgain() throws IOException {
    Counted counted = new Counted();

    try (OutputStream compressed = new DeflaterOutputStream(counted)) {
      Files.copy(CorpusFile.named("photographs-over-4.5mb.pdf").path(), compressed);
    }

    assertThat(counted.bytes).isGreaterThan(4 * MEBIBYTE + MEBIBYTE / 2);
  }

  @Test
  void theLongPdfHas300Pages() {
    String bytes = new String(CorpusFile.named("300-pages.pdf").bytes(), ISO_8859_1);

    assertThat(Pattern.compile("/Type ?/Page\\b").matcher(bytes).results()).hasSize(300);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip-bomb.docx", "zip-bomb.odt"})
  void aBombIsSmallAndInflatesToMoreThanAGigabyte(String name) throws IOException {
    File bomb = CorpusFile.named(name).path().toFile();

    assertThat(bomb.length()).isLessThan(2 * MEBIBYTE);
    try (ZipFile zip = new ZipFile(bomb)) {
      assertThat(zip.stream().mapToLong(ZipEntry::getSize).sum()).isGreaterThan(1024 * MEBIBYTE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "user-password.pdf, /Encrypt",
    "owner-password.pdf, /Encrypt",
    "jpeg-called.pdf, JFIF",
    "webp-called.png, WEBP",
    "rtf-called.doc, {\\rtf1",
    "html-called.txt, <!DOCTYPE html>",
    "html-called.xls, <html",
    "csv-called.xlsx, 'order,date,dealer'",
    "external-entities.xml, <!ENTITY call SYSTEM",
    "page-scripts.html, <script>",
    "injection.txt, </document>",
    "injection.txt, Ignore previous instructions",
    "injection.txt, Human:"
  })
  void whatAFileHidesIsInIt(String name, String hidden) {
    assertThat(new String(CorpusFile.named(name).bytes(), ISO_8859_1)).contains(hidden);
  }

  @ParameterizedTest
  @CsvSource({
    "note-utf8-bom.txt, UTF-8, Prüfstelle",
    "note-utf16le-bom.txt, UTF-16, Αριθμός",
    "note-shift-jis.txt, Shift_JIS, 六月の報告",
    "note-windows-1251.txt, windows-1251, Отчёт",
    "orders-utf16-bom.csv, UTF-16, заказ",
    "orders-latin-1-semicolons.csv, ISO-8859-1, Auftrag;Datum;Händler",
    "page-windows-1252.html, windows-1252, Prüfblatt",
    "pruefliste_latin1.py, ISO-8859-1, Größer",
    "list-utf16.xml, UTF-16, список"
  })
  void textIsInTheEncodingThatIsTold(String name, Charset told, String word) {
    assertThat(new String(CorpusFile.named(name).bytes(), told)).containsIgnoringCase(word);
  }

  @Test
  void theBlankFileHoldsBlanksAndTheEmptyOneNothing() {
    String blank = new String(CorpusFile.named("blank.txt").bytes(), UTF_8);

    assertThat(blank).isNotEmpty().matches("(?U)\\s+");
    assertThat(CorpusFile.named("empty.txt").bytes()).isEmpty();
  }

  @Test
  void theAnimatedGifHasTwelvePictures() throws IOException {
    assertThat(read("animated.gif", reader -> reader.getNumImages(true))).isEqualTo(12);
  }

  @Test
  void thePanoramaIsWiderThanAModelTakes() throws IOException {
    assertThat(read("panorama-9000x200.png", reader -> reader.getWidth(0))).isEqualTo(9000);
  }

  private interface Look {
    int at(ImageReader reader) throws IOException;
  }

  private static int read(String name, Look look) throws IOException {
    try (ImageInputStream in =
        ImageIO.createImageInputStream(CorpusFile.named(name).path().toFile())) {
      ImageReader reader = ImageIO.getImageReaders(in).next();
      try {
        reader.setInput(in);
        return look.at(reader);
      } finally {
        reader.dispose();
      }
    }
  }

  /** The file in each of the ways in which ASCII can stand in it. */
  private static String text(CorpusFile file) {
    byte[] bytes = file.bytes();
    return new String(bytes, ISO_8859_1)
        + new String(bytes, UTF_16LE)
        + new String(bytes, UTF_16BE);
  }

  private static final class Counted extends OutputStream {
    private long bytes;

    @Override
    public void write(int one) {
      bytes++;
    }

    @Override
    public void write(byte[] some, int from, int length) {
      bytes += length;
    }
  }
}
