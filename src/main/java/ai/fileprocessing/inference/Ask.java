package ai.fileprocessing.inference;

/**
 * What is asked about each input of a job.
 *
 * @param model the id, resolved and allowed
 * @param parameters complete
 * @param prompt the user's instructions, with places to fill in; they travel apart from the inputs,
 *     so that a file cannot pose as them
 * @param output what form the answer is to have, checked by {@link Inference#output}
 */
public record Ask(String model, Parameters parameters, String prompt, Output output) {

  /** Asks for plain text. */
  public Ask(String model, Parameters parameters, String prompt) {
    this(model, parameters, prompt, Output.TEXT);
  }
}
