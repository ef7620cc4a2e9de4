package ai.fileprocessing.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Does something between the last byte from the server and the first to the client. */
record AfterAnswer(Before.Step step) implements Action {
  @Override
  public void answer(HttpHead head, HttpBody body, OutputStream client) throws IOException {
    ByteArrayOutputStream held = new ByteArrayOutputStream();
    held.writeBytes(head.bytes());
    body.copyTo(held);
    step.run();
    held.writeTo(client);
    client.flush();
  }
}
