package ai.fileprocessing.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.local.Cognito;
import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.StandIns;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What becomes of an upload whose server is killed. */
class CrashedUploadIT {
  private static final String SERVER = "crashing";
  private static final Map<String, String> SETTINGS =
      Map.of("JOBS_WORKER", "false", "FILES_SWEEP", "PT1S");
  private static final String FILE = "018f0000-0000-7000-8000-00000000000a";

  private final Map<String, String> names = StandIns.shared().environment();
  private final String user = Deployment.newUser();
  private final String owner = Cognito.subject(user);

  @Test
  void whatItLeavesIsGoneSoonAfterTheNextOneHasStarted() throws Exception {
    try (LocalServer killed = Deployment.launch(SERVER, SETTINGS).awaitReady();
        Socket half =
            RawHttp.request("POST /files")
                .token(StandIns.shared().cognito().token(user))
                .header("Content-Type", "text/plain")
                .header("Content-Length", "2400000")
                .unframed(new byte[1_200_000])
                .open(killed.uri())) {
      await().until(() -> !spooled().isEmpty());
      assertThat(half.isConnected()).isTrue();
      killed.process().destroyForcibly().waitFor();
    }
    assertThat(spooled()).hasSize(1);
    leaveAnObjectAndItsRow(Instant.now().minus(Duration.ofHours(25)));

    try (LocalServer next = Deployment.launch(SERVER, SETTINGS).awaitReady()) {
      assertThat(next.process().isAlive()).isTrue();
      assertThat(spooled()).isEmpty();
      await().atMost(Duration.ofSeconds(60)).until(() -> objects() + rows() == 0);

      leaveAnObjectAndItsRow(Instant.now().minus(Duration.ofHours(25)));
      await().atMost(Duration.ofSeconds(60)).until(() -> objects() + rows() == 0);
    }
    assertThat(Deployment.temporary(SERVER)).isEmptyDirectory();
  }

  /** As a server leaves them that is killed between the last byte and the end of an upload. */
  private void leaveAnObjectAndItsRow(Instant begun) {
    // The object first: the row may be swept at once.
    StandIns.shared()
        .s3()
        .putObject(
            put -> put.bucket(names.get("FILES_BUCKET")).key("files/" + owner + "/" + FILE),
            RequestBody.fromString("orphan"));
    StandIns.shared()
        .dynamodb()
        .putItem(
            put ->
                put.tableName(names.get("FILES_TABLE"))
                    .item(
                        Map.of(
                            "user_id", AttributeValue.fromS(owner),
                            "file_id", AttributeValue.fromS(FILE),
                            "unfinished", AttributeValue.fromS("a"),
                            "unfinished_since",
                                AttributeValue.fromN(Long.toString(begun.getEpochSecond())))));
  }

  private int objects() {
    return StandIns.shared()
        .s3()
        .listObjectsV2(
            list -> list.bucket(names.get("FILES_BUCKET")).prefix("files/" + owner + "/"))
        .keyCount();
  }

  private int rows() {
    return StandIns.shared()
        .dynamodb()
        .query(
            query ->
                query
                    .tableName(names.get("FILES_TABLE"))
                    .keyConditionExpression("user_id = :user")
                    .expressionAttributeValues(Map.of(":user", AttributeValue.fromS(owner)))
                    .consistentRead(true))
        .count();
  }

  private static List<Path> spooled() throws IOException {
    try (Stream<Path> files = Files.walk(Deployment.temporary(SERVER))) {
      return files.filter(file -> file.toString().endsWith(".part")).toList();
    }
  }
}
