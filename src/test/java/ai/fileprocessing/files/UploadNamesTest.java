package ai.fileprocessing.files;

import static ai.fileprocessing.platform.TestFloor.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.core.HttpHeaders;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class UploadNamesTest {
  @Test
  void aUtf8HeaderThatTheServerReadAsLatin1IsUtf8Again() {
    assertThat(ofHeader(onTheWire("\u00fcn\u00ef \uD83D\uDE00.txt")))
        .isEqualTo("\u00fcn\u00ef \uD83D\uDE00.txt");
  }

  @Test
  void aLatin1HeaderStaysAsItIs() {
    assertThat(ofHeader("\u00fcber.txt")).isEqualTo("\u00fcber.txt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.txt", "../../etc/passwd", "con", "a;b=\"c\".txt", "a%20b.txt", "a\\b"})
  void theFilenameHeaderIsTakenAsItIs(String name) {
    assertThat(ofHeader(name)).isEqualTo(name);
  }

  @Test
  void theFilenameHeaderComesBeforeContentDisposition() {
    assertThat(
            UploadNames.ofRaw(
                headers(
                    Map.of(
                        "filename", "header.txt",
                        "Content-Disposition", "attachment; filename=disposition.txt"))))
        .isEqualTo("header.txt");
  }

  @Test
  void aBlankFilenameHeaderIsNone() {
    assertThat(
            UploadNames.ofRaw(
                headers(
                    Map.of(
                        "filename", " ",
                        "Content-Disposition", "attachment; filename=disposition.txt"))))
        .isEqualTo("disposition.txt");
  }

  @Test
  void withoutAnyNameAFileIsUnnamed() {
    assertThat(UploadNames.ofRaw(headers(Map.of()))).isEqualTo("unnamed-file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "attachment; filename=\"a b.txt\" | a b.txt",
        "attachment; filename=a.txt | a.txt",
        "attachment;filename=a.txt;size=5 | a.txt",
        "ATTACHMENT; FILENAME = \"a.txt\" | a.txt",
        "attachment; filename=\"a\\\"b\\\\c.txt\" | a\"b\\c.txt",
        "attachment; filename=\"a;b.txt\" | a;b.txt",
        "attachment; filename*=UTF-8''%C3%BC%20%E2%82%AC.txt | \u00fc \u20ac.txt",
        "attachment; filename*=utf-8'en'a+b.txt | a+b.txt",
        "attachment; filename=\"plain.txt\"; filename*=UTF-8''%C3%BC.txt | \u00fc.txt",
        "attachment; filename*=UTF-8''%C3%BC.txt; filename=plain.txt | \u00fc.txt",
        "attachment | unnamed-file",
        "attachment; filename= | unnamed-file",
        "attachment; filename=\"\" | unnamed-file",
        "attachment; filename*=UTF-8'' | unnamed-file",
        "attachment; filename*=ISO-8859-1''%FC.txt; filename=plain.txt | plain.txt"
      })
  void aNameIsReadOutOfContentDisposition(String disposition, String name) {
    assertThat(ofDisposition(disposition)).isEqualTo(name);
  }

  @Test
  void aQuotedUtf8NameThatTheServerReadAsLatin1IsUtf8Again() {
    assertThat(ofDisposition(onTheWire("attachment; filename=\"\u20ac.txt\"")))
        .isEqualTo("\u20ac.txt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%4", "%ZZ", "a%2", "%-1", "%C3%BC%"})
  void wrongPercentEncodingIsRefused(String name) {
    assertProblem(
        () -> ofDisposition("attachment; filename*=UTF-8''" + name),
        422,
        "FILENAME_INVALID",
        "Content-Disposition");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "\\\\a", "\\\"", ";", "%41", "\u00fc", " "})
  void aNameOfManyKilobytesIsRefusedInEveryForm(String piece) {
    String name = piece.repeat(30_000 / piece.length()) + "x";

    assertTooLong(() -> ofHeader(name), "filename");
    assertTooLong(
        () -> ofDisposition("attachment; filename=\"" + name + "\""), "Content-Disposition");
    assertTooLong(
        () -> ofDisposition("attachment; filename*=UTF-8''" + "%C3%BC".repeat(5_000)),
        "Content-Disposition");
  }

  @Test
  void aQuoteThatNeverEndsIsReadFast() {
    assertThat(ofDisposition("attachment; filename=\"" + "a\\".repeat(15_000))).isNotEmpty();
  }

  @Test
  void aNameMayHave1024Characters() {
    assertThat(ofHeader("a".repeat(1024))).hasSize(1024);
    assertTooLong(() -> ofHeader("a".repeat(1025)), "filename");
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {" ", "\t"})
  void withoutATypeAFileIsBytes(String type) {
    assertThat(UploadNames.type(type, "Content-Type")).isEqualTo("application/octet-stream");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "text/plain; charset=utf-8",
        "text/plain;charset=\"utf-8\"",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "image/svg+xml"
      })
  void aTypeIsKeptAsItWasDeclared(String type) {
    assertThat(UploadNames.type(type, "Content-Type")).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text",
        "/plain",
        "text/",
        "text/plain/x",
        "text/plain, text/html",
        "text /plain",
        "text/plain; a=\r\nSet-Cookie: b",
        "text/plain\r\n; a=b",
        "text/plain\n;a=b",
        "text/plain\u0085;a=b",
        "text/pl\u00e4in",
        "text/plain; a=\u00e4"
      })
  void whatIsNoTypeIsRefused(String type) {
    assertProblem(
        () -> UploadNames.type(type, "/content_type"),
        422,
        "CONTENT_TYPE_INVALID",
        "/content_type");
  }

  private static void assertTooLong(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String pointer) {
    assertProblem(call, 422, "FILENAME_INVALID", pointer);
  }

  private static String ofHeader(String name) {
    return UploadNames.ofRaw(headers(Map.of("filename", name)));
  }

  private static String ofDisposition(String disposition) {
    return UploadNames.ofRaw(headers(Map.of("Content-Disposition", disposition)));
  }

  /** What a server makes of a client's UTF-8. */
  private static String onTheWire(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static HttpHeaders headers(Map<String, String> headers) {
    return (HttpHeaders)
        Proxy.newProxyInstance(
            UploadNamesTest.class.getClassLoader(),
            new Class<?>[] {HttpHeaders.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("getHeaderString");
              return headers.get(arguments[0]);
            });
  }
}
