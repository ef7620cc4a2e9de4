package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.platform.TestFloor;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The JSON that Bedrock gets, and the JSON that it answers with. */
class AnswerFormOnTheWireTest {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final JsonNode SCHEMA =
      MAPPER.readTree(
          """
          {"type": "object", "additionalProperties": false, "required": ["a"],
           "properties": {"a": {"enum": [1, 2.5, "x", true, null]}, "b": {"type": "array"}}}
          """);

  private final List<JsonNode> requests = new ArrayList<>();
  private final List<String> answers = new ArrayList<>();
  private HttpServer server;
  private BedrockRuntimeClient client;

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    client =
        BedrockRuntimeClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "secret")))
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build();
  }

  @AfterEach
  void close() {
    client.close();
    server.stop(0);
  }

  @Test
  void aForcedToolIsAskedAndItsInputIsTheResult() {
    gives("{\"a\": 3}");
    gives("{\"a\": 2.5, \"b\": [1, -1, 1e3, 12345678901234567890, true, null, \"\u00fc\", {}]}");

    assertThat(infer("anthropic.claude-3-haiku-20240307-v1:0"))
        .isInstanceOfSatisfying(
            Answered.class,
            answered ->
                assertThat(MAPPER.readTree(answered.text()))
                    .isEqualTo(
                        MAPPER.readTree(
                            "{\"a\":2.5,\"b\":[1,-1,1000.0,12345678901234567890,true,null,\"\u00fc\",{}]}")));
    assertThat(requests.get(0).path("toolConfig"))
        .isEqualTo(
            MAPPER.readTree(
                """
                {"tools": [{"toolSpec": {"name": "answer", "description": "Takes your whole answer.",
                  "inputSchema": {"json": %s}}}], "toolChoice": {"tool": {"name": "answer"}}}
                """
                    .formatted(SCHEMA)));
    assertThat(requests.get(1).at("/messages/1"))
        .isEqualTo(
            MAPPER.readTree(
                "{\"role\":\"assistant\",\"content\":[{\"toolUse\":{\"toolUseId\":\"t\",\"name\":\"answer\",\"input\":{\"a\":3}}}]}"));
    assertThat(requests.get(1).at("/messages/2/content/0/toolResult/status").asString())
        .isEqualTo("error");
  }

  @Test
  void bedrocksOwnWayTakesTheSchemaAsText() {
    answers.add(
        "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"{\\\"a\\\":1}\"}]}},\"stopReason\":\"end_turn\"}");
    JsonNode schema =
        MAPPER.readTree(
            "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"a\":{\"type\":\"integer\"}}}");

    assertThat(infer("anthropic.claude-sonnet-4-5-20250929-v1:0", schema))
        .isInstanceOf(Answered.class);
    JsonNode format = requests.get(0).at("/outputConfig/textFormat");
    assertThat(format.path("type").asString()).isEqualTo("json_schema");
    assertThat(format.at("/structure/jsonSchema/name").asString()).isEqualTo("answer");
    assertThat(MAPPER.readTree(format.at("/structure/jsonSchema/schema").asString()))
        .isEqualTo(schema);
  }

  private void gives(String input) {
    answers.add(
        """
        {"output": {"message": {"role": "assistant", "content": [
          {"toolUse": {"toolUseId": "t", "name": "answer", "input": %s}}]}}, "stopReason": "tool_use"}
        """
            .formatted(input));
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.add(MAPPER.readTree(exchange.getRequestBody().readAllBytes()));
    byte[] bytes = answers.remove(0).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private Outcome infer(String model) {
    return infer(model, SCHEMA);
  }

  private Outcome infer(String model, JsonNode schema) {
    InferenceSettings settings = InferenceSettings.from(TestFloor.settings(Map.of()));
    Output output = new Output(Output.Format.JSON, schema);
    Ask ask = new Ask(model, new Parameters(100, null, null, null), "the prompt", output);
    Input input = new Input(0, "n.txt", "text/plain", "t".getBytes(StandardCharsets.UTF_8));
    return new Converse(
            client,
            new Requests(new ModelList(settings), settings),
            new ModelList(settings),
            settings,
            Clock.systemUTC())
        .infer(
            new Question(ask, List.of(input), 1, Map.of("job_id", "j", "file_id", "f")),
            Questions.UNCOUNTED,
            Questions.UNWATCHED);
  }
}
