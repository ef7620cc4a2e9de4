package ai.fileprocessing.inference;

import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Outcome.Failed;
import ai.fileprocessing.inference.Outcome.Passing;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseOutput;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.TokenUsage;

/**
 * Asks through Bedrock's Converse: the prompt as the system's instructions, the file as the user's
 * message, so that nothing in a file stands where instructions stand. A truncated answer is
 * continued until it ends, and one that is not in the form that was asked for is asked for once
 * more.
 */
@ApplicationScoped
class Converse implements Inference {
  private final BedrockRuntimeClient bedrock;
  private final Requests requests;
  private final ModelList models;
  private final InferenceSettings settings;
  private final Clock clock;

  @Inject
  Converse(
      BedrockRuntimeClient bedrock,
      Requests requests,
      ModelList models,
      InferenceSettings settings,
      Clock clock) {
    this.bedrock = bedrock;
    this.requests = requests;
    this.models = models;
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public String model(Optional<String> named) {
    return models.resolve(named);
  }

  @Override
  public Parameters parameters(String model, Optional<Parameters> wanted) {
    return models.complete(model, wanted);
  }

  @Override
  public void prompt(String prompt, boolean together) {
    PromptTemplate template = PromptTemplate.parse(prompt);
    if (together) {
      template.refuseVariablesOfOneFile();
    }
  }

  @Override
  public Output output(Optional<Output> wanted) {
    return OutputRules.complete(wanted);
  }

  @Override
  public List<Fit> fit(Ask ask, List<Fit.Facts> inputs) {
    return inputs.stream().map(this::fit).toList();
  }

  private Fit fit(Fit.Facts input) {
    if (input.size() == 0) {
      return new Fit.Misfit("The file is empty.");
    }
    return input.size() > settings.largestFile()
        ? new Fit.Misfit(
            "The file has "
                + input.size()
                + " bytes; the most is "
                + settings.largestFile()
                + ". Split it.")
        : new Fit.Fits();
  }

  @Override
  public Outcome infer(Question question) {
    Optional<String> text = TextOfFile.decode(question.inputs().get(0).content());
    if (text.isEmpty()) {
      return new Failed(
          "FILE_NOT_TEXT",
          "The file is not UTF-8 text. Convert it and upload it again.",
          Usage.NONE);
    }
    if (text.get().isBlank()) {
      return new Failed("FILE_EMPTY", "The file holds no text.", Usage.NONE);
    }
    return converse(question, text.get());
  }

  private Outcome converse(Question question, String text) {
    StructuredAnswer form =
        new StructuredAnswer(
            question.ask(), models.traits(question.ask().model()).features().structuredOutput());
    Conversation conversation =
        new Conversation(form.continuations(settings.continuations()), Usage.NONE);
    List<ModelCall> calls = new ArrayList<>();
    Optional<Outcome> outcome = Optional.empty();
    while (outcome.isEmpty()) {
      Instant at = clock.instant();
      Usage usage = Usage.NONE;
      String requestId;
      String end = ModelCall.TRUNCATED;
      try {
        ConverseResponse answer = ask(question, text, form.exchange(), conversation.soFar());
        usage = models.priced(question.ask().model(), usageOf(answer));
        requestId = requestIdOf(answer);
        outcome =
            conversation.add(
                form.toolInput(answer).orElseGet(() -> textOf(answer)),
                form.stopReason(answer),
                answer.stopReasonAsString(),
                usage);
        if (outcome.orElse(null) instanceof Answered answered) {
          outcome = form.judge(answered, answer, conversation.pieces());
          if (outcome.isEmpty()) {
            end = ModelCall.INVALID;
            conversation = new Conversation(0, conversation.usage());
          }
        }
      } catch (SdkException e) {
        requestId = ModelFaults.requestId(e);
        outcome = Optional.of(ModelFaults.outcome(e, conversation.usage()));
      }
      Duration latency = Duration.between(at, clock.instant());
      calls.add(
          new ModelCall(at, outcome.map(Outcome::code).orElse(end), latency, usage, requestId));
    }
    if (outcome.get() instanceof Passing passing && passing.cause() == Passing.Cause.CANCELLED) {
      Thread.interrupted();
    }
    return outcome.get().after(calls);
  }

  private ConverseResponse ask(
      Question question, String text, List<Message> exchange, String soFar) {
    List<Message> messages = new ArrayList<>();
    messages.add(Requests.message(ConversationRole.USER, text));
    messages.addAll(exchange);
    if (!soFar.isEmpty()) {
      messages.add(Requests.message(ConversationRole.ASSISTANT, soFar));
      messages.add(Requests.message(ConversationRole.USER, Conversation.GO_ON));
    }
    return bedrock.converse(requests.of(question, messages));
  }

  /**
   * The texts of an answer, of which any part may be missing: a model's trouble is no exception.
   */
  private static String textOf(ConverseResponse answer) {
    return Optional.ofNullable(answer.output()).map(ConverseOutput::message).stream()
        .flatMap(message -> message.content().stream())
        .filter(Objects::nonNull)
        .map(ContentBlock::text)
        .filter(Objects::nonNull)
        .collect(Collectors.joining());
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
