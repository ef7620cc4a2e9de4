package ai.fileprocessing.local;

import static ai.fileprocessing.local.Asking.cachePoint;
import static ai.fileprocessing.local.Asking.document;
import static ai.fileprocessing.local.Asking.text;
import static ai.fileprocessing.local.Asking.tool;
import static ai.fileprocessing.local.Asking.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import software.amazon.awssdk.services.bedrockruntime.model.TokenUsage;

/** A beginning that was seen is read from the cache, another one is written to it. */
class BedrockCacheTest {
  /** 2,000 tokens. */
  private static final String PROMPT = "prompt. ".repeat(1_000);

  private static final SystemContentBlock POINT =
      SystemContentBlock.fromCachePoint(c -> c.type("default"));

  private final Bedrock bedrock = StandIns.shared().bedrock();
  private final Asking asking = new Asking();

  @BeforeEach
  void reset() {
    bedrock.reset();
  }

  @Test
  void thePromptOfManyFilesIsWrittenOnceAndThenRead() {
    assertUsage(ask(PROMPT, "file"), 1, 0, 2_000);
    assertUsage(ask(PROMPT, "another file"), 3, 2_000, 0);
    assertUsage(ask(PROMPT + "more", "file"), 1, 0, 2_001);
  }

  @Test
  void allTokensTogetherAreThoseOfARequestWithoutCache() {
    TokenUsage plain =
        asking
            .converse(
                r -> r.system(SystemContentBlock.fromText(PROMPT)).messages(user(text("file"))))
            .usage();
    TokenUsage cached = ask(PROMPT, "file");

    assertThat(plain.cacheReadInputTokens()).isNull();
    assertThat(plain.inputTokens()).isEqualTo(2_001);
    assertThat(cached.totalTokens()).isEqualTo(plain.totalTokens());
  }

  @Test
  void aShortBeginningIsNotKept() {
    assertUsage(ask("short", "file"), 3, 0, 0);
    assertUsage(ask("short", "file"), 3, 0, 0);

    bedrock.configure(Map.of("cache_minimum_tokens", 2));
    assertUsage(ask("short", "file"), 1, 0, 2);
    assertUsage(ask("short", "file"), 1, 2, 0);
  }

  @Test
  void eachModelHasACacheOfItsOwn() {
    ask(PROMPT, "file");

    assertUsage(
        usage(r -> prompted(r).modelId("amazon.nova-pro-v1:0").messages(user(text("file")))),
        1,
        0,
        2_000);
  }

  @Test
  void theLongestBeginningThatWasSeenCounts() {
    byte[] file = "file".repeat(1_000).getBytes(StandardCharsets.UTF_8);
    Consumer<ConverseRequest.Builder> withFile =
        r -> prompted(r).messages(user(document("d", "txt", file), cachePoint(), text("question")));

    assertUsage(ask(PROMPT, "file"), 1, 0, 2_000);
    TokenUsage first = usage(withFile);
    assertThat(first.cacheReadInputTokens()).isEqualTo(2_000);
    assertThat(first.cacheWriteInputTokens()).isEqualTo(1_000);
    TokenUsage second = usage(withFile);
    assertThat(second.cacheReadInputTokens()).isEqualTo(3_000);
    assertThat(second.cacheWriteInputTokens()).isZero();
  }

  @Test
  void otherToolsBeforeThePromptAreAnotherBeginning() {
    ask(PROMPT, "file");

    TokenUsage withTool =
        usage(
            r -> prompted(r).toolConfig(tool("keep", Asking.INVOICE)).messages(user(text("file"))));

    assertThat(withTool.cacheReadInputTokens()).isZero();
    assertThat(withTool.cacheWriteInputTokens()).isGreaterThan(2_000);
  }

  @Test
  void aCallThatIsThrottledKeepsNothing() {
    bedrock.configure(Map.of("fault", "ThrottlingException", "fault_count", 1));
    assertThatThrownBy(() -> ask(PROMPT, "file")).isInstanceOf(ThrottlingException.class);

    assertUsage(ask(PROMPT, "file"), 1, 0, 2_000);
  }

  private TokenUsage ask(String prompt, String file) {
    return usage(
        r -> r.system(SystemContentBlock.fromText(prompt), POINT).messages(user(text(file))));
  }

  private TokenUsage usage(Consumer<ConverseRequest.Builder> request) {
    return asking.converse(request).usage();
  }

  private static ConverseRequest.Builder prompted(ConverseRequest.Builder request) {
    return request.system(SystemContentBlock.fromText(PROMPT), POINT);
  }

  private static void assertUsage(TokenUsage usage, int input, int read, int written) {
    assertThat(usage.inputTokens()).isEqualTo(input);
    assertThat(usage.cacheReadInputTokens()).isEqualTo(read);
    assertThat(usage.cacheWriteInputTokens()).isEqualTo(written);
    assertThat(usage.totalTokens()).isEqualTo(input + read + written + usage.outputTokens());
  }
}
