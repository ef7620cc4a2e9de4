package ai.fileprocessing.inference;

import ai.fileprocessing.platform.Meter;
import ai.fileprocessing.platform.Meters;
import jakarta.annotation.Priority;
import jakarta.decorator.Decorator;
import jakarta.decorator.Delegate;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;

/** Measures the calls that questions take. */
@Decorator
@Priority(Interceptor.Priority.APPLICATION)
abstract class MeasureCalls implements Inference {
  private static final Meter CALLS =
      Meter.of(
          "model_calls",
          "Calls of a model and how long they took, by what came of them.",
          "model",
          "outcome");

  private static final Meter TOKENS =
      Meter.of("model_tokens", "Tokens as Bedrock counts them.", "model", "kind");

  private static final Meter COST =
      Meter.of(
          "model_cost_microdollars",
          "What calls cost by the configured prices, in millionths of a US dollar.",
          "model");

  private final Inference inference;
  private final Meters meters;

  @Inject
  MeasureCalls(@Delegate Inference inference, Meters meters) {
    this.inference = inference;
    this.meters = meters;
  }

  @Override
  public Outcome infer(Question question, MemoryUse memory, Course course) {
    Outcome outcome = inference.infer(question, memory, course);
    outcome.calls().forEach(call -> measure(question.ask().model(), call));
    return outcome;
  }

  private void measure(String model, ModelCall call) {
    meters.time(CALLS, call.latency(), model, call.outcome());
    Usage usage = call.usage();
    meters.count(TOKENS, usage.inputTokens(), model, "input");
    meters.count(TOKENS, usage.outputTokens(), model, "output");
    meters.count(TOKENS, usage.cacheReadTokens(), model, "cache_read");
    meters.count(TOKENS, usage.cacheWriteTokens(), model, "cache_write");
    meters.count(COST, usage.estimatedCost(), model);
  }
}
