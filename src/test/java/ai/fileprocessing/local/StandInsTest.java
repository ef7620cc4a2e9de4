package ai.fileprocessing.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class StandInsTest {

  @Test
  void aTakenPortIsNamedTogetherWithItsPropertyBeforeAnythingStarts(@TempDir Path data)
      throws Exception {
    Ports free = Ports.free();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      Ports ports = new Ports(free.s3(), free.dynamodb(), port, free.bedrock(), free.cognito());

      assertThatThrownBy(() -> StandIns.start(ports, data))
          .hasMessageContaining("Port " + port)
          .hasMessageContaining("SQS")
          .hasMessageContaining("-Dsqs.port=");
    }
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void objectsRowsAndTokensOutliveARestart(@TempDir Path data) {
    Ports ports = Ports.free();
    Map<String, AttributeValue> row =
        Map.of("user_id", AttributeValue.fromS("u"), "file_id", AttributeValue.fromS("f"));
    String token;
    String keys;
    try (StandIns first = StandIns.start(ports, data)) {
      String bucket = first.environment().get("FILES_BUCKET");
      first.s3().putObject(r -> r.bucket(bucket).key("k"), RequestBody.fromString("kept"));
      first.dynamodb().putItem(r -> r.tableName(first.environment().get("FILES_TABLE")).item(row));
      token = first.cognito().token("alice");
      keys = first.cognito().issuer();
    }

    // On the very same ports, so that this also shows that they were given back.
    try (StandIns second = StandIns.start(ports, data)) {
      String bucket = second.environment().get("FILES_BUCKET");
      assertThat(second.s3().getObjectAsBytes(r -> r.bucket(bucket).key("k")).asUtf8String())
          .isEqualTo("kept");
      assertThat(
              second
                  .dynamodb()
                  .getItem(r -> r.tableName(second.environment().get("FILES_TABLE")).key(row))
                  .item())
          .isEqualTo(row);
      assertThat(second.cognito().issuer()).isEqualTo(keys);
      assertThat(CognitoStandInTest.verified(token, keys).getSubject())
          .isEqualTo(Cognito.subject("alice"));
    }
  }

  @Test
  void twoRunsOverOneFolderAreRefused(@TempDir Path data) {
    try (StandIns first = StandIns.start(Ports.free(), data)) {
      assertThat(first.ports()).isNotNull();
      assertThatThrownBy(() -> StandIns.start(Ports.free(), data))
          .hasMessageContaining(data.toString());
    }
  }

  @Test
  void theEnvironmentNamesEverythingThatTheServiceNeeds() {
    Ports ports = StandIns.shared().ports();

    assertThat(StandIns.shared().environment())
        .containsEntry("AWS_REGION", "us-east-1")
        .containsEntry("AWS_ACCESS_KEY_ID", "local")
        .containsEntry("AWS_SECRET_ACCESS_KEY", "local-secret")
        .containsEntry("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:" + ports.s3())
        .containsEntry("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:" + ports.dynamodb())
        .containsEntry("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:" + ports.sqs())
        .containsEntry("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://127.0.0.1:" + ports.bedrock())
        .containsEntry("COGNITO_ISSUER", "http://127.0.0.1:" + ports.cognito() + "/us-east-1_local")
        .containsEntry("COGNITO_CLIENT_IDS", "local-client")
        .containsEntry("FILES_BUCKET", "local-files-000000000000-us-east-1")
        .containsEntry("FILES_TABLE", "local-files")
        .containsEntry("INFERENCE_PROMPTS_TABLE", "local-prompts")
        .containsEntry("JOBS_RESULTS_BUCKET", "local-results-000000000000-us-east-1")
        .containsEntry("JOBS_TABLE", "local-jobs")
        .containsEntry(
            "JOBS_QUEUE_URL", "http://127.0.0.1:" + ports.sqs() + "/000000000000/local-jobs");
  }
}
