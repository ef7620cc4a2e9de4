package ai.fileprocessing.inference;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.InferenceConfiguration;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;

/** How an ask looks on the wire: everything of a Converse request but the messages themselves. */
@ApplicationScoped
class Requests {
  ConverseRequest of(Ask ask, List<Message> messages, Map<String, String> labels) {
    ConverseRequest.Builder request =
        ConverseRequest.builder()
            .modelId(ask.model())
            .system(instructions(ask))
            .messages(messages)
            .inferenceConfig(inference(ask.parameters()))
            .requestMetadata(labels);
    OutputShape.shape(request, ask);
    return request.build();
  }

  private static List<SystemContentBlock> instructions(Ask ask) {
    return Stream.concat(Stream.of(ask.prompt()), OutputShape.instructions(ask).stream())
        .map(SystemContentBlock::fromText)
        .toList();
  }

  static Message message(ConversationRole role, String text) {
    return Message.builder().role(role).content(ContentBlock.fromText(text)).build();
  }

  private static InferenceConfiguration inference(Parameters parameters) {
    return InferenceConfiguration.builder()
        .maxTokens(parameters.maxTokens())
        .temperature(
            parameters.temperature() == null ? null : parameters.temperature().floatValue())
        .topP(parameters.topP() == null ? null : parameters.topP().floatValue())
        .stopSequences(parameters.stopSequences())
        .build();
  }
}
