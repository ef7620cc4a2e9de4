package ai.fileprocessing.inference;

/** Whether an input can be put to a model, as far as that is known before its bytes are read. */
public sealed interface Fit {
  /**
   * It can.
   *
   * @param route in which form it will reach the model by all that is known; what is in it may
   *     still ask for another
   */
  record Fits(Route route) implements Fit {}

  /**
   * It cannot.
   *
   * @param why for its owner: the limit and the remedy
   */
  record Misfit(String why) implements Fit {}

  /**
   * What is known of an input.
   *
   * @param contentType its media type, detected from its bytes
   * @param size in bytes
   */
  record Facts(String name, String contentType, long size) {}
}
