package ai.fileprocessing.local;

import static ai.fileprocessing.local.Asking.assistant;
import static ai.fileprocessing.local.Asking.document;
import static ai.fileprocessing.local.Asking.image;
import static ai.fileprocessing.local.Asking.text;
import static ai.fileprocessing.local.Asking.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** A request that AWS would refuse is refused here, in AWS's words where they are known. */
class BedrockRefusalsTest {
  private static final byte[] TEXT = "some text".getBytes(StandardCharsets.UTF_8);
  private static final byte[] PNG = SampleFiles.image("png", 4, 4);
  private static final String CLAUDE_3 = "anthropic.claude-3-haiku-20240307-v1:0";
  private static final String NOVA = "amazon.nova-pro-v1:0";

  private final Asking asking = new Asking();

  @BeforeEach
  void reset() {
    StandIns.shared().bedrock().reset();
  }

  @Test
  void aSixthDocument() {
    assertThat(asking.ask(documents(5)).stopReasonAsString()).isEqualTo("end_turn");
    assertRefused("You can't include more than 5 documents in a request.", documents(6));
  }

  @Test
  void aTwentyFirstImage() {
    assertThat(asking.ask(images(20)).stopReasonAsString()).isEqualTo("end_turn");
    assertRefused("You can't include more than 20 images in a request.", images(21));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.pdf", "two  spaces", "tab\there", "Käse", "under_score", "a'b", "a/b"})
  void aDocumentNameWithOtherCharacters(String name) {
    assertRefused(
        "The document file name can only contain alphanumeric characters",
        text("t"),
        document(name, "txt", TEXT));
  }

  @Test
  void aDocumentNameThatIsTooLong() {
    assertRefused("length between 1 and 200", text("t"), document("", "txt", TEXT));
    assertRefused("length between 1 and 200", text("t"), document("n".repeat(201), "txt", TEXT));
    asking.ask(text("t"), document("n".repeat(200), "txt", TEXT));
    asking.ask(text("t"), document("A (b) [c]-1", "txt", TEXT));
  }

  @Test
  void twoDocumentsOfOneNameAlsoInDifferentMessages() {
    String message = "Messages can't contain duplicate document names.";
    assertRefused(message, text("t"), document("d", "txt", TEXT), document("d", "md", TEXT));
    assertRefused(
        message,
        r ->
            r.messages(
                user(text("t"), document("d", "txt", TEXT)),
                assistant(text("a")),
                user(text("t"), document("d", "txt", TEXT))));
  }

  @Test
  void aDocumentWithoutATextBesideIt() {
    assertRefused("A text block must be included", document("d", "txt", TEXT));
  }

  @Test
  void mediaFromTheModel() {
    assertRefused(
        "messages of the user only",
        r -> r.messages(user(text("t")), assistant(text("a"), image("png", PNG))));
  }

  @Test
  void formatsThatConverseDoesNotKnow() {
    assertRefused("Member must satisfy enum value set", text("t"), document("d", "pptx", TEXT));
    assertRefused("Member must satisfy enum value set", image("bmp", PNG));
  }

  @Test
  void aDocumentThatIsTooLargeUnlessItsModelTakesIt() {
    byte[] large = Arrays.copyOf(SampleFiles.pdf("large"), 4_500_001);
    byte[] text = "word ".repeat(900_001).getBytes(StandardCharsets.UTF_8);

    asking.ask(text("t"), document("d", "pdf", large));
    String message = "exceeds the maximum document size of 4.5 MB";
    assertRefused(message, text("t"), document("d", "txt", text));
    assertRefused(
        message, r -> r.modelId(CLAUDE_3).messages(user(text("t"), document("d", "pdf", large))));
  }

  @Test
  void anImageThatIsTooLarge() {
    byte[] large = Arrays.copyOf(PNG, 3_750_001);

    assertRefused("image exceeds the maximum: 3750001 bytes", image("png", large));
    asking.ask(image("png", Arrays.copyOf(PNG, 3_750_000)));
  }

  @Test
  void anImageWithTooManyPixels() {
    assertRefused("max allowed size: 8000 pixels", image("png", SampleFiles.image("png", 8001, 1)));
    asking.ask(image("png", SampleFiles.image("png", 8000, 1)));
  }

  @Test
  void anImageThatIsNotWhatItClaims() {
    assertRefused("does not match the provided media type image/jpeg", image("jpeg", PNG));
    assertRefused("Could not process image", image("png", TEXT));
    assertRefused("greater than or equal to 1", image("png", new byte[0]));
  }

  @Test
  void aDocumentThatIsNotWhatItClaims() {
    byte[] docx = SampleFiles.docx("d");
    byte[] pdf = SampleFiles.pdf("p");

    assertRefused("The PDF specified was not valid", text("t"), document("d", "pdf", TEXT));
    assertRefused(
        "The PDF specified was not valid", text("t"), document("d", "pdf", Arrays.copyOf(pdf, 60)));
    assertRefused("xlsx document specified was not", text("t"), document("d", "xlsx", docx));
    assertRefused("doc document specified was not", text("t"), document("d", "doc", docx));
    assertRefused(
        "docx document specified was not",
        text("t"),
        document("d", "docx", Arrays.copyOf(docx, docx.length / 2)));
    for (String format : new String[] {"csv", "txt", "md", "html"}) {
      assertRefused("specified was not valid", text("t"), document("d", format, PNG));
    }
  }

  @Test
  void aDocumentThatIsEncrypted() {
    assertRefused(
        "The PDF specified is password protected",
        text("t"),
        document("d", "pdf", SampleFiles.encryptedPdf("word", "p")));
    assertRefused(
        "docx document specified is password protected",
        text("t"),
        document("d", "docx", SampleFiles.encryptedDocx("word")));
  }

  @Test
  void aHundredAndOnePagesInOneOrMorePdfs() {
    byte[] fifty = SampleFiles.pdf(pages(50));
    byte[] fiftyOne = SampleFiles.pdf(pages(51));

    asking.ask(text("t"), document("1", "pdf", fifty), document("2", "pdf", fifty));
    assertRefused(
        "A maximum of 100 PDF pages may be provided",
        text("t"),
        document("1", "pdf", fifty),
        document("2", "pdf", fiftyOne));
    asking.converse(
        r ->
            r.modelId(NOVA)
                .messages(
                    user(text("t"), document("1", "pdf", fifty), document("2", "pdf", fiftyOne))));
  }

  @Test
  void aRequestOfMoreThan32MegabytesToClaude() {
    byte[] pdf = Arrays.copyOf(SampleFiles.pdf("p"), 24_000_000);

    assertRefused("maximum size of 32 MB", text("t"), document("d", "pdf", pdf));
    asking.converse(r -> r.modelId(NOVA).messages(user(text("t"), document("d", "pdf", pdf))));
  }

  private static ContentBlock[] documents(int number) {
    return Stream.concat(
            Stream.of(text("t")),
            IntStream.range(0, number).mapToObj(i -> document("d " + i, "txt", TEXT)))
        .toArray(ContentBlock[]::new);
  }

  private static ContentBlock[] images(int number) {
    return Collections.nCopies(number, image("png", PNG)).toArray(ContentBlock[]::new);
  }

  private static String[] pages(int number) {
    return Collections.nCopies(number, "page").toArray(String[]::new);
  }

  private void assertRefused(String message, ContentBlock... blocks) {
    assertRefused(message, r -> r.messages(user(blocks)));
  }

  private void assertRefused(String message, Consumer<ConverseRequest.Builder> request) {
    assertThatThrownBy(() -> asking.converse(request))
        .isInstanceOfSatisfying(
            ValidationException.class, e -> assertThat(e.statusCode()).isEqualTo(400))
        .hasMessageContaining(message);
  }
}
