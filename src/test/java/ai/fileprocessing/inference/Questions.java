package ai.fileprocessing.inference;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Questions about one text, and asking where nobody counts memory or tries again. */
final class Questions {
  static final MemoryUse UNCOUNTED = bytes -> {};

  static final Course UNWATCHED =
      new Course() {
        @Override
        public boolean goesOn() {
          return true;
        }

        @Override
        public Optional<String> earlier(String part) {
          return Optional.empty();
        }

        @Override
        public void keep(String part, String answer, Usage usage) {}
      };

  private Questions() {}

  static Question about(String model, Parameters parameters, String prompt, String text) {
    return about(model, parameters, prompt, text.getBytes(StandardCharsets.UTF_8));
  }

  /** One of several files of a job. */
  static Question about(String model, String prompt, Input input, int count) {
    return new Question(
        new Ask(model, new Parameters(9_000, null, null, null), prompt),
        List.of(input),
        count,
        Map.of("job_id", "j", "file_id", "f"));
  }

  static Question about(String model, Parameters parameters, String prompt, byte[] content) {
    return new Question(
        new Ask(model, parameters, prompt),
        List.of(new Input(0, "notes.txt", "text/plain", content)),
        1,
        Map.of("job_id", "j", "file_id", "f"));
  }
}
