package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.JSON;
import static ai.fileprocessing.e2e.Answers.fetch;
import static ai.fileprocessing.e2e.Answers.link;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.Cognito;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.StandIns;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The three request forms of {@code POST /files}, and that each keeps every byte. */
class UploadFormsIT {
  private final String user = Deployment.newUser();
  private final String token = StandIns.shared().cognito().token(user);
  private final ServiceClient alice = Deployment.caller(user);
  private final byte[] bytes = anyBytes();

  @Test
  void theRawFormTakesTheNameFromTheFilenameHeader() throws Exception {
    JsonNode file =
        stored(post("text/plain; charset=utf-8").header("filename", "Bericht.txt").body(bytes));

    assertThat(file.path("filename").stringValue()).isEqualTo("Bericht.txt");
    assertThat(file.path("content_type").stringValue()).isEqualTo("application/octet-stream");
    assertThat(declared(file)).contains("text/plain; charset=utf-8");
    assertThat(file.path("user_id").stringValue()).isEqualTo(Cognito.subject(user));
    assertThat(file.path("last_modified").longValue())
        .isCloseTo(System.currentTimeMillis() / 1000, org.assertj.core.api.Assertions.within(600L));
    assertKept(file, bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Übersicht – März.txt",
        "報告書 😀.txt",
        "a\"b'c;d\\e.txt",
        "../../etc/passwd",
        "con",
        "100% <sure>.html"
      })
  void anyNameIsKeptForShowingAndIsHarmlessInADownload(String name) throws Exception {
    JsonNode file = stored(post("text/html").header("filename", name).body(bytes));

    assertThat(file.path("filename").stringValue()).isEqualTo(name);
    String disposition = assertKept(file, bytes);
    assertThat(disposition).startsWith("attachment; filename=\"");
    assertThat(disposition.chars()).allMatch(c -> c >= ' ' && c < 127);
    assertThat(disposition.replaceAll("\"[^\"]*\"", "")).doesNotContain("\"", "<", "\\");
    String encoded = disposition.substring(disposition.indexOf("filename*=UTF-8''") + 17);
    assertThat(java.net.URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8))
        .isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "attachment; filename=plain.txt | plain.txt",
        "attachment; filename=\"with blank.txt\" | with blank.txt",
        "attachment; filename=\"a \\\"quoted\\\" one.txt\" | a \"quoted\" one.txt",
        "attachment; filename=\"old.txt\"; filename*=UTF-8''M%C3%A4rz+1.txt | März+1.txt",
        "form-data; name=f; FILENAME=upper.txt | upper.txt",
        "attachment | unnamed-file"
      })
  void theRawFormTakesTheNameFromContentDisposition(String disposition, String name)
      throws Exception {
    JsonNode file =
        stored(post("text/plain").header("Content-Disposition", disposition).body(bytes));

    assertThat(file.path("filename").stringValue()).isEqualTo(name);
    assertKept(file, bytes);
  }

  @Test
  void theFilenameHeaderComesBeforeContentDisposition() throws Exception {
    JsonNode file =
        stored(
            post("text/plain")
                .header("Content-Disposition", "attachment; filename=second.txt")
                .header("filename", "first.txt")
                .body(bytes));

    assertThat(file.path("filename").stringValue()).isEqualTo("first.txt");
  }

  @Test
  void aRawUploadWithoutAnyNameIsAnUnnamedFile() throws Exception {
    JsonNode file = stored(post("image/png").body(bytes));

    assertThat(file.path("filename").stringValue()).isEqualTo("unnamed-file");
    assertKept(file, bytes);
  }

  @Test
  void aRawUploadMayBeChunked() throws Exception {
    assertKept(stored(post("text/plain").chunked(bytes)), bytes);
  }

  @Test
  void aContentTypeThatSaysNothingIsNoDeclaration() throws Exception {
    for (RawHttp request :
        new RawHttp[] {
          post(""),
          RawHttp.request("POST /files").token(token),
          post("application/octet-stream"),
          post("application/x-www-form-urlencoded")
        }) {
      JsonNode file = stored(request.body(bytes));

      assertThat(file.path("content_type").stringValue()).isEqualTo("application/octet-stream");
      assertThat(declared(file)).isEmpty();
      assertKept(file, bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain; charset=no-such-charset",
        "multipart/mixed; boundary=x",
        "application/vnd.example+json",
        "x/y; a=\"b; c\""
      })
  void whateverTheBytesContradictIsKept(String type) throws Exception {
    JsonNode file = stored(post(type).body(bytes));

    assertThat(declared(file)).contains(type);
    assertThat(file.path("content_type").stringValue()).isEqualTo("application/octet-stream");
    assertThat(file.path("sha256").stringValue()).isEqualTo(sha256(bytes));
  }

  @Test
  void aBodyWithContentEncodingGzipIsStoredAsWhatWasCompressed() throws Exception {
    assertKept(
        stored(post("text/plain").header("Content-Encoding", "gzip").body(gzip(bytes))), bytes);
  }

  @Test
  void aGzipFileWithoutContentEncodingStaysAGzipFile() throws Exception {
    byte[] compressed = gzip(bytes);

    assertKept(stored(post("application/gzip").body(compressed)), compressed);
  }

  @Test
  void theJsonFormTakesBase64() throws Exception {
    String json =
        JSON.writeValueAsString(
            Map.of(
                "filename", "März 😀.bin",
                "content_type", "application/x-any",
                "content", Base64.getEncoder().encodeToString(bytes)));

    JsonNode file = stored(post("application/json; charset=utf-8").body(json));

    assertThat(file.path("filename").stringValue()).isEqualTo("März 😀.bin");
    assertThat(declared(file)).contains("application/x-any");
    assertKept(file, bytes);
  }

  @Test
  void theJsonFormTakesAnEmptyFileAndNeedsNoType() throws Exception {
    JsonNode file = stored(post("application/json").body("{\"content\":\"\",\"filename\":\"e\"}"));

    assertThat(file.path("size").longValue()).isZero();
    assertThat(file.path("content_type").stringValue()).isEqualTo("application/octet-stream");
    assertThat(declared(file)).isEmpty();
    assertKept(file, new byte[0]);
  }

  @Test
  void theMultipartFormWithOneFileIsAnsweredWithThatFile() throws Exception {
    byte[] form =
        form(
            part("name=\"note\"", null, "no file".getBytes(StandardCharsets.UTF_8)),
            part("name=\"f\"; filename=\"März.txt\"", "text/plain", bytes));

    JsonNode file = stored(post("multipart/form-data; boundary=XX").body(form));

    assertThat(file.isObject()).isTrue();
    assertThat(file.path("filename").stringValue()).isEqualTo("März.txt");
    assertThat(declared(file)).contains("text/plain");
    assertKept(file, bytes);
  }

  @Test
  void theMultipartFormWithSeveralFilesIsAnsweredWithAllInTheirOrder() throws Exception {
    byte[] second = "\r\n--X\r\nalmost a boundary\r\n--".getBytes(StandardCharsets.UTF_8);
    byte[] form =
        form(
            part("name=\"f\"; filename=\"a.bin\"", "application/octet-stream", bytes),
            part("name=\"f\"; filename=\"b.txt\"", "text/plain; charset=utf-8", second),
            part("name=\"g\"; filename=\"c.txt\"", null, new byte[0]));

    JsonNode files = stored(post("multipart/form-data; boundary=XX").body(form));

    assertThat(files.isArray()).isTrue();
    assertThat(files.valueStream().map(it -> it.path("filename").stringValue()))
        .containsExactly("a.bin", "b.txt", "c.txt");
    assertKept(files.path(0), bytes);
    assertKept(files.path(1), second);
    assertKept(files.path(2), new byte[0]);
  }

  @Test
  void inEveryFormTheBytesSayWhatAFileIs() throws Exception {
    byte[] page = "<!DOCTYPE html><script>alert(1)</script>".getBytes(StandardCharsets.UTF_8);
    for (RawHttp request : inEveryForm("notes.txt", "text/plain", page)) {
      JsonNode file = stored(request);

      assertThat(file.path("content_type").stringValue()).isEqualTo("text/html");
      assertThat(declared(file)).isEmpty();
      assertThat(assertKept(file, page)).startsWith("attachment;");
    }
    byte[] picture = png();
    for (RawHttp request : inEveryForm("x.txt", "text/plain; charset=utf-8", picture)) {
      JsonNode file = stored(request);

      assertThat(file.path("content_type").stringValue()).isEqualTo("image/png");
      assertThat(declared(file)).contains("text/plain; charset=utf-8");
      assertKept(file, picture);
    }
  }

  @Test
  void inEveryFormTheNameTellsKindsOfTextApart() throws Exception {
    byte[] text = "# Überschrift\n".getBytes(StandardCharsets.UTF_8);
    for (RawHttp request : inEveryForm("report.md", "text/plain", text)) {
      JsonNode file = stored(request);

      assertThat(file.path("content_type").stringValue()).isEqualTo("text/markdown");
      assertThat(declared(file)).isEmpty();
      assertKept(file, text);
    }
    for (RawHttp request : inEveryForm("report.pdf", "application/pdf", text)) {
      JsonNode file = stored(request);

      assertThat(file.path("content_type").stringValue()).isEqualTo("text/plain");
      assertThat(declared(file)).contains("application/pdf");
    }
  }

  private RawHttp[] inEveryForm(String name, String type, byte[] content) {
    Map<String, String> json =
        Map.of(
            "filename", name,
            "content_type", type,
            "content", Base64.getEncoder().encodeToString(content));
    return new RawHttp[] {
      post(type).header("filename", name).body(content),
      post("application/json").body(JSON.writeValueAsString(json)),
      post("multipart/form-data; boundary=XX")
          .body(form(part("name=\"f\"; filename=\"" + name + "\"", type, content)))
    };
  }

  private RawHttp post(String contentType) {
    return RawHttp.request("POST /files").token(token).header("Content-Type", contentType);
  }

  private static JsonNode stored(RawHttp request) throws IOException {
    RawHttp.Answer answer = request.send(Deployment.shared().uri());
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    JsonNode body = JSON.readTree(answer.text());
    JsonNode first = body.isArray() ? body.path(0) : body;
    assertThat(answer.header("Location")).endsWith("/files/" + first.path("file_id").stringValue());
    return body;
  }

  private static Optional<String> declared(JsonNode file) {
    return Optional.ofNullable(file.get("declared_content_type")).map(JsonNode::stringValue);
  }

  /** Says how the download disposes of the file. */
  private String assertKept(JsonNode file, byte[] content) throws Exception {
    assertThat(file.path("size").longValue()).isEqualTo(content.length);
    assertThat(file.path("sha256").stringValue()).isEqualTo(sha256(content));
    String path = "/files/" + file.path("file_id").stringValue();
    assertThat(alice.get(path).json()).isEqualTo(file);
    HttpResponse<byte[]> download = fetch(link(alice, path + "/download"));
    assertThat(download.statusCode()).isEqualTo(200);
    assertThat(download.body()).isEqualTo(content);
    assertThat(download.headers().firstValue("Content-Type"))
        .contains(file.path("content_type").stringValue());
    return download.headers().firstValue("Content-Disposition").orElseThrow();
  }

  private static byte[] part(String disposition, String type, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String head =
        "--XX\r\nContent-Disposition: form-data; "
            + disposition
            + (type == null ? "" : "\r\nContent-Type: " + type)
            + "\r\n\r\n";
    out.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    out.writeBytes(content);
    out.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  private static byte[] form(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    out.writeBytes("--XX--\r\n".getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  private static byte[] png() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB), "png", out);
    return out.toByteArray();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  private static String sha256(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  private static byte[] anyBytes() {
    byte[] bytes = new byte[100_000];
    new Random(42).nextBytes(bytes);
    return bytes;
  }
}
