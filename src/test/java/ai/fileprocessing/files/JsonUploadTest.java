package ai.fileprocessing.files;

import static ai.fileprocessing.platform.TestFloor.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.platform.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

@Timeout(20)
class JsonUploadTest {
  private static final JsonMapper MAPPER = Json.strict();
  private static final int LIMIT = 100_000;

  @TempDir Path folder;

  @AfterEach
  void nothingStaysBehind() {
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'filename': 'a.txt', 'content': 'aGVsbG8=', 'content_type': 'text/plain'}",
        "{'content': 'aGVsbG8=', 'content_type': 'text/plain', 'filename': 'a.txt'}",
        " {'content_type':'text/plain','filename':'a.txt','content':'aGVs\\nbG8='} ",
        "{'\\u0063ontent': 'aGVsbG8=', 'content_type': 'text/plain', 'filename': 'a.txt'}"
      })
  void theFieldsComeInAnyOrder(String json) throws Exception {
    try (Upload upload = quoted(json)) {
      assertThat(upload.filename()).isEqualTo("a.txt");
      assertThat(upload.contentType()).isEqualTo("text/plain");
      assertThat(upload.content().file()).hasContent("hello");
      assertThat(upload.content().size()).isEqualTo(5);
    }
  }

  @Test
  void theTypeMayBeLeftOutAndTheContentEmpty() throws Exception {
    try (Upload upload = quoted("{'filename': 'a', 'content': ''}")) {
      assertThat(upload.contentType()).isNull();
      assertThat(upload.content().size()).isZero();
    }
  }

  @Test
  void contentOfManyBuffersIsDecodedExactly() throws Exception {
    byte[] bytes = new byte[LIMIT];
    new Random(1).nextBytes(bytes);
    try (Upload upload = read(json("a", Base64.getEncoder().encodeToString(bytes)))) {
      assertThat(upload.content().file()).hasBinaryContent(bytes);
    }
  }

  @Test
  void contentMayBeLongerThanAnyOtherText() throws Exception {
    String content = Base64.getEncoder().encodeToString(new byte[3 << 20]);
    try (Upload upload =
        JsonUpload.read(
            new ByteArrayInputStream(json("a", content).getBytes(StandardCharsets.UTF_8)),
            MAPPER,
            folder,
            3 << 20)) {
      assertThat(upload.content().size()).isEqualTo(3 << 20);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'content': 'aGVsbG8='}|422|FIELD_INVALID|/filename",
        "{'filename': 'a'}|422|FIELD_INVALID|/content",
        "{}|422|FIELD_INVALID|/filename",
        "{'filename': 'a', 'content': 'aGVsbG8=', 'user_id': 'x'}|400|FIELD_UNKNOWN|/user_id",
        "{'filename': 'a', 'content': 'aGVsbG8=', 'sha256': {'a': 1}}|400|FIELD_UNKNOWN|/sha256",
        "{'filename': 5, 'content': 'aGVsbG8='}|400|FIELD_TYPE|/filename",
        "{'filename': null, 'content': 'aGVsbG8='}|400|FIELD_TYPE|/filename",
        "{'filename': ['a']}|400|FIELD_TYPE|/filename",
        "{'content': 'aGVsbG8=', 'filename': {}}|400|FIELD_TYPE|/filename",
        "{'content': 5}|400|FIELD_TYPE|/content",
        "{'content': null}|400|FIELD_TYPE|/content",
        "{'content': true}|400|FIELD_TYPE|/content",
        "{'content': 'aGVsbG8=', 'content_type': 5}|400|FIELD_TYPE|/content_type",
        "{'a/b~': 'x'}|400|FIELD_UNKNOWN|/a~1b~0"
      })
  void aWrongFieldIsNamed(String json, int status, String code, String pointer) {
    assertProblem(() -> quoted(json), status, code, pointer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "aGVsbG8", "aGVsbG8-", "aGVs_G8=", "====", "aGVsbG8=x", "h\u00e9", "a b c"})
  void whatIsNoBase64IsRefused(String content) {
    assertProblem(
        () -> quoted("{'filename': 'a', 'content': '" + content + "'}"),
        400,
        "CONTENT_INVALID",
        "/content");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "'aGVsbG8='",
        "{'content': 'aGVsbG8=', 'content': 'aGVsbG8=', 'filename': 'a'}",
        "{'filename': 'a', 'filename': 'b', 'content': 'aGVsbG8='}",
        "{'filename': 'a', 'content': 'aGVsbG8='",
        "{'filename': 'a', 'content': 'aGVsbG8='} {}",
        "{'filename': 'a', 'content': 'aGVsbG8='} x",
        "{'content': 'aGVsbG8=', filename: 'a'}",
        "{'content': 'aGVsbG8=', 'filename': 'a"
      })
  void whatIsNotOneWellFormedObjectIsRefused(String json) {
    assertProblem(() -> quoted(json), 400, "JSON_INVALID");
  }

  @Test
  void aBodyThatEndsInsideItsContentIsRefused() {
    assertProblem(
        () -> quoted("{'filename': 'a', 'content': 'aGVsbG8h"), 400, "CONTENT_INVALID", "/content");
  }

  @Test
  void contentMayHaveTheLimitAndNotAByteMore() throws Exception {
    byte[] bytes = new byte[LIMIT + 1];
    try (Upload upload =
        read(
            json("a", Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(bytes, LIMIT))))) {
      assertThat(upload.content().size()).isEqualTo(LIMIT);
    }
    assertProblem(
        () -> read(json("a", Base64.getEncoder().encodeToString(bytes))), 413, "UPLOAD_TOO_LARGE");
  }

  @Test
  void aNameOfManyMegabytesIsRefusedBeforeItIsInMemory() {
    assertProblem(() -> read(json("a".repeat(20 << 20), "aGVsbG8=")), 400, "JSON_INVALID");
  }

  @Test
  void nestingWithoutEndIsRefused() {
    assertProblem(
        () -> quoted("{'content': " + "[".repeat(100_000)), 400, "FIELD_TYPE", "/content");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"filename\": \"a", "{\"filename\": \"a\", \"content\": \"aGVsbG8h"})
  void aConnectionThatBreaksIsNotTakenForWrongBase64(String start) {
    InputStream broken =
        new SequenceInputStream(
            new ByteArrayInputStream(start.getBytes(StandardCharsets.UTF_8)),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("cut");
              }
            });

    assertThatThrownBy(() -> JsonUpload.read(broken, MAPPER, folder, LIMIT))
        .isInstanceOf(IOException.class)
        .hasMessage("cut");
  }

  private Upload quoted(String json) throws IOException {
    return read(json.replace('\'', '"'));
  }

  private Upload read(String json) throws IOException {
    return JsonUpload.read(
        new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), MAPPER, folder, LIMIT);
  }

  private static String json(String filename, String content) {
    return "{\"filename\": \"" + filename + "\", \"content\": \"" + content + "\"}";
  }
}
