package ai.fileprocessing.inference;

import ai.fileprocessing.inference.Outcome.Answered;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.TokenUsage;

/**
 * Holds the conversations that one question takes, one after the other, and keeps account of their
 * calls. A truncated answer is continued until it ends, and one that is not in the form that was
 * asked for is asked for once more. What was said before that is kept: a conversation that breaks
 * off goes on there later, and pays for nothing twice.
 */
final class HoldConversation {
  private final BedrockRuntimeClient bedrock;
  private final Requests requests;
  private final ModelList models;
  private final int continuations;
  private final Clock clock;
  private final Question question;
  private final Course course;
  private final List<ModelCall> calls = new ArrayList<>();
  private Usage usage = Usage.NONE;
  private Usage counted = Usage.NONE;

  HoldConversation(
      BedrockRuntimeClient bedrock,
      Requests requests,
      ModelList models,
      int continuations,
      Clock clock,
      Question question,
      Course course) {
    this.bedrock = bedrock;
    this.requests = requests;
    this.models = models;
    this.continuations = continuations;
    this.clock = clock;
    this.question = question;
    this.course = course;
  }

  /** All calls so far. */
  List<ModelCall> calls() {
    return List.copyOf(calls);
  }

  /** The tokens of all calls so far. */
  Usage usage() {
    return usage;
  }

  /** Those of them that were not counted when the answer was kept. */
  Usage uncounted() {
    return usage.minus(counted);
  }

  /**
   * Says this to the model, in one message of the user, and listens to the end; the answer has the
   * form that the question asks for. The outcome's tokens are those of all conversations so far,
   * its calls are left out.
   *
   * @param name what names this conversation among all that the question may take
   */
  Outcome about(String name, List<ContentBlock> content) {
    return about(name, content, question, question.isOneOfMany());
  }

  /** The same for an answer of which another call will make something: it is plain text. */
  Outcome aboutPart(String name, List<ContentBlock> content) {
    return about(name, content, question.plain(), true);
  }

  /**
   * @param repeated whether other calls begin with the same prompt
   */
  private Outcome about(String name, List<ContentBlock> content, Question asked, boolean repeated) {
    StructuredAnswer form =
        new StructuredAnswer(
            asked.ask(), models.traits(asked.ask().model()).features().structuredOutput());
    Conversation conversation = new Conversation(form.continuations(continuations), usage);
    Optional<Outcome> outcome = Optional.empty();
    boolean said = true;
    for (int number = 1; outcome.isEmpty(); number++) {
      String call = name + "-call-" + number;
      Optional<SaidAnswer> earlier =
          said ? course.earlier(call).flatMap(SaidAnswer::read) : Optional.empty();
      // What follows on one that is asked anew was said to another.
      said = earlier.isPresent();
      outcome =
          said
              ? heard(earlier.get().asAnswer(), Usage.NONE, form, conversation)
              : call(call, content, asked, repeated, form, conversation);
      if (outcome.isEmpty() && form.isAskedAgain()) {
        // In one piece: what one call cannot hold is not asked for again.
        conversation = new Conversation(0, usage);
      }
    }
    return outcome.get();
  }

  private Optional<Outcome> call(
      String name,
      List<ContentBlock> content,
      Question asked,
      boolean repeated,
      StructuredAnswer form,
      Conversation conversation) {
    ConverseRequest request =
        requests.of(asked, messages(content, form.exchange(), conversation.soFar()), repeated);
    Instant at = clock.instant();
    Usage used = Usage.NONE;
    String requestId = null;
    String end = ModelCall.BROKEN_OFF;
    try {
      ConverseResponse answer = bedrock.converse(request);
      used = models.priced(asked.ask().model(), usageOf(answer));
      requestId = requestIdOf(answer);
      Optional<Outcome> outcome = heard(answer, used, form, conversation);
      end =
          outcome
              .map(Outcome::code)
              .orElse(form.isAskedAgain() ? ModelCall.INVALID : ModelCall.TRUNCATED);
      if (outcome.isEmpty()) {
        course.keep(name, SaidAnswer.of(answer).kept(), used);
        counted = counted.plus(used);
      }
      return outcome;
    } catch (SdkException e) {
      requestId = ModelFaults.requestId(e);
      Outcome outcome = ModelFaults.outcome(e, usage);
      end = outcome.code();
      return Optional.of(outcome);
    } finally {
      // Whatever becomes of its answer here, the call was made and is paid.
      usage = usage.plus(used);
      calls.add(new ModelCall(at, end, Duration.between(at, clock.instant()), used, requestId));
    }
  }

  /** Empty means that the model is to say more. */
  private static Optional<Outcome> heard(
      ConverseResponse answer, Usage used, StructuredAnswer form, Conversation conversation) {
    Optional<Outcome> outcome =
        conversation.add(
            form.toolInput(answer).orElseGet(() -> SaidAnswer.text(answer)),
            form.stopReason(answer),
            answer.stopReasonAsString(),
            used);
    return outcome.orElse(null) instanceof Answered answered
        ? form.judge(answered, answer, conversation.pieces())
        : outcome;
  }

  private static List<Message> messages(
      List<ContentBlock> content, List<Message> exchange, String soFar) {
    List<Message> messages = new ArrayList<>();
    messages.add(Message.builder().role(ConversationRole.USER).content(content).build());
    messages.addAll(exchange);
    if (!soFar.isEmpty()) {
      messages.add(Requests.message(ConversationRole.ASSISTANT, soFar));
      messages.add(Requests.message(ConversationRole.USER, Conversation.GO_ON));
    }
    return messages;
  }

  private static Usage usageOf(ConverseResponse answer) {
    Optional<TokenUsage> tokens = Optional.ofNullable(answer.usage());
    return new Usage(
        tokens.map(TokenUsage::inputTokens).orElse(0),
        tokens.map(TokenUsage::outputTokens).orElse(0),
        tokens.map(TokenUsage::cacheReadInputTokens).orElse(0),
        tokens.map(TokenUsage::cacheWriteInputTokens).orElse(0),
        0);
  }

  /** The SDK has a word for an id that is missing. */
  private static String requestIdOf(ConverseResponse answer) {
    return Optional.ofNullable(answer.responseMetadata().requestId())
        .filter(id -> !id.equals("UNKNOWN"))
        .orElse(null);
  }
}
