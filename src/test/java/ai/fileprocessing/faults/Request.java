package ai.fileprocessing.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A request, of which only the start is held: the rest is still on the wire. */
final class Request {
  /** Bytes of a body that rules can look at. */
  static final int TEXT_BYTES = 64 * 1024;

  private final HttpHead head;
  private final HttpBody body;
  private final ByteArrayOutputStream start = new ByteArrayOutputStream();
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();

  private Request(HttpHead head, HttpBody body) {
    this.head = head;
    this.body = body;
  }

  /**
   * Reads as much of the body as rules look at, unless the client waits to be asked for it. Nothing
   * is forwarded before: of a body that is cut within its first 64 KB the server never hears.
   */
  static Request read(HttpHead head, Wire wire) throws IOException {
    Request request = new Request(head, HttpBody.ofRequest(head, wire));
    if (!head.expectsContinue()) {
      request.readStart();
    }
    return request;
  }

  Exchange exchange() {
    return new Exchange(
        head.method(),
        head.target(),
        head.headers(),
        Operation.of(head),
        new String(
            content.toByteArray(),
            0,
            Math.min(content.size(), TEXT_BYTES),
            StandardCharsets.UTF_8));
  }

  HttpHead head() {
    return head;
  }

  /**
   * @throws ReceiverGoneException when the other side takes no more
   */
  void sendTo(OutputStream out) throws IOException {
    try {
      out.write(head.bytes());
      start.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new ReceiverGoneException(e);
    }
    body.copyTo(out);
  }

  /** Reads the rest and forgets it. */
  void discard() throws IOException {
    body.copyTo(OutputStream.nullOutputStream());
  }

  private void readStart() throws IOException {
    byte[] piece = new byte[HttpBody.PIECE];
    while (content.size() < TEXT_BYTES) {
      int length = body.read(piece);
      if (length < 0) {
        return;
      }
      start.write(piece, 0, length);
      if (body.isContent()) {
        content.write(piece, 0, length);
      }
    }
  }
}
