package ai.fileprocessing.faults;

import java.io.IOException;

/** The client's connection is to be reset here, as a rule says. */
final class ResetException extends IOException {
  private static final long serialVersionUID = 1L;

  ResetException() {
    super("Reset by a rule");
  }
}
