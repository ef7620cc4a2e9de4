package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertStatus;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.Cognito;
import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.ServiceClient.Answer;
import ai.fileprocessing.local.StandIns;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Large uploads in little memory, too large ones, and ones that break off. */
class UploadLimitsIT {
  private static final int LARGE = 200 << 20;
  private static final int JSON_LIMIT = 10 << 20;
  private static final String FORM = "multipart/form-data; boundary=XX";
  private static final byte[] HEAD =
      "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.bin\"\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TAIL = "\r\n--XX--\r\n".getBytes(StandardCharsets.US_ASCII);

  private final String user = Deployment.newUser();
  private final String token = StandIns.shared().cognito().token(user);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void twoHundredMegabytesPassRawThroughLittleMemory(boolean withLength) throws Exception {
    BodyPublisher body = BodyPublishers.ofInputStream(() -> new Generated(LARGE));
    ServiceClient alice = large();

    Answer answer =
        alice.send(
            alice
                .request("/files")
                .header("Content-Type", "application/octet-stream")
                .POST(withLength ? BodyPublishers.fromPublisher(body, LARGE) : body));

    assertWhole(alice, answer);
  }

  @Test
  void twoHundredMegabytesPassAsAFormThroughLittleMemory() throws Exception {
    ServiceClient alice = large();

    Answer answer =
        alice.send(
            alice
                .request("/files")
                .header("Content-Type", FORM)
                .POST(
                    BodyPublishers.ofInputStream(
                        () ->
                            new SequenceInputStream(
                                new SequenceInputStream(
                                    new ByteArrayInputStream(HEAD), new Generated(LARGE)),
                                new ByteArrayInputStream(TAIL)))));

    assertWhole(alice, answer);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRawUploadOfTheLimitPassesAndOneByteMoreDoesNot(boolean withLength) throws Exception {
    byte[] most = new Generated(Deployment.MAX_UPLOAD).readAllBytes();
    byte[] more = new byte[Deployment.MAX_UPLOAD + 1];

    RawHttp.Answer passed = send(post("text/plain"), most, withLength);
    RawHttp.Answer refused = send(post("text/plain"), more, withLength);

    assertThat(passed.status()).as(passed.text()).isEqualTo(201);
    assertTooLarge(refused);
    assertThat(kept()).hasSize(1);
    StandIns.shared().s3().deleteObject(it -> it.bucket(bucket()).key(kept().get(0)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneByteOverTheLimitIsTooMuchForAFormToo(boolean withLength) throws Exception {
    byte[] form = form(new byte[Deployment.MAX_UPLOAD + 1]);

    assertTooLarge(send(post(FORM), form, withLength));
    assertNothingIsLeft();
  }

  @Test
  void aFormWhosePartsTogetherAreOverTheLimitIsRefusedBeforeItIsRead() throws Exception {
    RawHttp.Answer answer =
        post(FORM)
            .header("Content-Length", Long.toString(1L << 40))
            .send(Deployment.shared().uri());

    assertTooLarge(answer);
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneByteOverItsOwnLimitIsTooMuchForTheJsonForm(boolean withLength) throws Exception {
    assertThat(send(post("application/json"), json(JSON_LIMIT), withLength).status())
        .isEqualTo(201);
    kept().forEach(key -> StandIns.shared().s3().deleteObject(it -> it.bucket(bucket()).key(key)));

    assertTooLarge(send(post("application/json"), json(JSON_LIMIT + 1), withLength));
    assertNothingIsLeft();
  }

  @Test
  void theLimitHoldsForWhatACompressedBodyBecomes() throws Exception {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
      for (int i = 0; i < 200; i++) {
        gzip.write(new byte[1 << 20]);
      }
    }

    assertTooLarge(
        send(post("text/plain").header("Content-Encoding", "gzip"), bomb.toByteArray(), true));
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/json", FORM})
  void aConnectionThatIsCutLeavesNothing(String type) throws Exception {
    byte[] half =
        switch (type) {
          case "application/json" ->
              ("{\"filename\": \"f\", \"content\": \"" + "QUJD".repeat(300_000))
                  .getBytes(StandardCharsets.US_ASCII);
          case FORM -> concat(HEAD, new byte[1_200_000], new byte[0]);
          default -> new byte[1_200_000];
        };
    RawHttp request = post(type).header("Content-Length", "2400000").unframed(half);
    try (Socket socket = request.open(Deployment.shared().uri())) {
      await().until(() -> !spooled(Deployment.sharedTemporary()).isEmpty());
      socket.setSoLinger(true, 0);
    }

    assertNothingIsLeft();
  }

  @Test
  void aChunkedBodyThatEndsWithoutItsLastChunkIsNotAFile() throws Exception {
    RawHttp request =
        post("text/plain")
            .header("Transfer-Encoding", "chunked")
            .unframed("5\r\nhello\r\n".getBytes(StandardCharsets.US_ASCII));
    try (Socket socket = request.open(Deployment.shared().uri())) {
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    }

    assertNothingIsLeft();
  }

  @Test
  void aCompressedBodyThatEndsEarlyIsNotAFile() throws Exception {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(whole)) {
      gzip.write(new Generated(100_000).readAllBytes());
    }
    byte[] half = java.util.Arrays.copyOf(whole.toByteArray(), whole.size() / 2);

    RawHttp.Answer answer = send(post("text/plain").header("Content-Encoding", "gzip"), half, true);

    JsonNode problem = Answers.assertProblem(answer);
    assertThat(problem.path("code").stringValue()).isEqualTo("BODY_UNREADABLE");
    assertNothingIsLeft();
  }

  private ServiceClient large() {
    LocalServer server = SideServer.get();
    return new ServiceClient(server.uri(), token);
  }

  private RawHttp post(String type) {
    return RawHttp.request("POST /files").token(token).header("Content-Type", type);
  }

  private static RawHttp.Answer send(RawHttp request, byte[] body, boolean withLength)
      throws IOException {
    return (withLength ? request.body(body) : request.chunked(body))
        .send(Deployment.shared().uri());
  }

  private void assertWhole(ServiceClient alice, Answer answer) throws Exception {
    JsonNode file = assertStatus(answer, 201).json();
    assertThat(file.path("size").longValue()).isEqualTo(LARGE);
    assertThat(file.path("sha256").stringValue()).isEqualTo(Generated.sha256(LARGE));
    assertThat(spooled(Deployment.temporary("side"))).isEmpty();
    String path = "/files/" + file.path("file_id").stringValue();
    long stored =
        StandIns.shared()
            .s3()
            .headObject(it -> it.bucket(bucket()).key(kept().get(0)))
            .contentLength();
    assertThat(stored).isEqualTo(LARGE);
    assertStatus(alice.delete(path), 204);
  }

  private static void assertTooLarge(RawHttp.Answer answer) {
    JsonNode problem = Answers.assertProblem(answer);
    assertThat(answer.status()).isEqualTo(413);
    assertThat(problem.path("code").stringValue()).isEqualTo("UPLOAD_TOO_LARGE");
  }

  private void assertNothingIsLeft() throws Exception {
    await().untilAsserted(() -> assertThat(spooled(Deployment.sharedTemporary())).isEmpty());
    assertThat(kept()).isEmpty();
    ServiceClient alice = new ServiceClient(Deployment.shared().uri(), token);
    String left = alice.get("/files").text();
    assertThat(
            Answers.JSON.readTree(left).valueStream().map(it -> it.path("filename").asString("")))
        .as(left)
        .allMatch("f-whole"::equals);
  }

  /** The keys of the caller's objects. */
  private List<String> kept() {
    return StandIns.shared()
        .s3()
        .listObjectsV2(it -> it.bucket(bucket()).prefix("files/" + Cognito.subject(user) + "/"))
        .contents()
        .stream()
        .map(software.amazon.awssdk.services.s3.model.S3Object::key)
        .toList();
  }

  private static String bucket() {
    return StandIns.shared().environment().get("FILES_BUCKET");
  }

  /** All files but the lock that keeps the server's folder for it. */
  private static List<Path> spooled(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().endsWith(".lock"))
          .toList();
    }
  }

  private static org.awaitility.core.ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(60));
  }

  private static byte[] json(int bytes) {
    String content = Base64.getEncoder().encodeToString(new byte[bytes]);
    return ("{\"filename\": \"f-whole\", \"content\": \"" + content + "\"}")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] form(byte[] content) {
    return concat(HEAD, content, TAIL);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** So many bytes that are not all the same and are nowhere all at once. */
  private static final class Generated extends InputStream {
    private final int length;
    private int position;

    Generated(int length) {
      this.length = length;
    }

    static String sha256(int length) throws Exception {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      try (InputStream in = new Generated(length)) {
        for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
          digest.update(buffer, 0, read);
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public int read() {
      return position < length ? octet(position++) & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int wanted) {
      if (position == length) {
        return -1;
      }
      int count = Math.min(wanted, length - position);
      for (int i = 0; i < count; i++) {
        into[offset + i] = octet(position++);
      }
      return count;
    }

    private static byte octet(int position) {
      return (byte) (position ^ position >>> 8 ^ position >>> 17);
    }
  }
}
