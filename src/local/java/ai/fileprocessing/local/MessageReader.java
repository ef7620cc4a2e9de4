package ai.fileprocessing.local;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads the messages of one request, block by block. */
final class MessageReader {
  /** What one side said in one go. */
  record Turn(boolean byModel, List<SentBlock> blocks) {}

  private final MediaReader media;

  MessageReader(ConverseLimits limits) {
    this.media = new MediaReader(limits);
  }

  List<Turn> read(List<JsonNode> messages) {
    List<Turn> turns = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      JsonNode message = messages.get(i);
      turns.add(
          new Turn(
              message.path("role").asString("").equals("assistant"),
              blocks(message.path("content"), "messages.%d.content".formatted(i))));
    }
    return turns;
  }

  private List<SentBlock> blocks(JsonNode content, String where) {
    List<SentBlock> blocks = new ArrayList<>();
    for (int i = 0; i < content.size(); i++) {
      JsonNode block = content.path(i);
      String at = where + "." + i;
      String kind = Rules.requireOneKind(block, at);
      JsonNode value = block.path(kind);
      switch (kind) {
        case "text" -> blocks.add(new SentBlock.Text(value.asString("")));
        case "document" -> blocks.add(media.document(value, at));
        case "image" -> blocks.add(media.image(value, at));
        case "guardContent" ->
            blocks.add(new SentBlock.Text(value.path("text").path("text").asString("")));
        case "toolResult" -> blocks.addAll(blocks(value.path("content"), at + ".content"));
        case "json", "toolUse", "reasoningContent" ->
            blocks.add(new SentBlock.Other(block.toString()));
        case "cachePoint" -> blocks.add(new SentBlock.CachePoint());
        default ->
            throw RefusedException.invalid(
                "This model doesn't support the %s field that you provided at %s. Try again without it."
                    .formatted(kind, at));
      }
    }
    return blocks;
  }
}
