package ai.fileprocessing.platform;

import static ai.fileprocessing.faults.Call.anyCall;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.faults.Proxies;
import ai.fileprocessing.kubernetes.Permissions;
import ai.fileprocessing.local.StandIns;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The clients of production, through proxies. */
@ExtendWith(TestCredentials.class)
class LookAtPlaceTest {
  private static final Map<String, String> ENVIRONMENT = StandIns.shared().environment();

  private final Proxies proxies = Proxies.to(StandIns.shared());
  private final AwsClients clients =
      new AwsClients(
          AwsSettings.from(
              TestFloor.settings(
                  Map.of(
                      "aws.endpoint.url.s3", proxies.s3().uri().toString(),
                      "aws.endpoint.url.dynamodb", proxies.dynamodb().uri().toString(),
                      "aws.endpoint.url.sqs", proxies.sqs().uri().toString()))),
          Telemetry.OFF);
  private final S3Client s3 = clients.s3();
  private final DynamoDbClient dynamodb = clients.dynamodb();
  private final SqsClient sqs = clients.sqs();
  private final LookAtPlace look = new LookAtPlace(s3, dynamodb, sqs);

  /** With another it would be told that the table of prompts is not to be used by it. */
  @Test
  void theKeyThatItAsksForIsTheOneThatTheRolesAllow() {
    assertThat(Permissions.partitions("WorkerRole"))
        .containsExactly("dynamodb:LeadingKeys " + LookAtPlace.NOBODY);
    assertThat(Permissions.partitions("ApiRole")).isEmpty();
  }

  @AfterEach
  void close() {
    s3.close();
    dynamodb.close();
    sqs.close();
    proxies.close();
  }

  static Stream<Place> there() {
    return Stream.of(
        new Place.Bucket("k", ENVIRONMENT.get("FILES_BUCKET")),
        new Place.Table("k", ENVIRONMENT.get("JOBS_TABLE"), "user_id", "row_id"),
        new Place.Table("k", ENVIRONMENT.get("INFERENCE_PROMPTS_TABLE"), "place", "prompt_id"),
        new Place.Queue("k", ENVIRONMENT.get("JOBS_QUEUE_URL")));
  }

  static Stream<Place> absent() {
    return Stream.of(
        new Place.Bucket("k", "no-such-bucket"),
        new Place.Table("k", "no-such-table", "user_id", "row_id"),
        new Place.Queue("k", ENVIRONMENT.get("JOBS_QUEUE_URL") + "-absent"));
  }

  @ParameterizedTest
  @MethodSource("there")
  void whatIsThereIsRight(Place place) {
    assertThat(look.wrong(place, Optional.empty())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("absent")
  void whatIsNotThereIsWrong(Place place) {
    assertThat(look.wrong(place, Optional.empty()).orElseThrow()).endsWith("that does not exist");
  }

  @Test
  void aTableThatIsAnotherOneIsWrong() {
    Place swapped = new Place.Table("k", ENVIRONMENT.get("FILES_TABLE"), "user_id", "row_id");

    assertThat(look.wrong(swapped, Optional.empty())).contains("names a table with other keys");
  }

  @Test
  void whatIsForbiddenIsWrong() {
    proxies.s3().when(anyCall()).answer(403, "AccessDenied", "as injected");
    proxies.dynamodb().when(anyCall()).answer(400, "AccessDeniedException", "as injected");
    proxies.sqs().when(anyCall()).answer(403, "AccessDenied", "as injected");

    assertThat(there())
        .allSatisfy(
            it ->
                assertThat(look.wrong(it, Optional.empty()).orElseThrow())
                    .endsWith("that this service may not use"));
  }

  @Test
  void whatGivesNoAnswerIsAsItWas() {
    proxies.s3().down();
    proxies.dynamodb().down();
    proxies.sqs().when(anyCall()).answer(500, "InternalFailure", "as injected");

    assertThat(there())
        .allSatisfy(
            it -> {
              assertThat(look.wrong(it, Optional.empty())).isEmpty();
              assertThat(look.wrong(it, Optional.of("was wrong"))).contains("was wrong");
            });
  }
}
