package ai.fileprocessing.faults;

import static ai.fileprocessing.faults.Call.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.local.StandIns;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/** The other services through the proxy: large bodies, long polls, and their own errors. */
class PassingThroughTest {
  private static final int MEGABYTE = 1024 * 1024;

  private final StandIns standIns = StandIns.shared();
  private final String bucket = standIns.environment().get("FILES_BUCKET");
  private final String key = "faults/" + UUID.randomUUID();
  private FaultProxy proxy;
  private Sdk sdk;

  @AfterEach
  void close() {
    proxy.close();
    sdk.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 100_000, 20 * MEGABYTE})
  void anObjectComesBackAsItWasPut(int size) {
    S3Client s3 = s3();
    byte[] bytes = bytes(size);

    s3.putObject(r -> r.bucket(bucket).key(key), RequestBody.fromBytes(bytes));

    assertThat(s3.getObjectAsBytes(r -> r.bucket(bucket).key(key)).asByteArrayUnsafe())
        .isEqualTo(bytes);
    assertThat(standIns.s3().headObject(r -> r.bucket(bucket).key(key)).contentLength())
        .isEqualTo(size);
  }

  @Test
  void aLargeBodyWaitsToBeAskedForThroughTheProxyToo() {
    s3().putObject(r -> r.bucket(bucket).key(key), RequestBody.fromBytes(bytes(4 * MEGABYTE)));

    Exchange put = proxy.seen().get(0);
    assertThat(put.header("Expect")).isEqualTo("100-continue");
    assertThat(put.text()).isEmpty();
  }

  @Test
  void objectsAreCountedByWhatIsDoneToThem() {
    S3Client s3 = s3();
    s3.putObject(r -> r.bucket(bucket).key(key), RequestBody.fromString("x"));
    s3.headObject(r -> r.bucket(bucket).key(key));
    s3.getObjectAsBytes(r -> r.bucket(bucket).key(key));
    s3.copyObject(
        r ->
            r.sourceBucket(bucket)
                .sourceKey(key)
                .destinationBucket(bucket)
                .destinationKey(key + "-copy"));
    s3.listObjectsV2(r -> r.bucket(bucket).prefix(key));
    s3.headBucket(r -> r.bucket(bucket));
    s3.listBuckets();
    s3.deleteObject(r -> r.bucket(bucket).key(key));
    s3.deleteObjects(
        r ->
            r.bucket(bucket)
                .delete(d -> d.objects(ObjectIdentifier.builder().key(key + "-copy").build())));
    String upload = s3.createMultipartUpload(r -> r.bucket(bucket).key(key)).uploadId();
    s3.uploadPart(
        r -> r.bucket(bucket).key(key).uploadId(upload).partNumber(1), RequestBody.fromString("x"));
    s3.abortMultipartUpload(r -> r.bucket(bucket).key(key).uploadId(upload));

    assertThat(proxy.seen())
        .extracting(Exchange::operation)
        .containsExactly(
            "PutObject",
            "HeadObject",
            "GetObject",
            "CopyObject",
            "ListObjectsV2",
            "HeadBucket",
            "ListBuckets",
            "DeleteObject",
            "DeleteObjects",
            "CreateMultipartUpload",
            "UploadPart",
            "AbortMultipartUpload");
  }

  @Test
  void aUrlPresignedForTheProxyDownloadsThroughIt() throws Exception {
    s3().putObject(r -> r.bucket(bucket).key(key), RequestBody.fromString("content"));
    URI url;
    try (S3Presigner presigner = sdk.presigner()) {
      url =
          presigner
              .presignGetObject(
                  r ->
                      r.signatureDuration(Duration.ofMinutes(5))
                          .getObjectRequest(get -> get.bucket(bucket).key(key)))
              .url()
              .toURI();
    }

    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());

    assertThat(response.body()).isEqualTo("content");
    assertThat(proxy.calls("GetObject")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 4 * MEGABYTE})
  void anErrorOfS3IsTheSdksException(int size) {
    S3Client s3 = s3();
    proxy.when(call("PutObject")).times(1).answer(503, "SlowDown", "Less, <please> & thanks");
    RequestBody body = RequestBody.fromBytes(bytes(size));

    assertThatThrownBy(() -> s3.putObject(r -> r.bucket(bucket).key(key), body))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(503);
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo("SlowDown");
              assertThat(e.awsErrorDetails().errorMessage()).isEqualTo("Less, <please> & thanks");
            });
    s3.putObject(r -> r.bucket(bucket).key(key), body);
    assertThat(s3.headObject(r -> r.bucket(bucket).key(key)).contentLength()).isEqualTo(size);
  }

  @Test
  void anErrorToAHeadRequestHasNoBody() {
    S3Client s3 = s3();
    proxy.when(call("HeadObject")).answer(403, "AccessDenied", "No");

    assertThatThrownBy(() -> s3.headObject(r -> r.bucket(bucket).key(key)))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
  }

  @Test
  void aDownloadCanBeCutWithinItsBody() throws Exception {
    S3Client s3 = s3();
    s3.putObject(r -> r.bucket(bucket).key(key), RequestBody.fromBytes(bytes(MEGABYTE)));
    proxy.when(call("GetObject").withPathContaining(key)).cutAnswer(1000);

    try (InputStream in = s3.getObject(r -> r.bucket(bucket).key(key))) {
      assertThatThrownBy(() -> in.readNBytes(1001)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void bothWaysAreAsNarrowAsTold() {
    S3Client s3 = s3();
    byte[] bytes = bytes(100_000);
    Rule narrow = proxy.when(call("PutObject")).bandwidth(200_000);
    proxy.when(call("GetObject")).bandwidth(200_000);

    long start = System.nanoTime();
    s3.putObject(r -> r.bucket(bucket).key(key), RequestBody.fromBytes(bytes));
    long put = System.nanoTime();
    byte[] got = s3.getObjectAsBytes(r -> r.bucket(bucket).key(key)).asByteArrayUnsafe();

    // The last slices may still be read while the proxy counts them.
    assertThat(put - start).isGreaterThan(Duration.ofMillis(400).toNanos());
    assertThat(System.nanoTime() - put).isGreaterThan(Duration.ofMillis(400).toNanos());
    assertThat(got).isEqualTo(bytes);
    assertThat(narrow.hits()).isEqualTo(1);
  }

  @Test
  void aNarrowWayIsWideAgainWhenItsRuleIsCleared() {
    S3Client s3 = s3();
    Rule rule = proxy.when(call("PutObject")).bandwidth(1);
    var put =
        CompletableFuture.runAsync(
            () ->
                s3.putObject(
                    r -> r.bucket(bucket).key(key), RequestBody.fromBytes(bytes(100_000))));
    Awaitility.await().until(() -> rule.hits() == 1);

    rule.clear();

    assertThat(put).succeedsWithin(Duration.ofSeconds(20));
  }

  @Test
  void aLongPollReturnsWhenAMessageComes() {
    SqsClient sqs = sqs();
    String queue = sqs.createQueue(r -> r.queueName("faults-" + System.nanoTime())).queueUrl();
    var poll =
        CompletableFuture.supplyAsync(
            () -> sqs.receiveMessage(r -> r.queueUrl(queue).waitTimeSeconds(20)).messages());
    Awaitility.await().until(() -> proxy.calls("ReceiveMessage") == 1);

    standIns.sqs().sendMessage(r -> r.queueUrl(queue).messageBody("ring"));

    assertThat(poll).succeedsWithin(Duration.ofSeconds(19));
    assertThat(poll.join()).singleElement().satisfies(m -> assertThat(m.body()).isEqualTo("ring"));
  }

  @Test
  void anErrorOfSqsIsTheSdksException() {
    SqsClient sqs = sqs();
    proxy.when(call("SendMessage")).answer(400, "QueueDoesNotExist", "Gone");

    assertThatThrownBy(() -> sqs.sendMessage(r -> r.queueUrl("http://q/0/q").messageBody("ring")))
        .isInstanceOf(QueueDoesNotExistException.class);
  }

  @Test
  void aModelAnswersThroughTheProxy() {
    BedrockRuntimeClient bedrock = bedrock();

    assertThat(converse(bedrock).output().message().content()).isNotEmpty();
    assertThat(proxy.calls("Converse")).isEqualTo(1);
    assertThat(proxy.seen().get(0).text()).contains("some words");
  }

  @Test
  void aModelsErrorsAndLostAnswersAreTheSdksExceptions() {
    BedrockRuntimeClient bedrock = bedrock();
    proxy.when(call("Converse")).times(1).answer(429, "ThrottlingException", "Too many");
    proxy.when(call("Converse").containing("some words")).times(1).dropAnswer();

    assertThatThrownBy(() -> converse(bedrock)).isInstanceOf(ThrottlingException.class);
    assertThatThrownBy(() -> converse(bedrock)).isInstanceOf(SdkClientException.class);
    assertThat(converse(bedrock).output().message().content()).isNotEmpty();
  }

  private S3Client s3() {
    before(standIns.ports().s3());
    return sdk.once(S3Client.builder().forcePathStyle(true));
  }

  private SqsClient sqs() {
    before(standIns.ports().sqs());
    return sdk.once(SqsClient.builder());
  }

  private BedrockRuntimeClient bedrock() {
    before(standIns.ports().bedrock());
    return sdk.once(BedrockRuntimeClient.builder());
  }

  private void before(int port) {
    proxy = FaultProxy.to(port);
    sdk = new Sdk(proxy.uri());
  }

  private static ConverseResponse converse(BedrockRuntimeClient bedrock) {
    Message message =
        Message.builder()
            .role(ConversationRole.USER)
            .content(ContentBlock.fromText("some words"))
            .build();
    return bedrock.converse(r -> r.modelId("a.b").messages(List.of(message)));
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
