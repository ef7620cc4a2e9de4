package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.StandIns;
import ai.fileprocessing.platform.TestFloor;
import ai.fileprocessing.platform.TickingClock;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;

class ModelCallTest {
  private static final Duration TIME = Duration.ofSeconds(7);
  private static final Instant START = Instant.ofEpochSecond(1_000);

  private final Bedrock bedrock = StandIns.shared().bedrock();
  private final TickingClock clock = new TickingClock(START.getEpochSecond());
  private boolean connected = true;

  @BeforeEach
  @AfterEach
  void reset() {
    bedrock.reset();
  }

  @Test
  void anAnswerTellsItsOneCall() {
    Outcome outcome = infer("p", "the text", 4096);

    assertThat(outcome.calls())
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.at()).isEqualTo(START);
              assertThat(call.outcome()).isEqualTo("ANSWERED");
              assertThat(call.latency()).isEqualTo(TIME);
              assertThat(call.usage()).isEqualTo(((Outcome.Answered) outcome).usage());
              assertThat(call.usage().outputTokens()).isPositive();
              assertThat(call.requestId()).hasSize(36);
            });
  }

  @Test
  void aContinuedAnswerTellsAllItsCallsAndTheirTokensAreItsTokens() {
    Outcome outcome = infer(Bedrock.REPEAT, "Line and more.\n".repeat(20), 30);

    int calls = (int) bedrock.stats().calls();
    assertThat(calls).isGreaterThan(2);
    assertThat(outcome.calls()).hasSize(calls);
    assertThat(outcome.calls().subList(0, calls - 1))
        .extracting(ModelCall::outcome)
        .containsOnly("TRUNCATED");
    assertThat(outcome.calls().get(calls - 1).outcome()).isEqualTo("ANSWERED");
    assertThat(outcome.calls()).extracting(ModelCall::requestId).doesNotHaveDuplicates();
    assertThat(outcome.calls().get(1).at()).isEqualTo(START.plus(TIME));
    assertThat(outcome.calls().stream().map(ModelCall::usage).reduce(Usage.NONE, Usage::plus))
        .isEqualTo(((Outcome.Answered) outcome).usage());
  }

  @Test
  void theLastPieceOfAnAnswerThatIsTooLongIsWhatWentWrong() {
    assertThat(infer(Bedrock.REPEAT, "x".repeat(5_000), 10).calls())
        .extracting(ModelCall::outcome)
        .hasSize(7)
        .startsWith("TRUNCATED")
        .endsWith("OUTPUT_TRUNCATED");
  }

  @Test
  void aRefusedContinuationIsToldAfterWhatWasPaid() {
    bedrock.configure(Map.of("rate_per_second", 0.0001, "burst", 1));

    Outcome outcome = infer(Bedrock.REPEAT, "x".repeat(100), 30);

    assertThat(outcome.calls())
        .extracting(ModelCall::outcome)
        .containsExactly("TRUNCATED", "MODEL_THROTTLED");
    assertThat(outcome.calls().get(0).usage().outputTokens()).isEqualTo(30);
    assertThat(outcome.calls().get(1).usage()).isEqualTo(Usage.NONE);
    assertThat(outcome.calls().get(1).requestId()).hasSize(36);
  }

  @Test
  void anAnswerThatIsNoSuccessTellsItsCodeAndItsTokens() {
    bedrock.configure(Map.of("stop_reason", "content_filtered"));

    assertThat(infer("p", "t", 100).calls())
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.outcome()).isEqualTo("CONTENT_FILTERED");
              assertThat(call.usage().inputTokens()).isPositive();
            });
  }

  @Test
  void aCallThatNeverGotThroughIsToldWithoutAnId() {
    connected = false;

    assertThat(infer("p", "t", 100).calls())
        .containsExactly(new ModelCall(START, "MODEL_UNAVAILABLE", TIME, Usage.NONE, null));
  }

  @Test
  void aFileThatIsNotAskedAboutHasNoCalls() {
    assertThat(infer("p", "\0", 100).calls()).isEmpty();
    assertThat(infer("p", " ", 100).calls()).isEmpty();
  }

  private Outcome infer(String prompt, String text, int maxTokens) {
    InferenceSettings settings = InferenceSettings.from(TestFloor.settings(Map.of()));
    ModelList models = new ModelList(settings);
    return new Converse(new Slow(), new Requests(models, settings), models, settings, clock)
        .infer(
            Questions.about(
                settings.models().get(0),
                new Parameters(maxTokens, null, null, null),
                prompt,
                text),
            Questions.UNCOUNTED,
            Questions.UNWATCHED);
  }

  /** Takes its time with every call. */
  private final class Slow implements BedrockRuntimeClient {
    @Override
    public ConverseResponse converse(ConverseRequest request) {
      clock.tick(TIME);
      if (!connected) {
        throw SdkClientException.create("x", new ConnectException());
      }
      return StandIns.shared().bedrockRuntime().converse(request);
    }

    @Override
    public String serviceName() {
      return SERVICE_NAME;
    }

    @Override
    public void close() {}
  }
}
