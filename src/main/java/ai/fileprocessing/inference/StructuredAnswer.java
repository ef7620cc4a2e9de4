package ai.fileprocessing.inference;

import ai.fileprocessing.inference.JsonSchema.Check;
import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Outcome.Failed;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.StopReason;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ToolResultStatus;
import software.amazon.awssdk.services.bedrockruntime.model.ToolUseBlock;

/**
 * The answer to one question, in the form that was asked for: accepted, asked for once more with
 * what was wrong, or refused. An answer that is to be text is accepted as it is.
 */
final class StructuredAnswer {
  private static final String AGAIN = " Give the whole answer again, corrected, and nothing else.";

  private final Output output;
  private final StructuredOutput means;
  private List<Message> exchange = List.of();

  StructuredAnswer(Ask ask, Traits.StructuredOutput best) {
    output = ask.output();
    means = StructuredOutput.of(ask, best);
  }

  /**
   * How often it may be continued. A model that is held to the schema cannot go on where it was cut
   * off: each of its answers begins the value anew.
   */
  int continuations(int allowed) {
    return means == StructuredOutput.INSTRUCTIONS ? allowed : 0;
  }

  /** What was said after the question and before the model is to answer again. */
  List<Message> exchange() {
    return exchange;
  }

  /** Whether the model is to answer again, or has. */
  boolean isAskedAgain() {
    return !exchange.isEmpty();
  }

  /** What the tool was given, as JSON; empty where the answer is text. */
  Optional<String> toolInput(ConverseResponse answer) {
    return toolUse(answer).map(it -> ToolJson.json(it.input()).toString());
  }

  /** A forced tool's call ends an answer; elsewhere nobody has asked for one. */
  StopReason stopReason(ConverseResponse answer) {
    return answer.stopReason() == StopReason.TOOL_USE && toolUse(answer).isPresent()
        ? StopReason.END_TURN
        : answer.stopReason();
  }

  /**
   * Judges a finished answer. Empty means that the model is to answer again, once, after {@link
   * #exchange()}.
   *
   * @param last what the model said last
   * @param pieces of how many calls the answer was made; what one call cannot hold is not asked for
   *     again
   */
  Optional<Outcome> judge(Answered answered, ConverseResponse last, int pieces) {
    if (output.format() != Output.Format.JSON) {
      return Optional.of(answered);
    }
    String bare = AnswerJson.bare(answered.text());
    Check check = AnswerJson.check(bare, output.schema());
    if (check instanceof Check.Undecided undecided) {
      return failed("The answer cannot be checked: " + undecided.why(), answered.usage());
    }
    if (check instanceof Check.Invalid invalid) {
      String what = String.join("; ", invalid.violations()) + ".";
      if (pieces > 1 || isAskedAgain()) {
        return failed("The answer is not what output asks for: " + what, answered.usage());
      }
      exchange = List.of(said(answered, last), objection(last, what));
      return Optional.empty();
    }
    return Optional.of(new Answered(bare, answered.stopReason(), answered.usage()));
  }

  private static Optional<Outcome> failed(String what, Usage usage) {
    return Optional.of(
        new Failed("OUTPUT_INVALID", what + " Change the prompt or the schema.", usage));
  }

  private Message said(Answered answered, ConverseResponse last) {
    return toolUse(last)
        .map(ContentBlock::fromToolUse)
        .map(it -> Message.builder().role(ConversationRole.ASSISTANT).content(it).build())
        .orElseGet(() -> Requests.message(ConversationRole.ASSISTANT, answered.text()));
  }

  /** A tool's call is answered by its result (Amazon Bedrock User Guide, "Call a tool"). */
  private Message objection(ConverseResponse last, String what) {
    String text = "Your answer is not valid: " + what + AGAIN;
    return toolUse(last)
        .map(
            call ->
                ToolResultBlock.builder()
                    .toolUseId(call.toolUseId())
                    .status(ToolResultStatus.ERROR)
                    .content(ToolResultContentBlock.fromText(text))
                    .build())
        .map(ContentBlock::fromToolResult)
        .map(it -> Message.builder().role(ConversationRole.USER).content(it).build())
        .orElseGet(() -> Requests.message(ConversationRole.USER, text));
  }

  private Optional<ToolUseBlock> toolUse(ConverseResponse answer) {
    return means == StructuredOutput.TOOL ? SaidAnswer.toolUse(answer) : Optional.empty();
  }
}
