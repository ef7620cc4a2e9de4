package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.inference.PdfPages.Range;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

  @ParameterizedTest
  @ValueSource(strings = {"/Type /ObjStm /N 1 /First 5", "/Type /XRef", "/Type /Obj#53tm"})
  void aStructureThatUnpacksWithoutMeasureIsRefused(String dictionary) throws Exception {
    assertFails(bomb(dictionary + " /Filter /FlateDecode", 80 << 20), "FILE_TOO_COMPLEX");
    assertFails(bomb(dictionary + " /Filter [/FlateDecode /FlateDecode]", 10), "FILE_TOO_COMPLEX");
  }

  @Test
  void picturesMayUnpackToWhateverTheyAre() {
    assertThatThrownBy(
            () -> pages(bomb("/Type /XObject /Subtype /Image /Filter /FlateDecode", 80 << 20)))
        .isInstanceOfSatisfying(
            UnusableFileException.class, e -> assertThat(e.code()).isEqualTo("FILE_DAMAGED"));
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
    assertThatThrownBy(() -> new PdfPages(Papers.pdf(1, 0), new Patience(Duration.ZERO)))
        .isInstanceOf(Patience.EndedException.class);
  }

  private static byte[] bomb(String dictionary, int size) throws Exception {
    ByteArrayOutputStream pdf = new ByteArrayOutputStream();
    pdf.write(
        ("%PDF-1.7\n1 0 obj\n<< " + dictionary + " >>\nstream\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    try (DeflaterOutputStream packed = new DeflaterOutputStream(pdf)) {
      byte[] zeros = new byte[1 << 20];
      for (int left = size; left > 0; left -= zeros.length) {
        packed.write(zeros, 0, Math.min(left, zeros.length));
      }
    }
    return pdf.toByteArray();
  }

  private static PdfPages pages(byte[] content) throws UnusableFileException {
    return new PdfPages(content, new Patience(Duration.ofMinutes(1)));
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
