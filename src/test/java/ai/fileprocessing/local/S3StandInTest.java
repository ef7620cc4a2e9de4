package ai.fileprocessing.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

class S3StandInTest {
  private final StandIns standIns = StandIns.shared();
  private final S3Client s3 = standIns.s3();
  private final String bucket = standIns.environment().get("FILES_BUCKET");

  @Test
  void anObjectComesBackAsItWasPut() {
    s3.putObject(r -> r.bucket(bucket).key("u/1/text"), RequestBody.fromString("héllo"));

    assertThat(s3.getObjectAsBytes(r -> r.bucket(bucket).key("u/1/text")).asUtf8String())
        .isEqualTo("héllo");
  }

  @Test
  void aStreamOfKnownLengthIsTakenWithItsChecksum() throws Exception {
    byte[] bytes = "x".repeat(200_000).getBytes(StandardCharsets.UTF_8);
    String sha256 =
        Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));

    s3.putObject(
        r -> r.bucket(bucket).key("u/2/stream").checksumSHA256(sha256),
        RequestBody.fromInputStream(new ByteArrayInputStream(bytes), bytes.length));

    assertThat(s3.headObject(r -> r.bucket(bucket).key("u/2/stream")).contentLength())
        .isEqualTo(bytes.length);
  }

  @Test
  void aWrongChecksumIsRefused() {
    String wrong = Base64.getEncoder().encodeToString(new byte[32]);

    assertThatThrownBy(
            () ->
                s3.putObject(
                    r -> r.bucket(bucket).key("u/2/wrong").checksumSHA256(wrong),
                    RequestBody.fromString("something else")))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(400));
  }

  @Test
  void theSecondWriterOfAKeyIsRefusedWhenItMayNotExist() {
    s3.putObject(
        r -> r.bucket(bucket).key("u/3/once").ifNoneMatch("*"), RequestBody.fromString("first"));

    assertThatThrownBy(
            () ->
                s3.putObject(
                    r -> r.bucket(bucket).key("u/3/once").ifNoneMatch("*"),
                    RequestBody.fromString("second")))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
  }

  @Test
  void aPresignedUrlDownloadsUnderTheNameItWasSignedWith() throws Exception {
    s3.putObject(r -> r.bucket(bucket).key("u/4/named"), RequestBody.fromString("content"));
    URI url =
        standIns
            .s3Presigner()
            .presignGetObject(
                r ->
                    r.signatureDuration(Duration.ofMinutes(5))
                        .getObjectRequest(
                            get ->
                                get.bucket(bucket)
                                    .key("u/4/named")
                                    .responseContentDisposition("attachment; filename=\"a.txt\"")))
            .url()
            .toURI();

    HttpResponse<String> right = get(url);
    HttpResponse<String> altered = get(URI.create(url.toString().replace("a.txt", "b.txt")));

    assertThat(right.body()).isEqualTo("content");
    assertThat(right.headers().firstValue("Content-Disposition"))
        .hasValue("attachment; filename=\"a.txt\"");
    assertThat(altered.statusCode()).isEqualTo(403);
  }

  private static HttpResponse<String> get(URI url) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
  }
}
