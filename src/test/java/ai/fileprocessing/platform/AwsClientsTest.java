package ai.fileprocessing.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.StandIns;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The very clients of production, against the stand-ins. */
@ExtendWith(TestCredentials.class)
class AwsClientsTest {
  private static final Message HELLO =
      Message.builder().role("user").content(ContentBlock.fromText("hello")).build();

  private final Bedrock bedrock = StandIns.shared().bedrock();

  @BeforeEach
  @AfterEach
  void reset() {
    bedrock.reset();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ThrottlingException",
        "ModelNotReadyException",
        "ServiceUnavailableException",
        "InternalServerException",
        "ModelTimeoutException",
        "ModelErrorException",
        "ServiceQuotaExceededException"
      })
  void aModelIsAskedOnceWhateverItAnswers(String fault) {
    bedrock.configure(Map.of("fault", fault));

    assertAskedOnce(Map.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut", "malformed"})
  void aModelWhoseAnswerIsBrokenIsAskedOnce(String how) {
    bedrock.configure(Map.of(how, true));

    assertAskedOnce(Map.of());
  }

  @Test
  void aModelThatKeepsSilentIsGivenUpAfterItsTimeoutAndAskedOnce() {
    bedrock.configure(Map.of("hang", true));

    assertThat(assertAskedOnce(Map.of("bedrock.timeout", "PT1S")))
        .isNotInstanceOf(ApiCallTimeoutException.class)
        .hasStackTraceContaining("SocketTimeout");
  }

  @Test
  void everyClientReachesItsService() {
    Map<String, String> environment = StandIns.shared().environment();
    AwsClients clients = clients(Map.of());
    try (S3Client s3 = clients.s3();
        DynamoDbClient dynamodb = clients.dynamodb();
        SqsClient sqs = clients.sqs();
        SqsClient poll = clients.longPoll()) {
      assertThat(s3.listBuckets().buckets()).hasSize(2);
      assertThat(dynamodb.listTables().tableNames()).hasSize(3);
      assertThat(sqs.listQueues().queueUrls()).contains(environment.get("JOBS_QUEUE_URL"));
      assertThat(poll.listQueues().queueUrls()).contains(environment.get("JOBS_QUEUE_URL"));
    }
  }

  private SdkException assertAskedOnce(Map<String, String> changes) {
    SdkException[] thrown = new SdkException[1];
    try (BedrockRuntimeClient client = clients(changes).bedrock()) {
      assertThatThrownBy(
              () -> client.converse(call -> call.modelId("anthropic.claude").messages(HELLO)))
          .isInstanceOfSatisfying(SdkException.class, e -> thrown[0] = e);
    }
    assertThat(bedrock.stats().calls()).isEqualTo(1);
    return thrown[0];
  }

  private static AwsClients clients(Map<String, String> changes) {
    return new AwsClients(AwsSettings.from(TestFloor.settings(changes)), Telemetry.OFF);
  }
}
