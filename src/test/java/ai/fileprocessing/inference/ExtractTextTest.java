package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.fileprocessing.CorpusFile;
import com.sun.management.ThreadMXBean;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtractTextTest {
  private static final String TEXT = "Some plain words";
  private static final String XLS = "application/vnd.ms-excel";
  private static final String PPT = "application/vnd.ms-powerpoint";
  private static final String DOC = "application/msword";
  private static final ReadingSettings SETTINGS =
      new ReadingSettings(50, 20 << 20, Duration.ofMinutes(1), Long.MAX_VALUE);

  static Stream<Arguments> documents() {
    return Stream.of(
        arguments(Papers.DOCX, Papers.docx(TEXT)),
        arguments(Papers.XLSX, Papers.xlsx(TEXT)),
        arguments(Papers.PPTX, Papers.pptx(TEXT)),
        arguments(XLS, Papers.xls(TEXT)),
        arguments(PPT, Papers.ppt(TEXT)),
        arguments(Papers.ODT, Papers.odt("<text:p>" + TEXT + "</text:p>", "")),
        arguments(
            "application/vnd.oasis.opendocument.spreadsheet",
            Papers.odt("<text:p>" + TEXT + "</text:p>", "")),
        arguments(
            "application/vnd.oasis.opendocument.presentation",
            Papers.odt("<text:p>" + TEXT + "</text:p>", "")),
        arguments("application/epub+zip", Papers.epub(TEXT)),
        arguments("application/rtf", Papers.rtf(TEXT)),
        arguments("message/rfc822", Papers.eml(TEXT)));
  }

  @AfterEach
  void calm() {
    Thread.interrupted();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void theTextOfEveryKindOfDocumentIsFound(String type, byte[] content) throws Exception {
    assertThat(extract(content, type, 10_000)).contains(TEXT);
  }

  @Test
  void aMessageTellsWhoWroteItAndNotWhatIsAttached() throws Exception {
    assertThat(extract(Papers.eml(TEXT), "message/rfc822", 10_000))
        .startsWith("From: Ann <ann@example.org>\nTo: Bob <bob@example.org>\n")
        .contains("Subject: The subject\n", "Date: 2025-01-06")
        .doesNotContain("attached text");
  }

  @ParameterizedTest
  @MethodSource("documents")
  void whatIsCutInTheMiddleIsDamagedOrLeftShort(String type, byte[] content) {
    byte[] half = Arrays.copyOf(content, content.length / 2);
    try {
      assertThat(extract(half, type, 10_000)).doesNotContain(TEXT + TEXT);
    } catch (UnusableFileException e) {
      assertThat(e.code()).isIn("FILE_DAMAGED", "FILE_EMPTY");
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void noiseIsDamagedOrHoldsNothing(String type, byte[] content) {
    byte[] noise = new byte[5_000];
    new java.util.Random(3).nextBytes(noise);
    try {
      assertThat(extract(noise, type, 10_000)).doesNotContain(TEXT);
    } catch (UnusableFileException e) {
      assertThat(e.code()).isEqualTo("FILE_DAMAGED");
    }
  }

  @Test
  void moreTextThanAllowedIsTooLong() {
    assertFails(
        Papers.odt("<text:p>" + "word ".repeat(1_000) + "</text:p>", ""),
        Papers.ODT,
        100,
        "INPUT_TOO_LONG");
  }

  @Test
  void aZipBombIsRefusedBeforeItIsRead() {
    byte[] bomb = Papers.odt("<text:p>" + " ".repeat(30 << 20) + "</text:p>", "");

    assertThat(bomb.length).isLessThan(100_000);
    assertFails(bomb, Papers.ODT, 1_000, "FILE_TOO_COMPLEX");
  }

  @Test
  void picturesOnOldSlidesAreNotUnpacked() throws Exception {
    byte[] bomb = Papers.ppt(TEXT, 60 << 20);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    extract(Papers.ppt(TEXT), PPT, 1_000);

    long before = threads.getCurrentThreadAllocatedBytes();
    String text = extract(bomb, PPT, 1_000);

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(30 << 20);
    assertThat(text).contains(TEXT);
  }

  static Stream<Arguments> drawings() {
    return Stream.of(
        arguments(XLS, Papers.xls(TEXT, 30 << 20)),
        arguments(DOC, Papers.withStream(CorpusFile.named("letter.doc").bytes(), "Data", 30 << 20)),
        arguments(PPT, Papers.withStream(Papers.ppt(TEXT), "another", 30 << 20)));
  }

  @ParameterizedTest
  @MethodSource("drawings")
  void aDrawingThatUnpacksTooFarIsRefused(String type, byte[] content) {
    assertThat(content.length).isLessThan(400_000);
    assertFails(content, type, 1_000, "FILE_TOO_COMPLEX");
  }

  @Test
  void aDrawingOfAnOldFileCountsAsWhatItUnpacksTo() throws Exception {
    assertThat(unpacked(SETTINGS, Papers.xls(TEXT, 10 << 20), XLS)).isGreaterThan(10 << 20);
    assertThat(extract(Papers.xls(TEXT, 10 << 20), XLS, 1_000)).contains(TEXT);
  }

  static Stream<Arguments> protectedAsOfficeDoes() {
    return Stream.of(
        arguments(XLS, Papers.protectedAsOfficeDoes(() -> Papers.xls(TEXT))),
        arguments(PPT, Papers.protectedAsOfficeDoes(() -> Papers.ppt(TEXT))));
  }

  @ParameterizedTest
  @MethodSource("protectedAsOfficeDoes")
  void whatIsEncryptedIsNotOpenedWithThePasswordThatEverybodyKnows(String type, byte[] content) {
    assertFails(content, type, 1_000, "FILE_ENCRYPTED");
  }

  @Test
  void anOldFileOfAnotherTypeIsNotReadAsWhatItIs() {
    assertFails(Papers.xls(TEXT), PPT, 1_000, "FILE_DAMAGED");
    assertFails(Papers.ppt(TEXT), XLS, 1_000, "FILE_DAMAGED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16", "IBM1047"})
  void tagsOfWhichATreeIsBuiltCountAsMuchMore(String encoding) throws Exception {
    byte[] styles = ("<styleSheet>" + "<xf/>".repeat(200_000) + "</styleSheet>").getBytes(encoding);

    assertThat(unpacked(SETTINGS, Papers.with(Papers.xlsx(TEXT), "xl/a.xml", styles), Papers.XLSX))
        .isGreaterThan(200_000 * 30);
    assertFails(
        Papers.with(
            Papers.xlsx(TEXT),
            "xl/a.xml",
            ("<styleSheet>" + "<xf/>".repeat(800_000)).getBytes(encoding)),
        Papers.XLSX,
        1_000,
        "FILE_TOO_COMPLEX");
  }

  @Test
  void aSheetIsReadInOneGoUnlessAnotherRelationLeadsToIt() throws Exception {
    byte[] sheet = Papers.xlsx(TEXT + "<x/>".repeat(200_000));
    String comments = Papers.RELATIONS.formatted("comments", "/xl/%731.XML?a#b");

    assertThat(unpacked(SETTINGS, sheet, Papers.XLSX)).isLessThan(900_000);
    assertThat(
            unpacked(
                SETTINGS,
                Papers.with(sheet, "xl/_rels/s1.xml.rels", Papers.utf8(comments)),
                Papers.XLSX))
        .isGreaterThan(200_000 * 25);
  }

  @Test
  void fewBytesThatTellFarTooMuchAreRefused() {
    byte[] bomb = Papers.odt("<text:p>" + "a".repeat(10 << 20) + "</text:p>", "");

    assertFails(bomb, Papers.ODT, 100 << 20, "FILE_TOO_COMPLEX");
  }

  @Test
  void whatNestsWithoutEndIsRefused() {
    String deep = "<div>".repeat(5_000) + "x" + "</div>".repeat(5_000);

    assertFails(Papers.epub(deep), "application/epub+zip", 1_000, "FILE_TOO_COMPLEX");
  }

  @Test
  void aMessageOfMoreTagsThanAnyHasIsRefused() throws Exception {
    String html = "From: a@example.org\nContent-Type: text/html\n\n<body>%s</body>";

    assertThat(extract(message(html, "<br>" + TEXT, 40_000), "message/rfc822", 10_000_000))
        .contains(TEXT);
    assertFails(message(html, "<br>", 100_001), "message/rfc822", 10_000_000, "FILE_TOO_COMPLEX");
  }

  private static byte[] message(String form, String part, int times) {
    return Papers.utf8(form.formatted(part.repeat(times)).replace("\n", "\r\n"));
  }

  @Test
  void entitiesThatMultiplyAreNotExpanded() {
    StringBuilder head = new StringBuilder("<!DOCTYPE x [<!ENTITY a0 \"lollollol\">");
    for (int i = 1; i < 12; i++) {
      head.append("<!ENTITY a").append(i).append(" \"").append(("&a" + (i - 1) + ";").repeat(10));
      head.append("\">");
    }
    byte[] bomb = Papers.odt("<text:p>&a11;</text:p>", head + "]>");
    try {
      assertThat(extract(bomb, Papers.ODT, 10_000)).doesNotContain("lollollol");
    } catch (UnusableFileException e) {
      assertThat(e.code()).isIn("FILE_DAMAGED", "FILE_TOO_COMPLEX");
    }
  }

  @Test
  void nothingOutsideIsFetched() throws Exception {
    AtomicInteger fetched = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          fetched.incrementAndGet();
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/x";
    Path secret = Files.writeString(Files.createTempFile("secret", ".txt"), "the secret");
    try {
      for (String target : List.of(url, secret.toUri().toString())) {
        byte[] content =
            Papers.odt(
                "<text:p>" + TEXT + "&x;</text:p>",
                "<!DOCTYPE x SYSTEM \"" + url + "\" [<!ENTITY x SYSTEM \"" + target + "\">]>");
        try {
          assertThat(extract(content, Papers.ODT, 10_000)).doesNotContain("the secret");
        } catch (UnusableFileException e) {
          assertThat(e.code()).isEqualTo("FILE_DAMAGED");
        }
      }
      assertThat(fetched).hasValue(0);
    } finally {
      server.stop(0);
      Files.delete(secret);
    }
  }

  @Test
  void whoIsInterruptedStopsAndStaysInterrupted() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> extract(Papers.docx(TEXT), Papers.DOCX, 1_000))
        .isInstanceOfSatisfying(
            Patience.EndedException.class, e -> assertThat(e.isInterrupted()).isTrue());
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void whatTakesTooLongStops() {
    ReadingSettings hasty = new ReadingSettings(50, 20 << 20, Duration.ZERO, Long.MAX_VALUE);

    assertThatThrownBy(() -> extract(hasty, Papers.docx(TEXT), Papers.DOCX, 1_000))
        .isInstanceOfSatisfying(
            Patience.EndedException.class, e -> assertThat(e.isInterrupted()).isFalse());
  }

  @Test
  void nothingIsLeftOnTheDisk() throws Exception {
    List<Path> before = left();

    extract(Papers.pptx(TEXT), Papers.PPTX, 1_000);
    assertFails(Papers.utf8("no zip"), Papers.PPTX, 1_000, "FILE_DAMAGED");

    assertThat(left()).isEqualTo(before);
  }

  private static List<Path> left() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(it -> it.getFileName().toString().startsWith("input-")).sorted().toList();
    }
  }

  private static String extract(byte[] content, String type, int most)
      throws UnusableFileException {
    return extract(SETTINGS, content, type, most);
  }

  private static String extract(ReadingSettings settings, byte[] content, String type, int most)
      throws UnusableFileException {
    ExtractText extract = new ExtractText(settings, type);
    try (Original original = new Original(new Input(0, "a", type, content))) {
      extract.unpacked(original.file(), new Patience(settings.time()));
      return extract.of(original.file(), most, new Patience(settings.time()));
    }
  }

  private static long unpacked(ReadingSettings settings, byte[] content, String type)
      throws UnusableFileException {
    try (Original original = new Original(new Input(0, "a", type, content))) {
      return new ExtractText(settings, type)
          .unpacked(original.file(), new Patience(settings.time()));
    }
  }

  private static void assertFails(byte[] content, String type, int most, String... codes) {
    assertThatThrownBy(() -> extract(content, type, most))
        .isInstanceOfSatisfying(
            UnusableFileException.class, e -> assertThat(e.code()).isIn((Object[]) codes));
  }
}
