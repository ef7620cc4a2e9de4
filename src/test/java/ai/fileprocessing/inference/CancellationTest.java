package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Outcome.Passing;
import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.StandIns;
import ai.fileprocessing.platform.TestCredentials;
import ai.fileprocessing.platform.TestFloor;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/** The very client of production, interrupted. */
@ExtendWith(TestCredentials.class)
class CancellationTest {
  private record Ended(Outcome outcome, boolean stillInterrupted) {}

  private final Bedrock bedrock = StandIns.shared().bedrock();
  private BedrockRuntimeClient client;
  private Converse converse;

  @BeforeEach
  void open() {
    bedrock.reset();
    InferenceSettings settings = InferenceSettings.from(TestFloor.settings(Map.of()));
    ModelList models = new ModelList(settings);
    client = TestFloor.bedrock(Map.of());
    converse =
        new Converse(client, new Requests(models, settings), models, settings, Clock.systemUTC());
  }

  @AfterEach
  void close() {
    client.close();
    Awaitility.await().until(() -> bedrock.stats().inFlight() == 0);
    bedrock.reset();
  }

  @Test
  void anInterruptionEndsTheCallAndItsConnectionAndIsAnsweredByThat() {
    bedrock.configure(Map.of("hang", true));
    CompletableFuture<Ended> ended = new CompletableFuture<>();
    Thread thread = start(ended, "text", 100);
    Awaitility.await().until(() -> bedrock.stats().inFlight() == 1);

    thread.interrupt();

    assertThat(ended)
        .succeedsWithin(Duration.ofSeconds(10))
        .satisfies(
            end -> {
              assertCancelled(end.outcome(), true);
              assertThat(end.outcome().calls())
                  .extracting(ModelCall::outcome)
                  .containsExactly("CANCELLED");
              assertThat(end.stillInterrupted()).isFalse();
            });
    Awaitility.await().until(() -> bedrock.stats().inFlight() == 0);
    assertThat(bedrock.stats().byOutcome()).containsOnly(Map.entry("left", 1L));
  }

  @Test
  void aContinuationThatIsStoppedTellsWhatWasPaidBefore() {
    bedrock.configure(Map.of("latency_ms", 300));
    CompletableFuture<Ended> ended = new CompletableFuture<>();
    Thread thread = start(ended, "x".repeat(10_000), 10);
    Awaitility.await().until(() -> bedrock.stats().calls() >= 2);

    thread.interrupt();

    assertThat(ended)
        .succeedsWithin(Duration.ofSeconds(10))
        .satisfies(
            end -> {
              assertCancelled(end.outcome(), true);
              assertThat(end.outcome().calls())
                  .extracting(ModelCall::outcome)
                  .startsWith("TRUNCATED")
                  .endsWith("CANCELLED");
            });
  }

  @Test
  void whoIsInterruptedAlreadyAsksNothingAndCanAskAgain() {
    Thread.currentThread().interrupt();

    assertCancelled(infer("text", 4096), false);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThat(bedrock.stats().calls()).isZero();
    assertThat(infer("text", 4096)).isInstanceOf(Answered.class);
  }

  private Thread start(CompletableFuture<Ended> ended, String text, int maxTokens) {
    Thread thread =
        new Thread(
            () -> {
              Outcome outcome = infer(text, maxTokens);
              ended.complete(new Ended(outcome, Thread.currentThread().isInterrupted()));
            });
    thread.start();
    return thread;
  }

  private Outcome infer(String text, int maxTokens) {
    return converse.infer(
        Questions.about(
            "anthropic.claude", new Parameters(maxTokens, null, null, null), Bedrock.REPEAT, text),
        Questions.UNCOUNTED,
        Questions.UNWATCHED);
  }

  private static void assertCancelled(Outcome outcome, boolean attempted) {
    assertThat(outcome.after(List.of()))
        .isEqualTo(
            new Passing("CANCELLED", "The call was stopped.", attempted, Passing.Cause.CANCELLED));
  }
}
