package ai.fileprocessing.jobs;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.nio.charset.StandardCharsets;

/** A text that comes with a request for a job, instead of in a file. */
public record NewText(
    @NotBlank(message = "name is missing or blank.")
        @Size(max = 1024, message = "name has at most 1024 characters.")
        @Pattern(regexp = "[^\\x00]*", message = "name holds a NUL, which is no text.")
        String name,
    @NotBlank(message = "content is missing or blank.")
        @Pattern(regexp = "[^\\x00]*", message = "content holds a NUL, which is no text.")
        String content) {

  private static final int LARGEST = 65_536;

  /** Named so that what it finds is said of the field. */
  @AssertTrue(
      message =
          "content has at most 65536 bytes in UTF-8, and the whole body at most 1048576. Upload it as a file.")
  boolean isContent() {
    return content == null || bytes().length <= LARGEST;
  }

  byte[] bytes() {
    return content.getBytes(StandardCharsets.UTF_8);
  }
}
