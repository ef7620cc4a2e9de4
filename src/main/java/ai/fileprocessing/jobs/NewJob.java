package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Output;
import ai.fileprocessing.inference.Parameters;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;

/** The body of {@code POST /jobs}. */
public record NewJob(
    @Size(max = MOST_FILES, message = "files has at most 10000 entries.")
        List<@NotBlank(message = "A file_id is not blank.") String> files,
    @Size(max = MOST_FILES, message = "texts has at most 10000 entries.")
        List<@NotNull(message = "A text is not null.") @Valid NewText> texts,
    @Size(max = LONGEST_PROMPT, message = "prompt has at most 65536 characters.") String prompt,
    String promptId,
    @Size(max = 2048, message = "model has at most 2048 characters.") String model,
    @Pattern(
            regexp = "each|together",
            message = "mode is 'each', one result per file, or 'together', one result of all.")
        String mode,
    @Valid Parameters inference,
    @Valid Output output,
    @Size(max = 16, message = "metadata has at most 16 entries.")
        Map<
                @NotBlank(message = "A metadata name is not blank.")
                @Size(max = 64, message = "A metadata name has at most 64 characters.") String,
                @NotNull(message = "A metadata value is not null.")
                @Size(max = 512, message = "A metadata value has at most 512 characters.") String>
            metadata,
    @Positive(message = "max_cost is at least 1, in millionths of a US dollar.") Long maxCost) {

  static final int MOST_FILES = 10_000;

  /** A job's row must stay under DynamoDB's 400 KB, at three bytes a character. */
  static final int LONGEST_PROMPT = 65_536;

  // These are named so that what they find is said of the field.

  @AssertTrue(message = "files needs at least one file_id, or texts one text.")
  boolean isFiles() {
    return !fileIds().isEmpty() || !newTexts().isEmpty();
  }

  @AssertTrue(
      message = "prompt is missing or blank. Send one, or the id of a saved one as prompt_id.")
  boolean isPrompt() {
    return prompt == null ? promptId != null : !prompt.isBlank();
  }

  @AssertTrue(message = "prompt_id stands for a prompt. Send one of the two.")
  boolean isPromptId() {
    return promptId == null || prompt == null;
  }

  List<String> fileIds() {
    return files == null ? List.of() : files;
  }

  List<NewText> newTexts() {
    return texts == null ? List.of() : texts;
  }
}
