package ai.fileprocessing.inference;

import java.util.List;
import java.util.Optional;

/** Asks models about files. */
public interface Inference {
  /**
   * The model that a request's {@code model} names, an alias resolved, the default where none is
   * named.
   *
   * @throws ai.fileprocessing.platform.Problem 422 for a model that is not on the list
   */
  String model(Optional<String> named);

  /**
   * The parameters that a call of a model will use: the request's, completed with the configured
   * defaults.
   *
   * @param model resolved
   * @throws ai.fileprocessing.platform.Problem 422 for parameters that the model does not take or
   *     the service does not allow
   */
  Parameters parameters(String model, Optional<Parameters> wanted);

  /**
   * Whether what calls of a model cost is known, and not nothing.
   *
   * @param model resolved
   */
  boolean costs(String model);

  /**
   * Refuses a prompt that is no template of prompts.
   *
   * @param together whether it is asked about all inputs at once
   * @param field of the request, which named it: {@code prompt} or {@code prompt_id}
   * @throws ai.fileprocessing.platform.Problem 422 for a variable that does not exist, is not
   *     closed, or has no value there
   */
  void prompt(String prompt, boolean together, String field);

  /**
   * The form that answers will have: the request's, plain text where it names none.
   *
   * @throws ai.fileprocessing.platform.Problem 422 for a schema that cannot be used
   */
  Output output(Optional<Output> wanted);

  /** Whether each of these inputs can be asked about alone, in their order. */
  List<Fit> fit(Ask ask, List<Fit.Facts> inputs);

  /** Whether these inputs can be asked about in one conversation, each in their order. */
  List<Fit> fitTogether(Ask ask, List<Fit.Facts> inputs);

  /**
   * What it is likely to take to ask about these inputs in one conversation. Nothing is read for
   * that.
   *
   * @param routes of the inputs, as they {@link Fit.Fits fit}
   */
  Estimate estimate(Ask ask, List<Fit.Facts> inputs, List<Route> routes);

  /**
   * About how many bytes of the heap it takes to ask about these inputs in one conversation, from
   * the first byte that is read until {@link #infer} tells how many it is by then.
   */
  long memory(List<Fit.Facts> inputs);

  /**
   * Asks one question. An input that is too much for one call is asked about in parts, whose
   * answers one more call merges; the outcome tells all calls and the tokens of all. Takes as long
   * as the model does; never throws for what a model or AWS does.
   *
   * <p>An interruption of the calling thread ends the call under way at once: its connection is
   * closed, and the outcome is {@link Outcome.Passing} with the cause {@code CANCELLED}. That
   * answers the interruption, so the thread's flag is cleared. A thread that is interrupted already
   * asks nothing. An interruption that comes too late, when the last answer is there or a failure
   * is certain, changes nothing: the outcome is that one and the flag stays set.
   *
   * @param question whose inputs have no bytes afterwards
   * @param memory told how much of the heap that takes, from {@link #memory} on
   * @param course may end it between the parts of an input, as an interruption would, and keeps
   *     their answers for a later try
   */
  Outcome infer(Question question, MemoryUse memory, Course course);
}
