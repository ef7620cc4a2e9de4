package ai.fileprocessing.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.ModelErrorException;
import software.amazon.awssdk.services.bedrockruntime.model.StopReason;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OpenAiServerTest {
  private final Ports ports = Ports.free();
  private final FakeServer fake = new FakeServer();
  private LoopbackServer openAi;
  private Bedrock bedrock;
  private Clients clients;

  @BeforeEach
  void start() {
    openAi = LoopbackServer.start("open-ai", ports.s3(), fake);
    bedrock =
        new Bedrock(
            ports.bedrock(),
            Optional.of(
                new OpenAiServer(
                    LoopbackServer.uri(ports.s3()) + "/v1",
                    Optional.of("key"),
                    Optional.of("small"))));
    clients = new Clients(ports);
  }

  @AfterEach
  void stop() {
    clients.close();
    bedrock.close();
    openAi.close();
  }

  @Test
  void theConversationIsForwardedAndTheAnswerComesBack() {
    fake.answer =
        """
        {"choices":[{"message":{"role":"assistant","content":"Hello"},"finish_reason":"length"}],
         "usage":{"prompt_tokens":7,"completion_tokens":3}}
        """;

    ConverseResponse response = converse();

    assertThat(response.output().message().content().get(0).text()).isEqualTo("Hello");
    assertThat(response.stopReason()).isEqualTo(StopReason.MAX_TOKENS);
    assertThat(response.usage().inputTokens()).isEqualTo(7);
    assertThat(response.usage().totalTokens()).isEqualTo(10);
    assertThat(fake.path).isEqualTo("/v1/chat/completions");
    assertThat(fake.authorization).isEqualTo("Bearer key");
    assertThat(fake.request)
        .isEqualTo(
            JsonMapper.shared()
                .readTree(
                    """
                    {"model":"small",
                     "messages":[{"role":"system","content":"prompt"},{"role":"user","content":"text"},
                                 {"role":"assistant","content":"so far"},{"role":"user","content":"go on"}],
                     "max_tokens":50,"top_p":0.5,"stop":["END"]}
                    """));
  }

  @Test
  void documentsAreForwardedAsTheirTextAndImagesAsTheyAre() {
    byte[] png = SampleFiles.image("png", 2, 2);

    converse(
        r ->
            r.messages(
                Asking.user(
                    Asking.text("Compare"),
                    Asking.document("d", "docx", SampleFiles.docx("What it says")),
                    Asking.image("png", png))));

    JsonNode content = fake.request.at("/messages/0/content");
    assertThat(content.at("/0/text").asString("")).isEqualTo("Compare\nWhat it says");
    assertThat(content.at("/1/image_url/url").asString(""))
        .isEqualTo("data:image/png;base64," + Base64.getEncoder().encodeToString(png));
  }

  @Test
  void aToolThatMustBeUsedIsAskedForAsJson() {
    fake.answer = "{\"choices\":[{\"message\":{\"content\":\"{\\\"a\\\":1}\"}}]}";

    ConverseResponse response =
        converse(
            r ->
                r.toolConfig(Asking.tool("keep", Asking.INVOICE))
                    .messages(Asking.user(Asking.text("t"))));

    JsonNode format = fake.request.path("response_format");
    assertThat(format.at("/json_schema/schema/properties").propertyNames())
        .containsExactly("summary", "lines");
    assertThat(response.stopReason()).isEqualTo(StopReason.TOOL_USE);
    assertThat(response.output().message().content().get(0).toolUse().input().asMap())
        .containsOnlyKeys("a");
  }

  @Test
  void itsErrorsBecomeThoseOfBedrock() {
    fake.status = 429;
    assertThatThrownBy(this::converse).isInstanceOf(ThrottlingException.class);

    openAi.close();
    assertThatThrownBy(this::converse)
        .isInstanceOf(ModelErrorException.class)
        .hasMessageContaining("OPENAI_BASE_URL");
  }

  private ConverseResponse converse() {
    return clients
        .bedrockRuntime()
        .converse(
            r ->
                r.modelId("amazon.nova-lite-v1:0")
                    .system(SystemContentBlock.fromText("prompt"))
                    .messages(
                        message(ConversationRole.USER, "text"),
                        message(ConversationRole.ASSISTANT, "so far"),
                        message(ConversationRole.USER, "go on"))
                    .inferenceConfig(
                        i -> i.maxTokens(50).topP(0.5f).stopSequences(List.of("END"))));
  }

  private ConverseResponse converse(Consumer<ConverseRequest.Builder> request) {
    return clients
        .bedrockRuntime()
        .converse(
            r -> {
              r.modelId("amazon.nova-lite-v1:0");
              request.accept(r);
            });
  }

  private static Message message(ConversationRole role, String text) {
    return Message.builder().role(role).content(ContentBlock.fromText(text)).build();
  }

  private static final class FakeServer extends Handler.Abstract {
    private volatile int status = 200;
    private volatile String answer = "{}";
    private volatile String path = "";
    private volatile String authorization = "";
    private volatile JsonNode request;

    @Override
    public boolean handle(Request received, Response response, Callback callback) throws Exception {
      path = received.getHttpURI().getPath();
      authorization = received.getHeaders().get("Authorization");
      request =
          JsonMapper.shared().readTree(Content.Source.asString(received, StandardCharsets.UTF_8));
      return Reply.send(response, callback, status, "application/json", answer);
    }
  }
}
