package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Outcome.Failed;
import ai.fileprocessing.inference.Outcome.Passing;
import ai.fileprocessing.inference.Outcome.Passing.Cause;
import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.StandIns;
import ai.fileprocessing.platform.AnswerTooLargeException;
import ai.fileprocessing.platform.TestFloor;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

class ModelFaultsTest {
  private static final String SECRET = "arn:aws:bedrock:us-east-1:123456789012:secret";

  private final Bedrock bedrock = StandIns.shared().bedrock();

  @BeforeEach
  @AfterEach
  void reset() {
    bedrock.reset();
  }

  @ParameterizedTest
  @CsvSource({
    "ThrottlingException,MODEL_THROTTLED,false,THROTTLED",
    "ModelNotReadyException,MODEL_THROTTLED,false,THROTTLED",
    "ServiceQuotaExceededException,MODEL_THROTTLED,false,THROTTLED",
    "ServiceUnavailableException,MODEL_UNAVAILABLE,false,UNAVAILABLE",
    "InternalServerException,MODEL_UNAVAILABLE,true,FAULT",
    "ModelTimeoutException,MODEL_TIMEOUT,true,SLOW",
    "ModelErrorException,MODEL_ERROR,true,FAULT"
  })
  void whatMayWorkLaterPasses(String fault, String code, boolean attempted, Cause cause) {
    bedrock.configure(Map.of("fault", fault));

    assertThat(infer())
        .isInstanceOfSatisfying(
            Passing.class,
            passing -> {
              assertThat(passing.code()).isEqualTo(code);
              assertThat(passing.attempted()).isEqualTo(attempted);
              assertThat(passing.cause()).isEqualTo(cause);
            });
    assertThat(bedrock.stats().calls()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "ValidationException,MODEL_REFUSED_REQUEST",
    "AccessDeniedException,MODEL_NOT_ENABLED",
    "ResourceNotFoundException,MODEL_NOT_ENABLED"
  })
  void whatWillNeverWorkFails(String fault, String code) {
    bedrock.configure(Map.of("fault", fault));

    assertThat(infer())
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(code);
              assertThat(failed.usage()).isEqualTo(Usage.NONE);
            });
    assertThat(bedrock.stats().calls()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut", "malformed"})
  void aBrokenAnswerPasses(String how) {
    bedrock.configure(Map.of(how, true));

    assertThat(infer())
        .isInstanceOfSatisfying(
            Passing.class,
            passing -> {
              assertThat(passing.code()).isEqualTo("MODEL_UNAVAILABLE");
              assertThat(passing.attempted()).isTrue();
              assertThat(passing.cause()).isEqualTo(Cause.FAULT);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Input is too long for requested model.",
        "The model returned the following errors: prompt is too long: 210000 tokens > 200000 maximum",
        "input length and `max_tokens` exceed context limit: 1 + 2 > 3"
      })
  void anInputThatIsTooLongSaysSo(String message) {
    Outcome outcome =
        ModelFaults.outcome(
            ValidationException.builder().message(message).build(), new Usage(1, 2, 0, 0, 0));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo("INPUT_TOO_LONG");
              assertThat(failed.usage()).isEqualTo(new Usage(1, 2, 0, 0, 0));
            });
  }

  @Test
  void aValidationWithoutWordsFails() {
    assertThat(ModelFaults.outcome(ValidationException.builder().build(), Usage.NONE))
        .isInstanceOf(Failed.class);
  }

  @ParameterizedTest
  @CsvSource({
    "400,true",
    "413,true",
    "408,false",
    "429,false",
    "500,false",
    "502,false",
    "503,false"
  })
  void whatTheSdkDoesNotKnowGoesByItsStatus(int status, boolean fails) {
    Outcome outcome =
        ModelFaults.outcome(
            (BedrockRuntimeException)
                BedrockRuntimeException.builder()
                    .statusCode(status)
                    .awsErrorDetails(AwsErrorDetails.builder().errorCode("New").build())
                    .build(),
            Usage.NONE);

    assertThat(outcome).isInstanceOf(fails ? Failed.class : Passing.class);
  }

  @Test
  void whoIsNotReachedMayBeReachedLater() {
    assertThat(ModelFaults.outcome(SdkClientException.create("no route"), Usage.NONE))
        .isInstanceOf(Passing.class);
  }

  @Test
  void anAnswerThatIsLargerThanAnyIsNotAskedForAgain() {
    Outcome outcome =
        ModelFaults.outcome(
            SdkClientException.create("x", new AnswerTooLargeException(1)),
            new Usage(1, 2, 0, 0, 0));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo("OUTPUT_TOO_LARGE");
              assertThat(failed.usage()).isEqualTo(new Usage(1, 2, 0, 0, 0));
            });
  }

  @Test
  void bedrocksOwnWordsStayInside() {
    var refused = ValidationException.builder().message(SECRET + " is too long").build();

    assertThat(ModelFaults.outcome(refused, Usage.NONE).toString()).doesNotContain(SECRET);
    assertThat(ModelFaults.outcome(SdkClientException.create(SECRET), Usage.NONE).toString())
        .doesNotContain(SECRET);
  }

  private static Outcome infer() {
    InferenceSettings settings = InferenceSettings.from(TestFloor.settings(Map.of()));
    ModelList models = new ModelList(settings);
    return new Converse(
            StandIns.shared().bedrockRuntime(),
            new Requests(models, settings),
            models,
            settings,
            Clock.systemUTC())
        .infer(
            Questions.about(
                models.resolve(Optional.empty()),
                models.complete(settings.models().get(0), Optional.empty()),
                "prompt",
                "text"),
            Questions.UNCOUNTED,
            Questions.UNWATCHED);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 502, 503, 504})
  void whatOnlyTheOperatorOrTimeCanMendIsNoAttemptAndTheModelsTrouble(int status) {
    assertNotReached(BedrockRuntimeException.builder().statusCode(status).build());
  }

  @Test
  void tooManyIsThrottlingWhateverItsName() {
    assertThat(passing(BedrockRuntimeException.builder().statusCode(429).build()).cause())
        .isEqualTo(Cause.THROTTLED);
  }

  static List<IOException> waysNotToReachAModel() {
    return List.of(
        new ConnectException("refused"),
        new ConnectTimeoutException("in two seconds"),
        new ConnectionRequestTimeoutException("no connection is free"),
        new NoRouteToHostException("no route"),
        new SSLHandshakeException("no trust"),
        new UnknownHostException("no address"));
  }

  @ParameterizedTest
  @MethodSource("waysNotToReachAModel")
  void aModelThatCannotBeReachedWasNotAsked(IOException why) {
    assertNotReached(SdkClientException.create("x", why));
    assertNotReached(SdkClientException.create("x", new IOException(why)));
  }

  @Test
  void withoutCredentialsNoModelIsAsked() {
    assertNotReached(SdkClientException.create("no credentials"));
  }

  @Test
  void aModelThatFellSilentMayHaveWorkedAndIsNotGivenUpForIt() {
    assertMayHaveWorked(SdkClientException.create("x", new SocketTimeoutException("read")));
    assertMayHaveWorked(ApiCallTimeoutException.create(1));
    assertMayHaveWorked(
        ApiCallTimeoutException.builder()
            .message("x")
            .cause(new ClosedByInterruptException())
            .build());
  }

  @Test
  void whoIsStoppedSaysNothingAboutTheModel() {
    Passing before = passing(AbortedException.create("x", new InterruptedException()));
    Passing amid = passing(SdkClientException.create("x", new ClosedByInterruptException()));

    assertThat(List.of(before, amid)).extracting(Passing::code).containsOnly("CANCELLED");
    assertThat(List.of(before, amid)).extracting(Passing::cause).containsOnly(Cause.CANCELLED);
    assertThat(List.of(before, amid)).extracting(Passing::attempted).containsExactly(false, true);
  }

  private static void assertNotReached(SdkException fault) {
    assertThat(passing(fault).attempted()).isFalse();
    assertThat(passing(fault).cause()).isEqualTo(Cause.UNAVAILABLE);
  }

  private static void assertMayHaveWorked(SdkException fault) {
    assertThat(passing(fault).attempted()).isTrue();
    assertThat(passing(fault).cause()).isEqualTo(Cause.FAULT);
  }

  private static Passing passing(SdkException fault) {
    return (Passing) ModelFaults.outcome(fault, Usage.NONE);
  }
}
