package ai.fileprocessing.faults;

import java.io.IOException;

/** The side that a body is passed on to takes no more of it. */
final class ReceiverGoneException extends IOException {
  private static final long serialVersionUID = 1L;

  ReceiverGoneException(IOException cause) {
    super(cause);
  }
}
