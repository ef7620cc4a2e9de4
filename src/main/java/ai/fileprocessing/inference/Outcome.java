package ai.fileprocessing.inference;

import java.util.List;

/** How a question ended. */
public sealed interface Outcome {
  /** {@code ANSWERED}, or what went wrong: stable, upper-case, documented. */
  String code();

  /** The model calls that were made for the question, in their order; none is left out. */
  List<ModelCall> calls();

  /** The same end, after these calls. */
  Outcome after(List<ModelCall> made);

  /**
   * The model finished its answer, in the form that was asked for.
   *
   * @param stopReason why it ended, in Bedrock's words: {@code end_turn}, {@code stop_sequence}, or
   *     {@code tool_use} where the answer was given to a tool
   * @param usage the tokens of all its calls
   * @param routes in which form each of the question's inputs reached the model, in their order
   */
  record Answered(
      String text, String stopReason, Usage usage, List<ModelCall> calls, List<Route> routes)
      implements Outcome {
    public Answered {
      calls = List.copyOf(calls);
      routes = List.copyOf(routes);
    }

    public Answered(String text, String stopReason, Usage usage, List<ModelCall> calls) {
      this(text, stopReason, usage, calls, List.of());
    }

    public Answered(String text, String stopReason, Usage usage) {
      this(text, stopReason, usage, List.of());
    }

    /** The same answer to inputs that took these routes. */
    Answered by(List<Route> taken) {
      return new Answered(text, stopReason, usage, calls, taken);
    }

    @Override
    public String code() {
      return ModelCall.ANSWERED;
    }

    @Override
    public Answered after(List<ModelCall> made) {
      return new Answered(text, stopReason, usage, made, routes);
    }
  }

  /**
   * It cannot be answered, now or later.
   *
   * @param message for the owner of the file: what is wrong and what to do
   * @param usage the tokens of all its calls
   */
  record Failed(String code, String message, Usage usage, List<ModelCall> calls)
      implements Outcome {
    public Failed {
      calls = List.copyOf(calls);
    }

    public Failed(String code, String message, Usage usage) {
      this(code, message, usage, List.of());
    }

    @Override
    public Failed after(List<ModelCall> made) {
      return new Failed(code, message, usage, made);
    }
  }

  /**
   * It may work later.
   *
   * @param attempted whether the model may have worked, and been paid, for it: only such a call is
   *     counted against the file
   * @param cause what has to get better before it is worth another try
   */
  record Passing(String code, String message, boolean attempted, Cause cause, List<ModelCall> calls)
      implements Outcome {
    /** What an end that passes says about the calls that come next. */
    public enum Cause {
      /** The model is well but takes fewer calls than it is sent. */
      THROTTLED,
      /** The model as a whole cannot be used: no connection, no credentials, out of service. */
      UNAVAILABLE,
      /** This call went wrong; it says nothing about others. */
      FAULT,
      /** The model gave up on it; it may be too much, so that few tries are worth their price. */
      SLOW,
      /** The process that asked could not go on; it says nothing about the model. */
      WORKER,
      /** The thread was interrupted; it says nothing about the model. */
      CANCELLED
    }

    public Passing {
      calls = List.copyOf(calls);
    }

    public Passing(String code, String message, boolean attempted, Cause cause) {
      this(code, message, attempted, cause, List.of());
    }

    @Override
    public Passing after(List<ModelCall> made) {
      return new Passing(code, message, attempted, cause, made);
    }
  }
}
