package ai.fileprocessing.faults;

import java.io.IOException;
import java.io.OutputStream;

/** The server has answered, and the client never knows. */
record DropAnswer() implements Action {
  @Override
  public void answer(HttpHead head, HttpBody body, OutputStream client) throws IOException {
    body.copyTo(OutputStream.nullOutputStream());
    throw new ResetException();
  }
}
