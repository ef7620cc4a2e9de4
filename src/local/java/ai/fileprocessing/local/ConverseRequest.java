package ai.fileprocessing.local;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A Converse request that Bedrock would take.
 *
 * @param prompt the system prompt
 * @param text what the user said before the model first spoke, also what stands in documents
 * @param said what the model has said so far, all its turns joined
 */
record ConverseRequest(
    String model,
    String prompt,
    String text,
    String said,
    int maxTokens,
    List<MessageReader.Turn> turns,
    JsonNode body) {

  static ConverseRequest of(String model, JsonNode body) {
    if (!model.contains(".") && !model.startsWith("arn:")) {
      throw RefusedException.invalid("The provided model identifier is invalid.");
    }
    ConverseShape.require(body);
    ConverseLimits limits = ConverseLimits.of(model);
    List<JsonNode> messages = body.path("messages").valueStream().toList();
    ConversationRules.require(messages);
    RequestRules.require(model, limits, body);
    OutputRules.require(limits, body);
    List<MessageReader.Turn> turns = new MessageReader(limits).read(messages);

    ConverseRequest request =
        new ConverseRequest(
            model,
            texts(body.path("system"), "\n"),
            heard(turns)
                .filter(SentBlock::isReadable)
                .map(SentBlock::text)
                .collect(Collectors.joining("\n")),
            said(turns.stream().filter(MessageReader.Turn::byModel)),
            body.path("inferenceConfig").path("maxTokens").asInt(limits.outputTokens()),
            turns,
            body);
    if (request.inputTokens() > limits.windowTokens()) {
      throw RefusedException.invalid("Input is too long for requested model.");
    }
    return request;
  }

  /** What the user sent before the model first spoke. */
  List<SentBlock> blocks() {
    return heard(turns).toList();
  }

  /** The JSON that the answer is to be. */
  Optional<StructuredOutput> output() {
    return StructuredOutput.of(body);
  }

  /** Whether anything but text was sent. */
  boolean hasMedia() {
    return heard(turns)
        .anyMatch(b -> b instanceof SentBlock.Document || b instanceof SentBlock.Image);
  }

  boolean hasCachePoint() {
    return Stream.concat(
            Stream.concat(
                body.path("system").valueStream(), body.at("/toolConfig/tools").valueStream()),
            body.path("messages")
                .valueStream()
                .flatMap(message -> message.path("content").valueStream()))
        .anyMatch(block -> block.has("cachePoint"));
  }

  int inputTokens() {
    int images =
        heard(turns).filter(SentBlock.Image.class::isInstance).mapToInt(SentBlock::tokens).sum();
    JsonNode tools = body.at("/toolConfig/tools");
    return SentBlock.tokens(prompt)
        + SentBlock.tokens(text)
        + SentBlock.tokens(said)
        + images
        + (tools.isMissingNode() ? 0 : SentBlock.tokens(tools.toString()));
  }

  static String texts(JsonNode blocks, String between) {
    return blocks
        .valueStream()
        .filter(block -> block.has("text"))
        .map(block -> block.path("text").asString(""))
        .collect(Collectors.joining(between));
  }

  private static Stream<SentBlock> heard(List<MessageReader.Turn> turns) {
    return turns.stream()
        .takeWhile(turn -> !turn.byModel())
        .flatMap(turn -> turn.blocks().stream());
  }

  private static String said(Stream<MessageReader.Turn> turns) {
    return turns
        .flatMap(turn -> turn.blocks().stream())
        .map(SentBlock::text)
        .collect(Collectors.joining());
  }
}
