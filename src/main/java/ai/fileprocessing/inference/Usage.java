package ai.fileprocessing.inference;

/**
 * Tokens as Bedrock counted them, and what they cost by the configured prices.
 *
 * @param inputTokens read at the full price; those read from or written to a cache are not among
 *     them
 * @param cacheReadTokens read from the prompt cache
 * @param cacheWriteTokens written to the prompt cache
 * @param estimatedCost in millionths of a US dollar
 */
public record Usage(
    long inputTokens,
    long outputTokens,
    long cacheReadTokens,
    long cacheWriteTokens,
    long estimatedCost) {
  public static final Usage NONE = new Usage(0, 0, 0, 0, 0);

  /** Both together. */
  public Usage plus(Usage other) {
    return new Usage(
        inputTokens + other.inputTokens,
        outputTokens + other.outputTokens,
        cacheReadTokens + other.cacheReadTokens,
        cacheWriteTokens + other.cacheWriteTokens,
        estimatedCost + other.estimatedCost);
  }

  /** What is left of it without a part of it. */
  public Usage minus(Usage part) {
    return new Usage(
        inputTokens - part.inputTokens,
        outputTokens - part.outputTokens,
        cacheReadTokens - part.cacheReadTokens,
        cacheWriteTokens - part.cacheWriteTokens,
        estimatedCost - part.estimatedCost);
  }
}
