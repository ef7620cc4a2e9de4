package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Ask;
import ai.fileprocessing.inference.Course;
import ai.fileprocessing.inference.Estimate;
import ai.fileprocessing.inference.Fit;
import ai.fileprocessing.inference.Inference;
import ai.fileprocessing.inference.MemoryUse;
import ai.fileprocessing.inference.Outcome;
import ai.fileprocessing.inference.Output;
import ai.fileprocessing.inference.Parameters;
import ai.fileprocessing.inference.Question;
import ai.fileprocessing.inference.Route;
import ai.fileprocessing.platform.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** A model that answers as a test says, and remembers what it was asked. */
final class FakeInference implements Inference {
  static final long LARGEST = 20;

  final List<Question> questions = new ArrayList<>();

  /** What asking about any file takes; as much as it has where that is 0. */
  long memory;

  /** What it takes once it is asked, one after the other. */
  List<Long> uses = List.of();

  /** Of which inputs it was asked what they take. */
  final List<List<Fit.Facts>> counted = new ArrayList<>();

  private final BiFunction<Question, Course, Outcome> answer;

  FakeInference(Outcome outcome) {
    this(question -> outcome);
  }

  FakeInference(Function<Question, Outcome> answer) {
    this((question, course) -> answer.apply(question));
  }

  FakeInference(BiFunction<Question, Course, Outcome> answer) {
    this.answer = answer;
  }

  @Override
  public String model(Optional<String> named) {
    return named.orElse("default-model");
  }

  @Override
  public Parameters parameters(String model, Optional<Parameters> wanted) {
    return wanted.orElse(new Parameters(100, 0.4, null, null));
  }

  @Override
  public boolean costs(String model) {
    return !model.equals("for-nothing");
  }

  @Override
  public void prompt(String prompt, boolean together, String field) {
    if (prompt.contains("{{")) {
      throw Problem.field(422, "PROMPT_INVALID", "/prompt", "No braces.");
    }
  }

  @Override
  public Output output(Optional<Output> wanted) {
    return wanted.orElse(Output.TEXT);
  }

  @Override
  public List<Fit> fit(Ask ask, List<Fit.Facts> inputs) {
    return inputs.stream()
        .map(
            it ->
                it.size() == 0 || it.size() > LARGEST
                    ? new Fit.Misfit("Split it.")
                    : new Fit.Fits(Route.TEXT))
        .map(Fit.class::cast)
        .toList();
  }

  @Override
  public List<Fit> fitTogether(Ask ask, List<Fit.Facts> inputs) {
    return fit(ask, inputs);
  }

  @Override
  public long memory(List<Fit.Facts> inputs) {
    counted.add(inputs);
    return memory == 0 ? inputs.stream().mapToLong(Fit.Facts::size).sum() : memory;
  }

  @Override
  public Estimate estimate(Ask ask, List<Fit.Facts> inputs, List<Route> routes) {
    long size = inputs.stream().mapToLong(Fit.Facts::size).sum();
    Estimate.Range range = new Estimate.Range(inputs.size(), size);
    return new Estimate(range, range, range, range);
  }

  @Override
  public Outcome infer(Question question, MemoryUse use, Course course) {
    questions.add(question);
    try {
      for (long bytes : uses) {
        use.now(bytes);
      }
    } catch (InterruptedException e) {
      return new Outcome.Passing("CANCELLED", "Stopped.", false, Outcome.Passing.Cause.CANCELLED);
    }
    return answer.apply(question, course);
  }
}
