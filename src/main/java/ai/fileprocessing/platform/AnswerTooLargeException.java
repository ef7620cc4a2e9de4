package ai.fileprocessing.platform;

import java.io.IOException;

/** An answer from AWS that is larger than any should be; the rest of it was not read. */
public final class AnswerTooLargeException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * @param most bytes that it may have
   */
  public AnswerTooLargeException(long most) {
    super("The answer has more than " + most + " bytes");
  }
}
