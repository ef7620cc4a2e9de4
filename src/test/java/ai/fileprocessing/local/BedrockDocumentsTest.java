package ai.fileprocessing.local;

import static ai.fileprocessing.local.Asking.blocksOf;
import static ai.fileprocessing.local.Asking.document;
import static ai.fileprocessing.local.Asking.image;
import static ai.fileprocessing.local.Asking.text;
import static ai.fileprocessing.local.Asking.textOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;

/** The extract proves which bytes arrived. */
class BedrockDocumentsTest {
  private final Asking asking = new Asking();

  @BeforeEach
  void reset() {
    StandIns.shared().bedrock().reset();
  }

  @Test
  void aPdfIsNamedWithItsPagesAndItsText() {
    byte[] pdf = SampleFiles.pdf("The first page says hello", "and the second says goodbye");

    assertThat(blocksOf(asking.ask(text("Summarise"), document("Document 1", "pdf", pdf))))
        .contains(
            "Block 1: text",
            "First line: Summarise",
            "Block 2: document \"Document 1\", pdf, %d bytes, SHA-256 %s, 2 pages"
                .formatted(pdf.length, digest(pdf)),
            "First line: The first page says hello",
            "Last line: and the second says goodbye")
        .anyMatch(line -> line.matches("Text: \\d+ lines, 10 words, \\d+ characters"));
  }

  @Test
  void aWordDocumentIsNamedWithItsText() {
    byte[] docx = SampleFiles.docx("One paragraph", "and another");

    assertThat(blocksOf(asking.ask(document("d", "docx", docx), text("Summarise"))))
        .startsWith(
            "Block 1: document \"d\", docx, %d bytes, SHA-256 %s"
                .formatted(docx.length, digest(docx)))
        .containsSubsequence(
            "First line: One paragraph", "Last line: and another", "Block 2: text");
  }

  @ParameterizedTest
  @CsvSource({"xlsx", "xls"})
  void aWorkbookIsNamedWithItsSheetsAndItsCells(String format) {
    byte[] workbook =
        format.equals("xlsx")
            ? SampleFiles.xlsx("Revenue", 1234.5)
            : SampleFiles.xls("Revenue", 1234.5);

    ConverseResponse response = asking.ask(text("t"), document("d", format, workbook));

    assertThat(blocksOf(response))
        .contains(
            "Block 2: document \"d\", %s, %d bytes, SHA-256 %s, 2 sheets"
                .formatted(format, workbook.length, digest(workbook)),
            "First line: Figures");
    assertThat(repeated(document("d", format, workbook))).contains("Revenue", "1234.5");
  }

  @ParameterizedTest
  @CsvSource({"csv", "txt", "md"})
  void aTextIsReadInWhateverEncodingItIs(String format) {
    for (Charset charset :
        new Charset[] {
          StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16
        }) {
      byte[] bytes = "Käse;Größe;Übergröße\nsüß;groß;schön\n".getBytes(charset);

      assertThat(blocksOf(asking.ask(text("t"), document("d", format, bytes))))
          .as(charset.name())
          .contains("First line: Käse;Größe;Übergröße", "Last line: süß;groß;schön");
    }
  }

  @Test
  void htmlIsReadWithoutItsTags() {
    byte[] html =
        "<html><head><title>T</title></head><body><h1>Head</h1><p>Body &amp; soul</p></body></html>"
            .getBytes(StandardCharsets.UTF_8);

    assertThat(blocksOf(asking.ask(text("t"), document("d", "html", html))))
        .contains("First line: Head", "Last line: Body & soul");
  }

  @ParameterizedTest
  @CsvSource({"png", "jpeg", "gif"})
  void anImageIsNamedWithItsSize(String format) {
    byte[] image = SampleFiles.image(format, 640, 480);

    ConverseResponse response = asking.ask(text("What is it?"), image(format, image));

    assertThat(blocksOf(response))
        .contains(
            "Block 2: image, %s, 640 x 480 pixels, %d bytes, SHA-256 %s"
                .formatted(format, image.length, digest(image)));
  }

  @Test
  void aWebpIsAnImageToo() {
    assertThat(blocksOf(asking.ask(image("webp", SampleFiles.WEBP))))
        .singleElement()
        .isEqualTo(
            "Block 1: image, webp, 1 x 1 pixels, %d bytes, SHA-256 %s"
                .formatted(SampleFiles.WEBP.length, digest(SampleFiles.WEBP)));
  }

  @Test
  void severalFilesAreNamedInTheirOrder() {
    ConverseResponse response =
        asking.ask(
            text("Compare"),
            document("Document 1", "pdf", SampleFiles.pdf("alpha")),
            image("png", SampleFiles.image("png", 3, 2)),
            document("Document 2", "csv", "beta,1\n".getBytes(StandardCharsets.UTF_8)));

    assertThat(blocksOf(response).stream().filter(line -> line.startsWith("Block")))
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("Block 1: text"),
            line -> assertThat(line).startsWith("Block 2: document \"Document 1\", pdf"),
            line -> assertThat(line).startsWith("Block 3: image, png, 3 x 2"),
            line -> assertThat(line).startsWith("Block 4: document \"Document 2\", csv"));
  }

  @Test
  void theTextOfADocumentCanBeRepeated() {
    assertThat(repeated(document("d", "docx", SampleFiles.docx("every", "word of it"))))
        .isEqualTo(Bedrock.NOTICE + "\nt\nevery\nword of it");
  }

  @Test
  void aRequestOfTextsAloneIsAnsweredAsOne() {
    assertThat(textOf(asking.ask(text("one"), text("two"))))
        .isEqualTo(Bedrock.answer(Asking.MODEL, "", "one\ntwo"));
  }

  @Test
  void aFaultCanBefallTheCallsWithACertainDocumentOnly() {
    StandIns.shared()
        .bedrock()
        .configure(Map.of("fault", "ThrottlingException", "fault_when_text_contains", "poison"));

    asking.ask(text("t"), document("d", "pdf", SampleFiles.pdf("harmless")));
    assertThatThrownBy(
            () -> asking.ask(text("t"), document("d", "pdf", SampleFiles.pdf("some poison"))))
        .isInstanceOf(ThrottlingException.class);
  }

  @Test
  void documentsCostTheirTextAndImagesTheirPixels() {
    int bare = tokens(asking.ask(text("four")));
    byte[] csv = "a".repeat(400).getBytes(StandardCharsets.UTF_8);

    assertThat(bare).isEqualTo(1);
    assertThat(tokens(asking.ask(text("four"), document("d", "csv", csv)))).isEqualTo(102);
    assertThat(tokens(asking.ask(text("four"), image("png", SampleFiles.image("png", 300, 250)))))
        .isEqualTo(101);
    assertThat(tokens(asking.ask(text("four"), image("png", SampleFiles.image("png", 4000, 4000)))))
        .isEqualTo(1601);
  }

  private String repeated(ContentBlock document) {
    return textOf(
        asking.converse(
            r ->
                r.system(SystemContentBlock.fromText(Bedrock.REPEAT))
                    .messages(Asking.user(text("t"), document))));
  }

  private static int tokens(ConverseResponse response) {
    return response.usage().inputTokens();
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
          .substring(0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
