package ai.fileprocessing.local;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server that speaks OpenAI's chat completions, such as Ollama or llama.cpp, whose model answers
 * in Bedrock's stead.
 */
final class OpenAiServer {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final URI completions;
  private final Optional<String> key;
  private final Optional<String> model;

  OpenAiServer(String baseUrl, Optional<String> key, Optional<String> model) {
    this.completions = URI.create(baseUrl.replaceAll("/+$", "") + "/chat/completions");
    this.key = key;
    this.model = model;
  }

  /** The server that OPENAI_BASE_URL names, with OPENAI_API_KEY and OPENAI_MODEL. */
  static Optional<OpenAiServer> from(Map<String, String> variables) {
    return named(variables, "OPENAI_BASE_URL")
        .map(
            url ->
                new OpenAiServer(
                    url, named(variables, "OPENAI_API_KEY"), named(variables, "OPENAI_MODEL")));
  }

  private static Optional<String> named(Map<String, String> variables, String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
  }

  /** Fails with a {@link RefusedException} where Bedrock would have a fault. */
  CompletableFuture<ConverseAnswer> answer(ConverseRequest request) {
    HttpRequest.Builder call =
        HttpRequest.newBuilder(completions)
            .header("Content-Type", "application/json")
            .timeout(Duration.ofMinutes(15))
            .POST(HttpRequest.BodyPublishers.ofString(body(request).toString()));
    key.ifPresent(secret -> call.header("Authorization", "Bearer " + secret));
    return http.sendAsync(call.build(), HttpResponse.BodyHandlers.ofString())
        .thenApply(response -> answer(request, response));
  }

  private ObjectNode body(ConverseRequest request) {
    ObjectNode body = JSON.createObjectNode().put("model", model.orElse(request.model()));
    ArrayNode messages = body.putArray("messages");
    if (!request.prompt().isEmpty()) {
      messages.addObject().put("role", "system").put("content", request.prompt());
    }
    List<JsonNode> sent = request.body().path("messages").valueStream().toList();
    for (int i = 0; i < sent.size(); i++) {
      messages
          .addObject()
          .put("role", sent.get(i).path("role").asString())
          .set("content", content(request.turns().get(i), sent.get(i)));
    }
    JsonNode inference = request.body().path("inferenceConfig");
    copy(inference, "maxTokens", body, "max_tokens");
    copy(inference, "temperature", body, "temperature");
    copy(inference, "topP", body, "top_p");
    copy(inference, "stopSequences", body, "stop");
    request.output().ifPresent(output -> demand(output, body));
    return body;
  }

  /** Documents as their text, since these servers take no files, and images as they are. */
  private static JsonNode content(MessageReader.Turn turn, JsonNode message) {
    String words =
        turn.blocks().stream()
            .filter(SentBlock::isReadable)
            .map(SentBlock::text)
            .collect(Collectors.joining("\n"));
    List<JsonNode> images = message.path("content").findValues("image");
    if (images.isEmpty()) {
      return JSON.getNodeFactory().stringNode(words);
    }
    ArrayNode parts = JSON.createArrayNode();
    if (!words.isEmpty()) {
      parts.addObject().put("type", "text").put("text", words);
    }
    for (JsonNode image : images) {
      String url =
          "data:image/%s;base64,%s"
              .formatted(image.path("format").asString(""), image.at("/source/bytes").asString(""));
      parts.addObject().put("type", "image_url").putObject("image_url").put("url", url);
    }
    return parts;
  }

  /** A tool that must be used is asked for as JSON, too. */
  private static void demand(StructuredOutput output, ObjectNode body) {
    body.putObject("response_format")
        .put("type", "json_schema")
        .putObject("json_schema")
        .put("name", output.tool().orElse("answer"))
        .set("schema", output.schema());
  }

  private static void copy(JsonNode from, String name, ObjectNode to, String newName) {
    if (from.has(name)) {
      to.set(newName, from.path(name));
    }
  }

  private ConverseAnswer answer(ConverseRequest request, HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw new RefusedException(
          fault(response.statusCode()),
          "%s answered %d: %s".formatted(completions, response.statusCode(), response.body()));
    }
    JsonNode body;
    try {
      body = JSON.readTree(response.body());
    } catch (JacksonException e) {
      throw new RefusedException(Fault.MODEL_ERROR, completions + " did not answer in JSON");
    }
    JsonNode choice = body.path("choices").path(0);
    String text = choice.path("message").path("content").asString("");
    String stopReason =
        switch (choice.path("finish_reason").asString("")) {
          case "length" -> "max_tokens";
          case "content_filter" -> "content_filtered";
          default -> "end_turn";
        };
    ConverseAnswer estimated = answer(request, text, stopReason);
    JsonNode usage = body.path("usage");
    return estimated.counted(
        usage.path("prompt_tokens").asInt(estimated.inputTokens()),
        usage.path("completion_tokens").asInt(estimated.outputTokens()));
  }

  private static ConverseAnswer answer(ConverseRequest request, String text, String stopReason) {
    Optional<String> tool = request.output().flatMap(StructuredOutput::tool);
    if (tool.isEmpty() || !stopReason.equals("end_turn")) {
      return ConverseAnswer.of(request, text, stopReason);
    }
    try {
      return ConverseAnswer.of(request, text, "tool_use").using(tool.get(), JSON.readTree(text));
    } catch (JacksonException e) {
      return ConverseAnswer.of(request, text, "malformed_tool_use");
    }
  }

  private static Fault fault(int status) {
    return switch (status) {
      case 400, 413, 422 -> Fault.VALIDATION;
      case 401, 403 -> Fault.ACCESS_DENIED;
      case 404 -> Fault.RESOURCE_NOT_FOUND;
      case 408, 504 -> Fault.MODEL_TIMEOUT;
      case 429 -> Fault.THROTTLING;
      case 502, 503 -> Fault.SERVICE_UNAVAILABLE;
      default -> Fault.MODEL_ERROR;
    };
  }
}
