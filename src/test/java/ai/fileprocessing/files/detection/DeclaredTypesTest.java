package ai.fileprocessing.files.detection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeclaredTypesTest {
  private final ContentTypes types = new ContentTypes();

  @ParameterizedTest
  @CsvSource({
    "application/octet-stream, image/png",
    "application/x-www-form-urlencoded, text/plain",
    "text/plain, text/plain",
    "TEXT/Plain; charset=no-such-charset, text/plain",
    "text/plain; charset=utf-8, text/markdown",
    "text/plain, application/json",
    "text/x-web-markdown, text/markdown",
    "text/xml, application/xml",
    "application/xml, image/svg+xml",
    "application/x-javascript, text/javascript",
    "application/x-zip-compressed, application/zip",
    "application/zip, " + TestZip.DOCX,
    "image/jpg, image/jpeg",
    "text/json, application/json",
    "application/csv, text/csv",
    "application/vnd.ms-word.document.macroEnabled.12,"
        + " application/vnd.ms-word.document.macroenabled.12"
  })
  void theSameByAnotherNameOrLessExactlyIsNoContradiction(String declared, String detected) {
    assertThat(types.contradicts(declared, detected)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "image/png, text/plain",
    "text/plain, image/png",
    "application/pdf, text/plain",
    "text/markdown, text/plain",
    "text/plain, application/octet-stream",
    TestZip.DOCX + ", application/zip",
    "application/x-no-such, text/plain",
    "'x/y; a=\"b; c\"', text/plain"
  })
  void anythingElseIsAContradiction(String declared, String detected) {
    assertThat(types.contradicts(declared, detected)).isTrue();
  }
}
