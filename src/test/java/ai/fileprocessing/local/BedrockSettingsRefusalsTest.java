package ai.fileprocessing.local;

import static ai.fileprocessing.local.Asking.cachePoint;
import static ai.fileprocessing.local.Asking.text;
import static ai.fileprocessing.local.Asking.user;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** Settings beside the messages that AWS would refuse are refused here. */
class BedrockSettingsRefusalsTest {
  private final Asking asking = new Asking();

  @BeforeEach
  void reset() {
    StandIns.shared().bedrock().reset();
  }

  @Test
  void moreTextThanTheModelsWindow() {
    assertRefused("Input is too long for requested model.", text("t".repeat(800_001)));
    asking.ask(text("t".repeat(800_000)));
  }

  @ParameterizedTest
  @CsvSource({
    "anthropic.claude-3-haiku-20240307-v1:0, 4096",
    "anthropic.claude-opus-4-1-20250805-v1:0, 32000",
    "global.anthropic.claude-sonnet-4-5-20250929-v1:0, 64000",
    "amazon.nova-pro-v1:0, 10000"
  })
  void moreTokensThanTheModelWrites(String model, int most) {
    asking.converse(
        r -> r.modelId(model).inferenceConfig(i -> i.maxTokens(most)).messages(user(text("t"))));
    assertRefused(
        "exceeds the model limit of " + most,
        r ->
            r.modelId(model).inferenceConfig(i -> i.maxTokens(most + 1)).messages(user(text("t"))));
  }

  @Test
  void moreOrLongerLabelsThanAllowed() {
    Map<String, String> sixteen =
        IntStream.range(0, 16).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v" + i));
    Map<String, String> seventeen =
        IntStream.range(0, 17).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v" + i));

    asking.converse(r -> r.requestMetadata(sixteen).messages(user(text("t"))));
    assertRefused(
        "less than or equal to 16", r -> r.requestMetadata(seventeen).messages(user(text("t"))));
    assertRefused(
        "less than or equal to 256",
        r -> r.requestMetadata(Map.of("k", "v".repeat(257))).messages(user(text("t"))));
    assertRefused(
        "regular expression", r -> r.requestMetadata(Map.of("k", "ü")).messages(user(text("t"))));
  }

  @Test
  void aFifthCachePoint() {
    SystemContentBlock point = SystemContentBlock.fromCachePoint(c -> c.type("default"));
    SystemContentBlock prompt = SystemContentBlock.fromText("p");

    asking.converse(
        r ->
            r.system(prompt, point, point)
                .messages(user(text("t"), cachePoint(), text("u"), cachePoint())));
    assertRefused(
        "more than 4 cachePoint blocks",
        r ->
            r.system(prompt, point, point, point)
                .messages(user(text("t"), cachePoint(), text("u"), cachePoint())));
    assertRefused(
        "enum value set: [default]",
        r ->
            r.system(prompt, SystemContentBlock.fromCachePoint(c -> c.type("x")))
                .messages(user(text("t"))));
  }

  @Test
  void aServiceTierOrGuardrailThatThereIsNot() {
    asking.converse(r -> r.serviceTier(s -> s.type("flex")).messages(user(text("t"))));
    assertRefused(
        "[priority, default, flex, reserved]",
        r -> r.serviceTier(s -> s.type("cheap")).messages(user(text("t"))));
    asking.converse(
        r ->
            r.guardrailConfig(g -> g.guardrailIdentifier("abc").guardrailVersion("1"))
                .messages(user(text("t"))));
    assertRefused(
        "guardrailConfig.guardrailVersion",
        r ->
            r.guardrailConfig(g -> g.guardrailIdentifier("abc").guardrailVersion("latest"))
                .messages(user(text("t"))));
  }

  @Test
  void aKindOfBlockThatNoModelHereTakes() {
    assertRefused("doesn't support the video field", ContentBlock.fromVideo(v -> v.format("mp4")));
  }

  private void assertRefused(String message, ContentBlock... blocks) {
    assertRefused(message, r -> r.messages(user(blocks)));
  }

  private void assertRefused(String message, Consumer<ConverseRequest.Builder> request) {
    assertThatThrownBy(() -> asking.converse(request))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining(message);
  }
}
