package ai.fileprocessing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.Cognito;
import ai.fileprocessing.local.StandIns;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Requests that no decent client sends: each is answered with a problem and none is a 5xx. */
class BadInputIT {
  private static final String USER = Deployment.newUser();
  private static final String TOKEN = StandIns.shared().cognito().token(USER);
  private static final String JSON = "application/json";
  private static final String FORM = "multipart/form-data; boundary=XX";

  /** A body, and the code that answers it. */
  private static final Map<String, String> JOBS = new LinkedHashMap<>();

  private static final Map<String, String> UPLOADS = new LinkedHashMap<>();

  static {
    String file = "018f0000-0000-7000-8000-000000000000";
    String job = "{\"files\": [\"" + file + "\"], \"prompt\": \"p\", ";
    JOBS.put("", "JSON_INVALID");
    JOBS.put("  ", "JSON_INVALID");
    JOBS.put("{", "JSON_INVALID");
    JOBS.put("null", "JSON_INVALID");
    JOBS.put("[]", "JSON_INVALID");
    JOBS.put("\"x\"", "JSON_INVALID");
    JOBS.put("1e1000000000", "JSON_INVALID");
    JOBS.put("{}", "FIELD_INVALID");
    JOBS.put("[".repeat(100_000), "JSON_INVALID");
    JOBS.put("{\"a\":".repeat(100_000), "JSON_INVALID");
    JOBS.put("{\"files\":" + "[".repeat(100_000), "FIELD_TYPE");
    JOBS.put("{\"metadata\":" + "{\"a\":".repeat(100_000), "FIELD_TYPE");
    JOBS.put("{\"" + "a".repeat(60_000) + "\": 1}", "JSON_INVALID");
    JOBS.put(job + "\"prompt\": \"q\"}", "JSON_INVALID");
    JOBS.put("{\"files\": [], \"prompt\": \"p\"} x", "JSON_INVALID");
    JOBS.put("{\"files\": [], \"prompt\": \"p\"}", "FIELD_INVALID");
    JOBS.put("{\"files\": \"x\", \"prompt\": \"p\"}", "FIELD_TYPE");
    JOBS.put("{\"files\": {\"a\": 1}, \"prompt\": \"p\"}", "FIELD_TYPE");
    JOBS.put("{\"files\": [null], \"prompt\": \"p\"}", "FIELD_INVALID");
    JOBS.put("{\"files\": [1], \"prompt\": \"p\"}", "FIELD_TYPE");
    JOBS.put("{\"files\": [true], \"prompt\": \"p\"}", "FIELD_TYPE");
    JOBS.put("{\"files\": [[\"x\"]], \"prompt\": \"p\"}", "JSON_INVALID");
    JOBS.put("{\"files\": [\"\\u0000\"], \"prompt\": \"p\"}", "FILE_NOT_FOUND");
    JOBS.put("{\"files\": [\"../x\"], \"prompt\": \"p\"}", "FILE_NOT_FOUND");
    JOBS.put("{\"files\": [\"" + "x".repeat(10_000) + "\"], \"prompt\": \"p\"}", "FILE_NOT_FOUND");
    JOBS.put("{\"files\": [\"x\", \"x\"], \"prompt\": \"p\"}", "FILE_DUPLICATE");
    JOBS.put(files(1_001), "TOO_MANY_FILES");
    JOBS.put(files(10_001), "FIELD_INVALID");
    JOBS.put("{\"files\": [\"x\"], \"prompt\": \"\"}", "FIELD_INVALID");
    JOBS.put("{\"files\": [\"x\"], \"prompt\": 1}", "FIELD_TYPE");
    JOBS.put("{\"files\": [\"x\"], \"prompt\": [\"p\"]}", "FIELD_TYPE");
    JOBS.put("{\"files\": [\"x\"], \"prompt\": \"" + "p".repeat(70_000) + "\"}", "FIELD_INVALID");
    JOBS.put("{\"files\": [\"x\"], \"prompt\": \"" + "p".repeat(1 << 20) + "\"}", "BODY_TOO_LARGE");
    JOBS.put("{\"files\": [\"x\"], \"prompt\": \"a\nb\"}", "JSON_INVALID");
    JOBS.put("{\"files\": [\"x\"], \"prompt\": \"\\x\"}", "JSON_INVALID");
    JOBS.put("{\"files\": [\"x\"], \"prompt\": \"{{name}}\"}", "PROMPT_INVALID");
    JOBS.put("{\"files\": [\"x\"], \"prompt\": \"{{filename}\"}", "PROMPT_INVALID");
    JOBS.put("{\"files\": [\"x\"], \"prompt\": \"" + "{{".repeat(32_767) + "\"}", "PROMPT_INVALID");
    for (String owned : List.of("user_id", "job_status", "job_id", "result_key", "created_at")) {
      JOBS.put(job + "\"" + owned + "\": \"x\"}", "FIELD_UNKNOWN");
    }
    JOBS.put(job + "\"model\": \"no-such-model\"}", "MODEL_UNKNOWN");
    JOBS.put(job + "\"model\": 1}", "FIELD_TYPE");
    JOBS.put(job + "\"model\": \"" + "m".repeat(3_000) + "\"}", "FIELD_INVALID");
    JOBS.put(job + "\"mode\": \"sideways\"}", "FIELD_INVALID");
    JOBS.put(job + "\"mode\": {}}", "FIELD_TYPE");
    JOBS.put(job + "\"inference\": \"x\"}", "FIELD_TYPE");
    JOBS.put(job + "\"inference\": {\"x\": 1}}", "FIELD_UNKNOWN");
    JOBS.put(job + "\"inference\": {\"max_tokens\": 0}}", "FIELD_INVALID");
    JOBS.put(job + "\"inference\": {\"max_tokens\": 65000}}", "FIELD_INVALID");
    JOBS.put(job + "\"inference\": {\"max_tokens\": 1.5}}", "FIELD_TYPE");
    JOBS.put(job + "\"inference\": {\"max_tokens\": \"9\"}}", "FIELD_TYPE");
    JOBS.put(job + "\"inference\": {\"max_tokens\": 99999999999}}", "FIELD_TYPE");
    JOBS.put(job + "\"inference\": {\"max_tokens\": 1e1000000000}}", "FIELD_TYPE");
    JOBS.put(job + "\"inference\": {\"max_tokens\": " + "9".repeat(5_000) + "}}", "JSON_INVALID");
    JOBS.put(job + "\"inference\": {\"temperature\": 1e1000000000}}", "FIELD_INVALID");
    JOBS.put(job + "\"inference\": {\"temperature\": -0.1}}", "FIELD_INVALID");
    JOBS.put(job + "\"inference\": {\"temperature\": NaN}}", "JSON_INVALID");
    JOBS.put(job + "\"inference\": {\"temperature\": 0.1, \"top_p\": 0.1}}", "FIELD_INVALID");
    JOBS.put(
        job + "\"inference\": {\"stop_sequences\": [\"1\",\"2\",\"3\",\"4\",\"5\"]}}",
        "FIELD_INVALID");
    JOBS.put(job + "\"inference\": {\"stop_sequences\": [null]}}", "FIELD_INVALID");
    JOBS.put(job + "\"metadata\": []}", "FIELD_TYPE");
    JOBS.put(job + "\"metadata\": {\"a\": 1}}", "FIELD_TYPE");
    JOBS.put(job + "\"metadata\": {\"a\": null}}", "FIELD_INVALID");
    JOBS.put(job + "\"metadata\": {\"a\": {\"b\": \"c\"}}}", "FIELD_TYPE");

    UPLOADS.put("", "JSON_INVALID");
    UPLOADS.put("[]", "JSON_INVALID");
    UPLOADS.put("null", "JSON_INVALID");
    UPLOADS.put("{}", "FIELD_INVALID");
    UPLOADS.put("{\"filename\": \"a\"}", "FIELD_INVALID");
    UPLOADS.put("{\"content\": \"YQ==\"}", "FIELD_INVALID");
    UPLOADS.put("{\"filename\": \"a\", \"content\": 1}", "FIELD_TYPE");
    UPLOADS.put("{\"filename\": \"a\", \"content\": null}", "FIELD_TYPE");
    UPLOADS.put("{\"filename\": {\"a\": 1}, \"content\": \"YQ==\"}", "FIELD_TYPE");
    UPLOADS.put("{\"filename\": \"a\", \"content\": \"a-_\"}", "CONTENT_INVALID");
    UPLOADS.put("{\"filename\": \"a\", \"content\": \"YQ\"}", "CONTENT_INVALID");
    UPLOADS.put("{\"filename\": \"a\", \"content\": \"Y\\u0000Q==\"}", "CONTENT_INVALID");
    UPLOADS.put("{\"filename\": \"a\", \"content\": \"YWJj", "CONTENT_INVALID");
    UPLOADS.put("{\"filename\": \"a\", \"content\": \"YQ==\"", "JSON_INVALID");
    UPLOADS.put("{\"filename\": \"a\", \"content\": \"YQ==\"} {}", "JSON_INVALID");
    UPLOADS.put("{\"content\": \"YQ==\", \"content\": \"YQ==\"}", "JSON_INVALID");
    UPLOADS.put(
        "{\"filename\": \"a\", \"content\": \"YQ==\", \"user_id\": \"x\"}", "FIELD_UNKNOWN");
    UPLOADS.put("{\"filename\":" + "[".repeat(100_000), "FIELD_TYPE");
    UPLOADS.put("{\"x\":" + "{\"a\":".repeat(5_000), "FIELD_UNKNOWN");
    UPLOADS.put(
        "{\"filename\": \"" + "a".repeat(1_025) + "\", \"content\": \"YQ==\"}", "FILENAME_INVALID");
    UPLOADS.put(
        "{\"filename\": \"a\", \"content\": \"YQ==\", \"content_type\": \"text\"}",
        "CONTENT_TYPE_INVALID");
    UPLOADS.put(
        "{\"filename\": \"a\", \"content\": \"YQ==\", \"content_type\": \"a/b\\r\\n;x=y\"}",
        "CONTENT_TYPE_INVALID");
  }

  static Stream<Arguments> jobs() {
    return JOBS.entrySet().stream().map(it -> Arguments.of(it.getKey(), it.getValue()));
  }

  static Stream<Arguments> uploads() {
    return UPLOADS.entrySet().stream().map(it -> Arguments.of(it.getKey(), it.getValue()));
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void aJobThatCannotBeReadOrIsInvalidIsNamed(String body, String code) throws Exception {
    assertCode(as(JSON, "POST /jobs").body(body), code);
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void itIsNamedTheSameWhenItComesInChunks(String body, String code) throws Exception {
    assertCode(as(JSON, "POST /jobs").chunked(body.getBytes(StandardCharsets.UTF_8)), code);
  }

  @ParameterizedTest
  @MethodSource("uploads")
  void anUploadThatCannotBeReadOrIsInvalidIsNamed(String body, String code) throws Exception {
    assertCode(as(JSON, "POST /files").body(body), code);
  }

  @Test
  void bytesThatAreNoUtf8AreNoJson() throws Exception {
    byte[] body =
        "{\"files\": [\"\u00ff\"], \"prompt\": \"p\"}".getBytes(StandardCharsets.ISO_8859_1);

    assertCode(as(JSON, "POST /jobs").body(body), "JSON_INVALID");
  }

  @Test
  void theFieldThatIsWrongIsPointedAt() throws Exception {
    String body =
        "{\"files\": [\"x\"], \"prompt\": \"p\", \"inference\": {\"stop_sequences\": [\"a\", 1]}}";

    JsonNode problem = Answers.assertProblem(send(as(JSON, "POST /jobs").body(body)));

    assertThat(problem.path("errors").path(0).path("pointer").stringValue())
        .isEqualTo("/inference/stop_sequences/1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /|404",
        "GET /favicon.ico|404",
        "GET /file|404",
        "GET //files|404",
        "GET /files//|404",
        "GET /files/a/b|404",
        "GET /jobs/a/b/c/d|404",
        "GET /files/x|404",
        "GET /files/%2F|404",
        "GET /files/a%2Fb|404",
        "GET /files/%5C|404",
        "GET /files/a\\b|400",
        "GET /files/..|404",
        "GET /files/../jobs/x|404",
        "GET /files/%20|404",
        "GET /files/%F0%9F%98%80|404",
        "GET /files/<script>alert(1)</script>|400",
        "GET /files/{x}|400",
        "GET /files/'%20OR%201=1|404",
        "GET /files/%ff|400",
        "GET /files/%c0%ae|400",
        "GET /WEB-INF/web.xml|404",
        "GET /WEB-INF/lib/|404",
        "GET /META-INF/MANIFEST.MF|404",
        "GET /error-page|404",
        "GET /j_security_check|404",
        "DELETE /files/x|404",
        "DELETE /files|405",
        "PUT /files|405",
        "PATCH /files/x|405",
        "POST /files/x|405",
        "DELETE /jobs|405",
        "PUT /jobs/x|405",
        "POST /jobs/x/download/y|405",
        "TRACE /files|405",
        "CONNECT /files|405",
        "FOO /jobs|405",
        "GET /files?limit=0|400",
        "GET /files?limit=1001|400",
        "GET /files?limit=-1|400",
        "GET /files?limit=x|400",
        "GET /files?limit=|400",
        "GET /files?limit=1.5|400",
        "GET /files?limit=99999999999999|400",
        "GET /files?limit=%zz|400",
        "GET /files?limit=%F0%9F|400",
        "GET /files?%|400",
        "GET /files?type=a|b|400",
        "GET /files?cursor=|400",
        "GET /files?cursor=x|400",
        "GET /files?cursor=%00|400",
        "GET /jobs?limit=0|400",
        "GET /jobs?cursor=%2B%2F|400",
        "GET /jobs?status=|400",
        "GET /jobs?status=completed|400",
        "GET /jobs?status=DONE|400",
        "GET /jobs?status=%zz|400"
      })
  void aPathMethodOrParameterThatIsNoneIsAProblem(String requestAndStatus) throws Exception {
    int split = requestAndStatus.lastIndexOf('|');
    RawHttp request = RawHttp.request(requestAndStatus.substring(0, split)).token(TOKEN);

    RawHttp.Answer answer = send(request);

    Answers.assertProblem(answer);
    assertThat(answer.status()).isEqualTo(Integer.parseInt(requestAndStatus.substring(split + 1)));
  }

  @Test
  void longPathsAndQueriesAreProblems() throws Exception {
    for (String target :
        List.of("/files/" + "a".repeat(9_000), "/files?cursor=" + "A".repeat(9_000))) {
      Answers.assertProblem(send(RawHttp.request("GET " + target).token(TOKEN)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "~", "\0", "018f"})
  void aCursorThatIsSignedLikeOursButHoldsNoIdIsRefused(String key) throws Exception {
    for (String list : List.of("files", "jobs")) {
      assertCode(
          RawHttp.request("GET /" + list + "?cursor=" + cursor(key)).token(TOKEN),
          "PARAMETER_INVALID");
      assertCode(
          RawHttp.request("GET /" + list + "?cursor=" + cursor("a".repeat(3_000) + key))
              .token(TOKEN),
          "PARAMETER_INVALID");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html",
        "application/xml",
        "application/problem+json",
        "image/*",
        "garbage",
        "*/*;q=abc",
        "*/*;q=2",
        "a/b/c"
      })
  void anAcceptThatIsNotMetOrIsNoneIsAProblem(String accept) throws Exception {
    for (String call : List.of("GET /files", "GET /jobs", "GET /files/x", "POST /jobs")) {
      Answers.assertProblem(
          send(as(JSON, call).header("Accept", accept).body(call.startsWith("POST") ? "{}" : "")));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "garbage",
        "a/b/c",
        "/",
        "",
        "application/json-patch+json",
        "text/*"
      })
  void aJobWithAnotherContentTypeIsAProblem(String type) throws Exception {
    RawHttp.Answer answer = send(as(type, "POST /jobs").body("{}"));

    Answers.assertProblem(answer);
    assertThat(answer.status()).isIn(400, 415);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/xml", "garbage", "a/b/c"})
  void theProblemOfAnotherContentTypeNamesTheHeader(String type) throws Exception {
    RawHttp.Answer answer = send(as(type, "POST /jobs").body("{}"));

    JsonNode problem = Answers.assertProblem(answer);
    assertThat(answer.status()).isEqualTo(415);
    assertThat(problem.path("code").stringValue()).isEqualTo("MEDIA_TYPE_UNSUPPORTED");
    assertThat(problem.at("/errors/0/pointer").stringValue()).isEqualTo("Content-Type");
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage", "a/b/c", "/", "text", "text/*", ";;;"})
  void anUploadWhoseContentTypeIsNoneIsAProblem(String type) throws Exception {
    Answers.assertProblem(send(as(type, "POST /files").body("some text")));
  }

  @Test
  void aJobWithoutABodyIsAProblem() throws Exception {
    Answers.assertProblem(send(as(JSON, "POST /jobs")));
    Answers.assertProblem(send(RawHttp.request("POST /jobs").token(TOKEN)));
  }

  static Stream<String> brokenForms() {
    String head = "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n";
    return Stream.of(
        "",
        "no form at all",
        "--XX",
        "--XX--\r\n",
        "--XX\r\n\r\nno disposition\r\n--XX--\r\n",
        "--XX\r\nContent-Dispo",
        "--XX\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\nno file\r\n--XX--\r\n",
        "--XX\r\nContent-Disposition: ;;;\r\n\r\nx\r\n--XX--\r\n",
        head + "Content-Type: ;;;\r\n\r\nx\r\n--XX--\r\n",
        head + "Content-Type: text\r\n\r\nx\r\n--XX--\r\n",
        head + "X: " + "a".repeat(100_000) + "\r\n\r\nx\r\n--XX--\r\n",
        head.replace("\"a\"", "\"" + "a".repeat(100_000) + "\"") + "\r\nx\r\n--XX--\r\n",
        head + "a header without colon\r\n",
        head + "\r\nno end",
        (head.replace("filename", "x") + "\r\nx\r\n").repeat(2_000) + "--XX--\r\n");
  }

  @ParameterizedTest
  @MethodSource("brokenForms")
  void aBrokenFormIsAProblem(String form) throws Exception {
    Answers.assertProblem(send(as(FORM, "POST /files").body(form)));
    Answers.assertProblem(
        send(as(FORM, "POST /files").chunked(form.getBytes(StandardCharsets.UTF_8))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=other",
        "multipart/form-data; boundary"
      })
  void aFormWithoutItsBoundaryIsAProblem(String type) throws Exception {
    String form =
        "--XX\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\nx\r\n--XX--\r\n";

    Answers.assertProblem(send(as(type, "POST /files").body(form)));
  }

  @Test
  void aBodyThatIsNotEncodedAsItSaysIsAProblem() throws Exception {
    for (String call : List.of("POST /files", "POST /jobs")) {
      assertCode(as(JSON, call).header("Content-Encoding", "gzip").body("{}"), "BODY_UNREADABLE");
      assertCode(as(JSON, call).header("Content-Encoding", "gzip").body(""), "BODY_UNREADABLE");
      assertCode(
          as(JSON, call).header("Content-Encoding", "br").body("{}"), "ENCODING_UNSUPPORTED");
      assertCode(
          as(JSON, call).header("Content-Encoding", "gzip, gzip").body("{}"),
          "ENCODING_UNSUPPORTED");
      assertCode(
          as(JSON, call).header("Transfer-Encoding", "chunked").unframed(bytes("zz\r\n{}\r\n")),
          "BODY_UNREADABLE");
    }
  }

  @Test
  void aNameThatIsNotEncodedAsItSaysIsAProblem() throws Exception {
    assertCode(
        as("text/plain", "POST /files")
            .header("Content-Disposition", "attachment; filename*=UTF-8''%zz")
            .body("x"),
        "FILENAME_INVALID");
    assertCode(
        as("text/plain", "POST /files").header("filename", "a".repeat(1_025)).body("x"),
        "FILENAME_INVALID");
  }

  @Test
  void aLargeHeaderIsNoReasonToFail() throws Exception {
    RawHttp.Answer answer =
        send(RawHttp.request("GET /files").token(TOKEN).header("X-Large", "a".repeat(20_000)));

    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void aRequestIdOfTheClientIsUsedWhenItIsSane() throws Exception {
    RawHttp.Answer sane =
        send(RawHttp.request("GET /files/x").token(TOKEN).header("X-Request-Id", "my.id-1"));
    RawHttp.Answer not =
        send(RawHttp.request("GET /files/x").token(TOKEN).header("X-Request-Id", "<b>\"x"));

    assertThat(Answers.assertProblem(sane).path("request_id").stringValue()).isEqualTo("my.id-1");
    assertThat(Answers.assertProblem(not).path("request_id").stringValue()).doesNotContain("<");
  }

  /**
   * What the server refuses before any application of it is chosen: it is a 400 that tells nothing,
   * but no problem, and the server has no setting for it. The percent-encoding of a path that is
   * broken or hides a control character, a path that climbs above the root, and a request line or
   * headers over the server's own limits.
   */
  static Stream<String> refusedByTheServerItself() {
    return Stream.of(
        "/%zz",
        "/files/%",
        "/files/%00",
        "/files/\u0001",
        "/../etc/passwd",
        "/%2e%2e/etc/passwd",
        "/" + "a".repeat(70_000));
  }

  @ParameterizedTest
  @MethodSource("refusedByTheServerItself")
  void whatIsRefusedBeforeAnyApplicationTellsNothing(String target) throws Exception {
    RawHttp.Answer answer = send(RawHttp.request("GET " + target).token(TOKEN));

    assertThat(answer.status()).isEqualTo(400);
    Answers.assertSaysNothingOfTheInside(answer.text());
  }

  @Test
  void headersOverTheServersOwnLimitsTellNothing() throws Exception {
    RawHttp large = RawHttp.request("GET /files").token(TOKEN).header("X", "a".repeat(100_000));
    RawHttp many = RawHttp.request("GET /files").token(TOKEN);
    IntStream.range(0, 600).forEach(i -> many.header("X-" + i, "a"));

    for (RawHttp request : List.of(large, many)) {
      RawHttp.Answer answer = send(request);
      assertThat(answer.status()).isEqualTo(400);
      Answers.assertSaysNothingOfTheInside(answer.text());
    }
  }

  @AfterAll
  static void nothingWasCreatedAndTheServerIsWell() throws Exception {
    RawHttp.Answer jobs = send(RawHttp.request("GET /jobs").token(TOKEN));
    RawHttp.Answer files = send(RawHttp.request("GET /files").token(TOKEN));
    RawHttp.Answer live = send(RawHttp.request("GET /health/live"));

    assertThat(jobs.text()).isEqualTo("[]");
    assertThat(files.text()).isEqualTo("[]");
    assertThat(live.status()).isEqualTo(200);
  }

  private static RawHttp as(String contentType, String call) {
    return RawHttp.request(call).token(TOKEN).header("Content-Type", contentType);
  }

  private static RawHttp.Answer send(RawHttp request) throws Exception {
    return request.send(Deployment.shared().uri());
  }

  private static void assertCode(RawHttp request, String code) throws Exception {
    RawHttp.Answer answer = send(request);
    JsonNode problem = Answers.assertProblem(answer);
    assertThat(problem.path("code").stringValue()).as(answer.text()).isEqualTo(code);
  }

  private static String files(int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add("\"x" + i + "\"");
    }
    return "{\"files\": [" + String.join(",", ids) + "], \"prompt\": \"p\"}";
  }

  /** As the service makes them; the digest is no secret. */
  private static String cursor(String key) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(bytes(Cognito.subject(USER) + "\n" + key));
    String content = HexFormat.of().formatHex(digest, 0, 8) + key;
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(content));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
