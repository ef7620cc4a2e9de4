package ai.fileprocessing.inference;

import java.util.List;
import java.util.Map;

/**
 * One ask about one input, or about all of a job together.
 *
 * @param inputs in their order; at least one
 * @param count how many inputs the job has
 * @param labels what Bedrock's invocation logs will carry with the call; at most 16 pairs of 256
 *     characters
 */
public record Question(Ask ask, List<Input> inputs, int count, Map<String, String> labels) {

  /** Whether its job asks the same of other inputs, one by one. */
  boolean isOneOfMany() {
    return inputs.size() < count;
  }

  /** The same, whatever form the answer is to have in the end, for an answer in plain text. */
  Question plain() {
    Ask plain = new Ask(ask.model(), ask.parameters(), ask.prompt());
    return new Question(plain, inputs, count, labels);
  }
}
