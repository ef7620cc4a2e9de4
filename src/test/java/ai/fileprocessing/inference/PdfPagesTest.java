package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.inference.PdfPages.Range;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PdfPagesTest {
  @AfterEach
  void calm() {
    Thread.interrupted();
  }

  @Test
  void pagesAreCounted() throws Exception {
    assertThat(pages(Papers.pdf(3, 0)).count()).isEqualTo(3);
  }

  @Test
  void partsHoldAllPagesInTheirOrder() throws Exception {
    PdfPages pdf = pages(Papers.pdf(7, 100));

    List<Range> ranges = pdf.ranges(3, 1 << 20);

    assertThat(ranges).containsExactly(new Range(1, 3), new Range(4, 6), new Range(7, 7));
    assertThat(words(pdf.document(ranges.get(1)))).containsExactly("page 4", "page 5", "page 6");
    assertThat(words(pdf.document(ranges.get(2)))).containsExactly("page 7");
  }

  @Test
  void aPartHoldsNothingOfOtherPages() throws Exception {
    byte[] whole = Papers.pdf(50, 20_000);

    assertThat(pages(whole).document(new Range(11, 15)).length).isLessThan(whole.length / 8);
  }

  @Test
  void partsThatAreTooLargeHaveFewerPages() throws Exception {
    PdfPages pdf = pages(Papers.pdf(8, 20_000));

    List<Range> ranges = pdf.ranges(100, 50_000);

    assertThat(ranges).hasSize(4).startsWith(new Range(1, 2)).endsWith(new Range(7, 8));
    for (Range range : ranges) {
      assertThat(pdf.document(range).length).isLessThanOrEqualTo(50_000);
    }
  }

  @Test
  void aPageThatIsTooLargeAloneIsNamed() throws Exception {
    PdfPages pdf = pages(Papers.pdf(2, 20_000));

    assertThatThrownBy(() -> pdf.ranges(100, 10_000))
        .isInstanceOfSatisfying(
            UnusableFileException.class, e -> assertThat(e.code()).isEqualTo("FILE_TOO_LARGE"))
        .hasMessageContaining("Page 1 alone");
  }

  @Test
  void whatNeedsAPasswordIsEncrypted() {
    assertFails(Papers.pdf(1, 0, "secret"), "FILE_ENCRYPTED");
  }

  @Test
  void whatEverybodyCanReadIsSentWithoutItsEncryption() throws Exception {
    PdfPages pdf = pages(Papers.pdf(2, 0, ""));

    assertThat(pdf.isEncrypted()).isTrue();
    byte[] open = pdf.document(new Range(1, 2));
    assertThat(pages(open).isEncrypted()).isFalse();
    assertThat(words(open)).containsExactly("page 1", "page 2");
  }

  @Test
  void whatIsNoPdfIsDamaged() {
    assertFails(Papers.utf8("%PDF-1.7\nnothing"), "FILE_DAMAGED");
    assertFails(Papers.image("png", 10, 10), "FILE_DAMAGED");
    assertFails(Arrays.copyOf(Papers.pdf(3, 1_000), 400), "FILE_DAMAGED");
  }

  static Stream<String> structures() {
    return Stream.of(
        "/Type /ObjStm /Filter /FlateDecode",
        "/Filter /FlateDecode",
        "/Type /XObject /Subtype /Image /Filter /FlateDecode",
        "/Type /Obj#53tm /Filter /Fl#61teDecode",
        "/Type /ObjStm /Filter /FlateDecode /X (" + "x".repeat(10_000) + ")",
        "/Type /ObjStm /Filter [/FlateDecode]",
        "/Type /ObjStm /Filter 6 0 R",
        "/Type /ObjStm /Filter [6 0 R]");
  }

  @ParameterizedTest
  @MethodSource("structures")
  void aStructureThatUnpacksWithoutMeasureIsRefusedWhateverItSaysOfItself(String dictionary)
      throws Exception {
    String packed = "/N 3 /First 15 " + dictionary;

    assertThat(pages(document(packed, deflated(OBJECTS, 10))).count()).isEqualTo(1);
    assertFails(document(packed, deflated(OBJECTS, 80 << 20)), "FILE_TOO_COMPLEX");
  }

  @Test
  void howItIsPackedMakesNoDifference() throws Exception {
    String packed = "/N 3 /First 15 /Type /ObjStm /Filter /RunLengthDecode";

    assertThat(pages(document(packed, repeated(OBJECTS, 10))).count()).isEqualTo(1);
    assertFails(document(packed, repeated(OBJECTS, 80 << 20)), "FILE_TOO_COMPLEX");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/Filter [/FlateDecode /RunLengthDecode]",
        "/Filter [/FlateDecode /FlateDecode]",
        "/Filter /DCTDecode",
        "/Filter /JPXDecode",
        "/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 400000000 >>",
        "/Filter [/FlateDecode] /DecodeParms [<< /Predictor 2 /Columns 70000 >>]"
      })
  void aStructureThatIsPackedAsNoneIsIsRefused(String dictionary) throws Exception {
    assertFails(
        document("/N 3 /First 15 /Type /ObjStm " + dictionary, deflated(OBJECTS, 10)),
        "FILE_TOO_COMPLEX");
  }

  @Test
  void addressesThatUnpackWithoutMeasureAreRefused() throws Exception {
    String packed = "/W [1 0 0] /Size %d /Root 2 0 R /Filter /FlateDecode";

    assertFails(
        addresses("/Type /XRef " + packed.formatted(900_000), deflated("", 80 << 20)),
        "FILE_TOO_COMPLEX");
    assertFails(
        addresses("/Type /XRef " + packed.formatted(2_000_000), deflated("", 2_000_000)),
        "FILE_TOO_COMPLEX");
  }

  @Test
  void theStructureOfAnEncryptedDocumentIsCountedToo() throws Exception {
    byte[] pdf = Papers.pdf(300, 0, "");
    long unpacked;
    try (PdfPages pages = pages(pdf)) {
      unpacked = pages.unpacked();
    }

    assertThat(unpacked).isPositive();
    assertThatThrownBy(() -> new PdfPages(pdf, unpacked - 1, new Patience(Duration.ofMinutes(1))))
        .isInstanceOfSatisfying(
            UnusableFileException.class, e -> assertThat(e.code()).isEqualTo("FILE_TOO_COMPLEX"));
  }

  @Test
  void whatIsNoStructureMayUnpackToWhateverItIs() throws Exception {
    byte[] pdf =
        document(
            "/N 3 /First 15 /Type /ObjStm /Filter /FlateDecode",
            deflated(OBJECTS, 10),
            "/Type /XObject /Subtype /Image /Filter /FlateDecode",
            deflated("", 80 << 20));

    try (PdfPages pages = pages(pdf)) {
      assertThat(pages.document(new Range(1, 1)).length).isLessThan(200_000);
      assertThat(pages.unpacked()).isLessThan(1_000);
    }
  }

  @Test
  void whoIsInterruptedStopsAndStaysInterrupted() {
    byte[] pdf = Papers.pdf(1, 0);
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> pages(pdf)).isInstanceOf(Patience.EndedException.class);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void whatTakesTooLongStops() {
    assertThatThrownBy(
            () -> new PdfPages(Papers.pdf(1, 0), BoundedPdf.MOST, new Patience(Duration.ZERO)))
        .isInstanceOf(Patience.EndedException.class);
  }

  /** A catalog, its pages, and one page, with their addresses before them. */
  private static final String OBJECTS =
      "2 0 3 32 4 72  << /Type /Catalog /Pages 3 0 R>>"
          + "<</Type/Pages/Count 1/Kids [4 0 R]    >>"
          + "<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]/Thumb 7 0 R>>";

  private static byte[] document(String dictionary, byte[] objects) throws IOException {
    return document(dictionary, objects, "", new byte[0]);
  }

  /** Its objects 2 to 4 are in its object 1, 6 is the name of a filter, 7 a picture. */
  private static byte[] document(String dictionary, byte[] objects, String about, byte[] picture)
      throws IOException {
    ByteArrayOutputStream pdf = new ByteArrayOutputStream();
    ByteBuffer rows = ByteBuffer.allocate(7 * 7);
    write(pdf, "%PDF-1.7\n");
    row(rows, 1, pdf.size(), 0);
    stream(pdf, 1, dictionary, objects);
    for (int i = 0; i < 3; i++) {
      row(rows, 2, 1, i);
    }
    int name = pdf.size();
    write(pdf, "6 0 obj\n/FlateDecode\nendobj\n");
    int thumb = pdf.size();
    stream(pdf, 7, about, picture);
    int start = pdf.size();
    row(rows, 1, start, 0);
    row(rows, 1, name, 0);
    row(rows, 1, thumb, 0);
    stream(pdf, 5, "/Type /XRef /W [1 4 2] /Index [1 7] /Size 8 /Root 2 0 R", rows.array());
    write(pdf, "startxref\n" + start + "\n%%EOF\n");
    return pdf.toByteArray();
  }

  private static byte[] addresses(String dictionary, byte[] rows) throws IOException {
    ByteArrayOutputStream pdf = new ByteArrayOutputStream();
    write(pdf, "%PDF-1.7\n");
    int start = pdf.size();
    stream(pdf, 1, dictionary, rows);
    write(pdf, "startxref\n" + start + "\n%%EOF\n");
    return pdf.toByteArray();
  }

  private static void row(ByteBuffer rows, int type, int second, int third) {
    rows.put((byte) type).putInt(second).putShort((short) third);
  }

  private static void stream(OutputStream pdf, int number, String dictionary, byte[] content)
      throws IOException {
    write(
        pdf,
        "%d 0 obj\n<< /Length %d %s >>\nstream\n".formatted(number, content.length, dictionary));
    pdf.write(content);
    write(pdf, "\nendstream\nendobj\n");
  }

  private static void write(OutputStream pdf, String text) throws IOException {
    pdf.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Packed, with so many ones behind it. */
  private static byte[] deflated(String text, int size) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] ones = new byte[1 << 20];
    Arrays.fill(ones, (byte) 1);
    try (DeflaterOutputStream packed = new DeflaterOutputStream(bytes)) {
      write(packed, text);
      for (int left = size; left > 0; left -= ones.length) {
        packed.write(ones, 0, Math.min(left, ones.length));
      }
    }
    return bytes.toByteArray();
  }

  /** As runs: each byte of the text is one of its own, and then runs of 128 blanks. */
  private static byte[] repeated(String text, int size) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (char c : text.toCharArray()) {
      bytes.write(0);
      bytes.write(c);
    }
    for (int left = size; left > 0; left -= 128) {
      bytes.write(129);
      bytes.write(' ');
    }
    bytes.write(128);
    return bytes.toByteArray();
  }

  private static PdfPages pages(byte[] content) throws UnusableFileException {
    return new PdfPages(content, BoundedPdf.MOST, new Patience(Duration.ofMinutes(1)));
  }

  private static List<String> words(byte[] pdf) throws Exception {
    try (PDDocument document = Loader.loadPDF(pdf)) {
      return new PDFTextStripper().getText(document).lines().toList();
    }
  }

  private static void assertFails(byte[] content, String code) {
    assertThatThrownBy(() -> pages(content))
        .isInstanceOfSatisfying(
            UnusableFileException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
