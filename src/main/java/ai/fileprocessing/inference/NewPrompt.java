package ai.fileprocessing.inference;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/**
 * The body of {@code POST /prompts} and {@code PUT /prompts/{prompt_id}}.
 *
 * @param group one of the caller's own Cognito groups; null to share with nobody
 */
public record NewPrompt(
    @NotBlank(message = "name is missing or blank.")
        @Size(max = 200, message = "name has at most 200 characters.")
        String name,
    @NotBlank(message = "prompt is missing or blank.")
        @Size(max = LONGEST_PROMPT, message = "prompt has at most 65536 characters.")
        String prompt,
    @Size(min = 1, max = 128, message = "group has from 1 to 128 characters.") String group) {

  /** A row must stay under DynamoDB's 400 KB, at three bytes a character. */
  static final int LONGEST_PROMPT = 65_536;
}
