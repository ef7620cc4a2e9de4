package ai.fileprocessing.local;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointType;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

/** Asks the Bedrock stand-in through the SDK's own client. */
final class Asking {
  static final String MODEL = "anthropic.claude-sonnet-4-5-20250929-v1:0";

  private final BedrockRuntimeClient client = StandIns.shared().bedrockRuntime();

  ConverseResponse converse(Consumer<ConverseRequest.Builder> request) {
    return client.converse(
        r -> {
          r.modelId(MODEL);
          request.accept(r);
        });
  }

  ConverseResponse ask(ContentBlock... blocks) {
    return converse(r -> r.messages(user(blocks)));
  }

  static Message user(ContentBlock... blocks) {
    return Message.builder().role(ConversationRole.USER).content(blocks).build();
  }

  static Message assistant(ContentBlock... blocks) {
    return Message.builder().role(ConversationRole.ASSISTANT).content(blocks).build();
  }

  static ContentBlock text(String text) {
    return ContentBlock.fromText(text);
  }

  static ContentBlock document(String name, String format, byte[] bytes) {
    return ContentBlock.fromDocument(
        d -> d.name(name).format(format).source(s -> s.bytes(SdkBytes.fromByteArray(bytes))));
  }

  static ContentBlock image(String format, byte[] bytes) {
    return ContentBlock.fromImage(
        i -> i.format(format).source(s -> s.bytes(SdkBytes.fromByteArray(bytes))));
  }

  static ContentBlock cachePoint() {
    return ContentBlock.fromCachePoint(c -> c.type(CachePointType.DEFAULT));
  }

  static String textOf(ConverseResponse response) {
    return response.output().message().content().stream()
        .map(ContentBlock::text)
        .collect(Collectors.joining());
  }

  /** The lines of the answer from the first block on. */
  static List<String> blocksOf(ConverseResponse response) {
    return textOf(response).lines().dropWhile(line -> !line.startsWith("Block 1")).toList();
  }
}
