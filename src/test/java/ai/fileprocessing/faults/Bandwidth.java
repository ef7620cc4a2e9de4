package ai.fileprocessing.faults;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** The call and its answer pass at this rate each, until the hold is released. */
record Bandwidth(long bytesPerSecond, Hold hold) implements Action {
  @Override
  public void send(Request request, OutputStream server) throws IOException {
    request.sendTo(new Throttled(server, this));
  }

  @Override
  public void answer(HttpHead head, HttpBody body, OutputStream client) throws IOException {
    Action.super.answer(head, body, new Throttled(client, this));
  }

  private static final class Throttled extends FilterOutputStream {
    private static final int SLICES_PER_SECOND = 20;

    private final long start = System.nanoTime();
    private final Bandwidth bandwidth;
    private long sent;

    Throttled(OutputStream out, Bandwidth bandwidth) {
      super(out);
      this.bandwidth = bandwidth;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int slice = (int) Math.max(1, Math.min(length, bandwidth.bytesPerSecond / SLICES_PER_SECOND));
      for (int done = 0; done < length; done += slice) {
        int next = Math.min(slice, length - done);
        out.write(bytes, offset + done, next);
        out.flush();
        sent += next;
        double due = sent * 1e9 / bandwidth.bytesPerSecond;
        bandwidth.hold.forAtMost(Duration.ofNanos(start + (long) due - System.nanoTime()));
      }
    }
  }
}
