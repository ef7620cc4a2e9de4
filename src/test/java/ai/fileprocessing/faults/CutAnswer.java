package ai.fileprocessing.faults;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** The client has the head of the answer and so many bytes of the body. */
record CutAnswer(long bodyBytes) implements Action {
  @Override
  public void answer(HttpHead head, HttpBody body, OutputStream client) throws IOException {
    client.write(head.bytes());
    client.flush();
    body.copyTo(new Limited(client, bodyBytes));
    throw new ResetException();
  }

  private static final class Limited extends FilterOutputStream {
    private long left;

    Limited(OutputStream out, long most) {
      super(out);
      this.left = most;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int passed = (int) Math.min(left, length);
      out.write(bytes, offset, passed);
      left -= passed;
      if (left == 0) {
        out.flush();
        throw new ResetException();
      }
    }
  }
}
