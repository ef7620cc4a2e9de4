package ai.fileprocessing.inference;

/**
 * Something that a question is about.
 *
 * @param position its place among all inputs of the job, from 0
 * @param name as its owner calls it; it never reaches a model where it could be taken for more than
 *     a name
 * @param contentType its media type, detected from its bytes
 */
public record Input(int position, String name, String contentType, byte[] content) {}
