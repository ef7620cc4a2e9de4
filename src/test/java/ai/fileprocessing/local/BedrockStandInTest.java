package ai.fileprocessing.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.InferenceConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.StopReason;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

class BedrockStandInTest {
  private static final String MODEL = "anthropic.claude-sonnet-4-5-20250929-v1:0";

  private static final String HELLO =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hello\"}]}]}";

  private final Bedrock bedrock = StandIns.shared().bedrock();
  private final BedrockRuntimeClient client = StandIns.shared().bedrockRuntime();
  private final String base = "http://127.0.0.1:" + StandIns.shared().ports().bedrock();

  @BeforeEach
  void reset() {
    bedrock.reset();
  }

  @Test
  void theAnswerIsMadeOfPromptAndTextAndSaysWhatItIs() {
    ConverseResponse response = converse("Summarise", "First words\nand more words\nlast words");

    assertThat(text(response))
        .startsWith(Bedrock.NOTICE)
        .contains(MODEL, "Summarise", "First words", "last words", "3 lines", "words (3)")
        .isEqualTo(Bedrock.answer(MODEL, "Summarise", "First words\nand more words\nlast words"));
    assertThat(response.stopReason()).isEqualTo(StopReason.END_TURN);
    assertThat(response.output().message().role()).isEqualTo(ConversationRole.ASSISTANT);
    assertThat(response.usage().inputTokens()).isPositive();
    assertThat(response.usage().totalTokens())
        .isEqualTo(response.usage().inputTokens() + response.usage().outputTokens());
    assertThat(response.metrics().latencyMs()).isNotNegative();
  }

  @Test
  void theSameRequestHasTheSameAnswer() {
    assertThat(text(converse("p", "some text"))).isEqualTo(text(converse("p", "some text")));
  }

  @Test
  void answersCanBeNumberedSoThatNoTwoAreTheSame() {
    bedrock.configure(Map.of("numbered", true));

    assertThat(text(converse("p", "t"))).isNotEqualTo(text(converse("p", "t")));
  }

  @Test
  void aModelMayBeNamedByAnArn() {
    String arn =
        "arn:aws:bedrock:us-east-1:000000000000:inference-profile/us.anthropic.claude-haiku-4-5";

    client.converse(r -> r.modelId(arn).messages(user("hello")));

    assertThat(bedrock.requests()).extracting(Bedrock.Received::model).containsExactly(arn);
  }

  @Test
  void whatWasSentCanBeReadBack() {
    converse("the prompt", "the text");

    var body = bedrock.requests().get(0).body();
    assertThat(body.at("/system/0/text").asString()).isEqualTo("the prompt");
    assertThat(body.at("/messages/0/content/0/text").asString()).isEqualTo("the text");
  }

  @Test
  void anAnswerCutAtItsTokensAndContinuedJoinsToTheUncutOne() {
    String text = "Line with an emoji 😀 and more.\n".repeat(40);
    List<Message> messages = new ArrayList<>(List.of(user(text)));
    StringBuilder joined = new StringBuilder();
    ConverseResponse response = limited(messages);
    assertThat(response.stopReason()).isEqualTo(StopReason.MAX_TOKENS);
    joined.append(text(response));
    while (response.stopReason() == StopReason.MAX_TOKENS) {
      messages.add(response.output().message());
      messages.add(user("Continue"));
      response = limited(messages);
      joined.append(text(response));
    }

    assertThat(joined).hasToString(Bedrock.answer(MODEL, Bedrock.REPEAT, text)).contains(text);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void everyFaultIsTheExceptionOfTheSdk(Fault fault) throws Exception {
    bedrock.configure(Map.of("fault", fault.exception()));
    Class<?> exception =
        Class.forName(ValidationException.class.getPackageName() + "." + fault.exception());

    assertThatThrownBy(() -> converse("p", "t"))
        .isInstanceOf(exception)
        .isInstanceOfSatisfying(
            BedrockRuntimeException.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(fault.status());
              assertThat(e.awsErrorDetails().errorMessage()).isEqualTo(fault.message());
            });
    assertThat(bedrock.stats().byOutcome()).containsEntry(fault.exception(), 1L);
  }

  @Test
  void aFaultCanBefallTheNextCallsOnly() {
    bedrock.configure(Map.of("fault", "ThrottlingException", "fault_count", 2));

    assertThatThrownBy(() -> converse("p", "t")).isInstanceOf(ThrottlingException.class);
    assertThatThrownBy(() -> converse("p", "t")).isInstanceOf(ThrottlingException.class);
    assertThat(text(converse("p", "t"))).startsWith(Bedrock.NOTICE);
  }

  @Test
  void aFaultCanBefallTheCallsWithACertainTextOnly() {
    bedrock.configure(Map.of("fault", "ValidationException", "fault_when_text_contains", "poison"));

    assertThat(text(converse("p", "harmless"))).startsWith(Bedrock.NOTICE);
    assertThatThrownBy(() -> converse("p", "some poison")).isInstanceOf(ValidationException.class);
  }

  @Test
  void callsAboveTheRateAreThrottled() {
    bedrock.configure(Map.of("rate_per_second", 0.001, "burst", 2));

    converse("p", "t");
    converse("p", "t");
    assertThatThrownBy(() -> converse("p", "t"))
        .isInstanceOfSatisfying(
            ThrottlingException.class, e -> assertThat(e.statusCode()).isEqualTo(429));
  }

  @ParameterizedTest
  @CsvSource({"content_filtered", "guardrail_intervened", "model_context_window_exceeded"})
  void aStopReasonCanBeForced(String reason) {
    bedrock.configure(Map.of("stop_reason", reason));

    assertThat(converse("p", "t").stopReasonAsString()).isEqualTo(reason);
  }

  @Test
  void anAnswerCanBeEmpty() {
    bedrock.configure(Map.of("empty_answer", true));

    assertThat(converse("p", "t").output().message().content()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"cut", "malformed"})
  void anAnswerCanBeBroken(String how) {
    bedrock.configure(Map.of(how, true));

    assertThatThrownBy(() -> converse("p", "t")).isInstanceOf(SdkClientException.class);
    assertThat(bedrock.stats().byOutcome()).containsOnly(Map.entry(how, 1L));
  }

  @Test
  void aHangingCallIsInFlightUntilTheHangIsOver() {
    bedrock.configure(Map.of("hang", true));
    var call = CompletableFuture.runAsync(() -> converse("p", "t"));

    Awaitility.await().until(() -> bedrock.stats().inFlight() == 1);
    assertThat(call).isNotDone();

    bedrock.configure(Map.of("hang", false));
    assertThat(call).failsWithin(Duration.ofSeconds(10));
    assertThat(bedrock.stats().inFlight()).isZero();
  }

  @Test
  void aHangingCallEndsWhenItsClientLeaves() throws Exception {
    bedrock.configure(Map.of("hang", true));
    byte[] call =
        "POST /model/a.b/converse HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(HELLO.length(), HELLO)
            .getBytes(StandardCharsets.US_ASCII);
    try (Socket client = new Socket("127.0.0.1", StandIns.shared().ports().bedrock())) {
      client.getOutputStream().write(call);
      Awaitility.await().until(() -> bedrock.stats().inFlight() == 1);
    }

    Awaitility.await().until(() -> bedrock.stats().inFlight() == 0);
    bedrock.configure(Map.of("hang", false));
    assertThat(bedrock.stats().byOutcome()).containsOnly(Map.entry("left", 1L));
  }

  @Test
  void callsAndAnswersAreCountedByFile() throws Exception {
    bedrock.configure(Map.of("fault", "ThrottlingException", "fault_count", 1));
    assertThatThrownBy(() -> labelled("j", "1")).isInstanceOf(ThrottlingException.class);
    labelled("j", "1");
    bedrock.configure(Map.of("fault", "", "malformed", true, "fault_count", 1));
    assertThatThrownBy(() -> labelled("j", "2")).isInstanceOf(SdkClientException.class);
    converse("p", "no labels");

    assertThat(bedrock.callsByFile()).containsOnly(Map.entry("j/1", 2L), Map.entry("j/2", 1L));
    assertThat(bedrock.attemptsByFile()).containsOnly(Map.entry("j/1", 1L), Map.entry("j/2", 1L));
    assertThat(bedrock.answersByFile()).containsOnly(Map.entry("j/1", 1L));
    assertThat(get("/calls"))
        .isEqualTo("{\"j/1\":{\"calls\":2,\"answers\":1},\"j/2\":{\"calls\":1,\"answers\":0}}");
    bedrock.reset();
    assertThat(bedrock.callsByFile()).isEmpty();
    assertThat(bedrock.answersByFile()).isEmpty();
  }

  @Test
  void everyAnswerAndRefusalHasAnIdOfItsOwn() {
    String answered = converse("p", "t").responseMetadata().requestId();
    bedrock.configure(Map.of("fault", "ThrottlingException"));

    assertThat(answered).hasSize(36);
    assertThatThrownBy(() -> converse("p", "t"))
        .isInstanceOfSatisfying(
            ThrottlingException.class,
            e -> assertThat(e.requestId()).hasSize(36).isNotEqualTo(answered));
  }

  @Test
  void latencyIsSpreadUniformlyUpToItsJitter() {
    BedrockConfig config =
        BedrockConfig.from(Map.of("bedrock.latency_ms", "10", "bedrock.jitter_ms", "4"), Map.of());

    assertThat(LongStream.generate(config::delayMs).limit(1000).boxed())
        .containsOnly(10L, 11L, 12L, 13L, 14L);
    assertThatThrownBy(() -> config.with(Map.of("jitter_ms", -1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void manySlowCallsAreInFlightTogether() {
    int calls = 600;
    bedrock.configure(Map.of("latency_ms", 3000, "jitter_ms", 500));
    HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + "/model/a.b/converse"))
            .POST(HttpRequest.BodyPublishers.ofString(HELLO))
            .build();

    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      answers.add(http.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
    }

    Awaitility.await().until(() -> bedrock.stats().mostInFlight() >= 590);
    assertThat(threads()).isLessThan(250);
    assertThat(answers).allSatisfy(a -> assertThat(a.join().statusCode()).isEqualTo(200));
    assertThat(bedrock.stats().byOutcome()).containsEntry("end_turn", (long) calls);
  }

  @Test
  void aBlankTextIsRefused() {
    assertThatThrownBy(() -> converse("p", " \n"))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining(
            "The text field in the ContentBlock object at messages.0.content.0 is blank");
  }

  @Test
  void aConversationMustStartWithTheUserAndAlternate() {
    Message empty = Message.builder().role(ConversationRole.USER).content(List.of()).build();

    assertThatThrownBy(() -> client.converse(r -> r.modelId(MODEL).messages(List.of())))
        .isInstanceOf(ValidationException.class);
    assertThatThrownBy(() -> client.converse(r -> r.modelId(MODEL).messages(assistant("a"))))
        .hasMessageContaining("must start with a user message");
    assertThatThrownBy(() -> client.converse(r -> r.modelId(MODEL).messages(user("a"), user("b"))))
        .hasMessageContaining("must alternate");
    assertThatThrownBy(
            () -> client.converse(r -> r.modelId(MODEL).messages(user("a"), assistant("b "))))
        .hasMessageContaining("trailing whitespace");
    assertThatThrownBy(() -> client.converse(r -> r.modelId(MODEL).messages(empty)))
        .hasMessageContaining("is empty");
  }

  @Test
  void inferenceParametersAreChecked() {
    assertRefused(InferenceConfiguration.builder().maxTokens(0).build(), "maxTokens");
    assertRefused(InferenceConfiguration.builder().temperature(1.5f).build(), "temperature");
    assertRefused(
        InferenceConfiguration.builder().temperature(0.4f).topP(0.9f).build(),
        "cannot both be specified");
  }

  @Test
  void settingsAreReadAndChangedOverHttp() throws Exception {
    assertThat(post("/config", "{\"latency_ms\":1,\"fault\":\"ModelErrorException\"}"))
        .contains("\"latency_ms\":1", "\"fault\":\"ModelErrorException\"", "\"fault_count\":-1");
    assertThat(post("/config", "{\"latency\":1}")).contains("latency_ms");
    assertThat(post("/config", "{\"fault\":\"NoSuchException\"}")).contains("NoSuchException");
    assertThat(post("/reset", "")).contains("\"latency_ms\":0", "\"fault\":\"\"");
    converse("p", "t");
    assertThat(get("/stats"))
        .isEqualTo(
            "{\"calls\":1,\"in_flight\":0,\"most_in_flight\":1,\"by_outcome\":{\"end_turn\":1}}");
  }

  @Test
  void settingsOfTheStartComeFromPropertiesAndThenVariables() {
    BedrockConfig config =
        BedrockConfig.from(
            Map.of("bedrock.latency_ms", "250"),
            Map.of("BEDROCK_LATENCY_MS", "1", "BEDROCK_CUT", "true"));

    assertThat(config.latencyMs()).isEqualTo(250);
    assertThat(config.cut()).isTrue();
  }

  private void assertRefused(InferenceConfiguration inference, String message) {
    assertThatThrownBy(
            () ->
                client.converse(
                    r -> r.modelId(MODEL).inferenceConfig(inference).messages(user("t"))))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining(message);
  }

  private ConverseResponse converse(String prompt, String text) {
    return client.converse(
        r ->
            r.modelId(MODEL)
                .system(SystemContentBlock.fromText(prompt))
                .messages(user(text))
                .inferenceConfig(i -> i.maxTokens(4096).temperature(0.4f)));
  }

  private void labelled(String job, String file) {
    client.converse(
        r ->
            r.modelId(MODEL)
                .messages(user("t"))
                .requestMetadata(Map.of("job_id", job, "file_id", file)));
  }

  private ConverseResponse limited(List<Message> messages) {
    return client.converse(
        ConverseRequest.builder()
            .modelId(MODEL)
            .system(SystemContentBlock.fromText(Bedrock.REPEAT))
            .messages(messages)
            .inferenceConfig(i -> i.maxTokens(97))
            .build());
  }

  private static Message user(String text) {
    return message(ConversationRole.USER, text);
  }

  private static Message assistant(String text) {
    return message(ConversationRole.ASSISTANT, text);
  }

  private static Message message(ConversationRole role, String text) {
    return Message.builder().role(role).content(ContentBlock.fromText(text)).build();
  }

  private static String text(ConverseResponse response) {
    return response.output().message().content().get(0).text();
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("bedrock"))
        .count();
  }

  private String post(String path, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(base + path))
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private String get(String path) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(base + path)));
  }

  private static String send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
