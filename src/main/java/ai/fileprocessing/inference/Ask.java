package ai.fileprocessing.inference;

/**
 * What is asked about each input of a job.
 *
 * @param model the id, resolved and allowed
 * @param parameters complete
 * @param prompt the user's instructions, with places to fill in; they travel apart from the inputs,
 *     so that a file cannot pose as them
 */
public record Ask(String model, Parameters parameters, String prompt) {}
