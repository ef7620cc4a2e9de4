package ai.fileprocessing.faults;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;

/** The body of a request or an answer as it stands on the wire, read piece by piece. */
abstract class HttpBody {
  static final int PIECE = 64 * 1024;

  final Wire wire;

  HttpBody(Wire wire) {
    this.wire = wire;
  }

  static HttpBody ofRequest(HttpHead head, Wire wire) {
    return framed(head, wire, 0);
  }

  /** The body of the answer to a request of this method. */
  static HttpBody ofAnswer(HttpHead head, String method, Wire wire) throws IOException {
    int status = head.status();
    return method.equals("HEAD") || status == 204 || status == 304
        ? new Sized(wire, 0)
        : framed(head, wire, Long.MAX_VALUE);
  }

  private static HttpBody framed(HttpHead head, Wire wire, long otherwise) {
    if (head.isChunked()) {
      return new ChunkedBody(wire);
    }
    String length = head.header("Content-Length");
    return new Sized(wire, length.isEmpty() ? otherwise : Long.parseLong(length));
  }

  /**
   * The next piece, framing included; -1 at the end.
   *
   * @param buffer of {@link #PIECE} bytes
   */
  abstract int read(byte[] buffer) throws IOException;

  /** Whether the piece that was just read is content rather than framing. */
  boolean isContent() {
    return true;
  }

  /** Whether only the end of the connection ends it. */
  boolean endsWithConnection() {
    return false;
  }

  /**
   * Passes on what was not read yet, as it comes, and flushes.
   *
   * @throws ReceiverGoneException when the other side takes no more
   */
  void copyTo(OutputStream out) throws IOException {
    byte[] piece = new byte[PIECE];
    int length = read(piece);
    while (length >= 0) {
      pass(piece, length, out);
      length = read(piece);
    }
    pass(piece, 0, out);
  }

  private void pass(byte[] piece, int length, OutputStream out) throws IOException {
    // What has come must not wait here for what has not.
    boolean flush = length == 0 || wire.isIdle();
    try {
      out.write(piece, 0, length);
      if (flush) {
        out.flush();
      }
    } catch (ResetException e) {
      throw e;
    } catch (IOException e) {
      throw new ReceiverGoneException(e);
    }
  }

  private static final class Sized extends HttpBody {
    private final boolean unknown;
    private long left;

    Sized(Wire wire, long length) {
      super(wire);
      this.unknown = length == Long.MAX_VALUE;
      this.left = length;
    }

    @Override
    int read(byte[] buffer) throws IOException {
      if (left == 0) {
        return -1;
      }
      int length = wire.read(buffer, left);
      if (length < 0 && !unknown) {
        throw new EOFException("The connection ended " + left + " bytes before the body did");
      }
      left -= unknown ? 0 : length;
      return length;
    }

    @Override
    boolean endsWithConnection() {
      return unknown;
    }
  }
}
