package ai.fileprocessing.inference;

import ai.fileprocessing.inference.Outcome.Failed;
import ai.fileprocessing.inference.Outcome.Passing;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/**
 * Asks through Bedrock's Converse: the prompt as the system's instructions, the files as the user's
 * message, so that nothing in a file stands where instructions stand.
 */
@ApplicationScoped
class Converse implements Inference {
  private static final System.Logger LOG = System.getLogger(Converse.class.getName());

  private final BedrockRuntimeClient bedrock;
  private final Requests requests;
  private final ModelList models;
  private final InferenceSettings settings;
  private final ChooseRoutes routes;
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
    routes = new ChooseRoutes(settings, models);
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
  public boolean costs(String model) {
    return models.costs(model);
  }

  @Override
  public void prompt(String prompt, boolean together, String field) {
    PromptTemplate template = PromptTemplate.parse(prompt, field);
    if (together) {
      template.refuseVariablesOfOneFile(field);
    }
  }

  @Override
  public Output output(Optional<Output> wanted) {
    return OutputRules.complete(wanted);
  }

  @Override
  public List<Fit> fit(Ask ask, List<Fit.Facts> inputs) {
    return inputs.stream().map(input -> routes.alone(ask, input)).toList();
  }

  @Override
  public List<Fit> fitTogether(Ask ask, List<Fit.Facts> inputs) {
    return routes.together(ask, inputs);
  }

  @Override
  public Estimate estimate(Ask ask, List<Fit.Facts> inputs, List<Route> routes) {
    return new EstimateQuestion(settings.reading(), models, ask).of(inputs, routes);
  }

  @Override
  public long memory(List<Fit.Facts> inputs) {
    return Footprint.of(inputs);
  }

  @Override
  public Outcome infer(Question question, MemoryUse memory, Course course) {
    HoldConversation conversation =
        new HoldConversation(
            bedrock, requests, models, settings.continuations(), clock, question, course);
    Outcome outcome = accountable(question, conversation, memory, course);
    if (outcome instanceof Passing passing && passing.cause() == Passing.Cause.CANCELLED) {
      Thread.interrupted();
    }
    return outcome.after(conversation.calls());
  }

  /** Whatever breaks off after a call, the call was made and is paid. */
  private Outcome accountable(
      Question question, HoldConversation conversation, MemoryUse memory, Course course) {
    try {
      return answer(question, conversation, memory, course);
    } catch (RuntimeException e) {
      if (conversation.calls().isEmpty()) {
        throw e;
      }
      LOG.log(
          Level.WARNING,
          question.labels()
              + " asking broke off after a call; it is tried again, and the call counts",
          e);
      return new Passing(
          "WORKER_FAILED",
          "The service could not go on with the file.",
          true,
          Passing.Cause.WORKER);
    }
  }

  private Outcome answer(
      Question question, HoldConversation conversation, MemoryUse memory, Course course) {
    if (question.inputs().stream().anyMatch(it -> it.size() == 0)) {
      return new Failed("FILE_EMPTY", "The file holds no text.", Usage.NONE);
    }
    List<Route> chosen = new ArrayList<>();
    for (Fit fit :
        routes.together(question.ask(), question.inputs().stream().map(Input::facts).toList())) {
      if (fit instanceof Fit.Misfit misfit) {
        // It did fit when the job was submitted; the configuration has changed since.
        return new Failed("FILE_UNFIT", misfit.why(), Usage.NONE);
      }
      chosen.add(((Fit.Fits) fit).route());
    }
    Limits limits = Limits.of(models.traits(question.ask().model()));
    return new AnswerQuestion(settings.reading(), limits, question, conversation, memory, course)
        .by(chosen);
  }
}
