package ai.fileprocessing.inference;

/**
 * What asking is likely to take, by types and sizes alone.
 *
 * @param modelCalls calls of the model
 * @param inputTokens of all calls, cached ones too
 * @param outputTokens of all calls
 * @param estimatedCost in millionths of a US dollar; zero where the model has no price
 */
public record Estimate(
    Range modelCalls, Range inputTokens, Range outputTokens, Range estimatedCost) {
  public static final Estimate NONE = new Estimate(Range.NONE, Range.NONE, Range.NONE, Range.NONE);

  /** From the least to the most that is likely. */
  public record Range(long least, long most) {
    public static final Range NONE = new Range(0, 0);

    /** Both together. */
    public Range plus(Range other) {
      return new Range(least + other.least, most + other.most);
    }
  }

  /** Both together. */
  public Estimate plus(Estimate other) {
    return new Estimate(
        modelCalls.plus(other.modelCalls),
        inputTokens.plus(other.inputTokens),
        outputTokens.plus(other.outputTokens),
        estimatedCost.plus(other.estimatedCost));
  }
}
