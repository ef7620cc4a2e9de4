package ai.fileprocessing.faults;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A body in chunks, whose framing is passed on with it. */
final class ChunkedBody extends HttpBody {
  private enum Next {
    SIZE,
    CONTENT,
    END_OF_CHUNK,
    TRAILER,
    NOTHING
  }

  private Next next = Next.SIZE;
  private long left;
  private boolean content;

  ChunkedBody(Wire wire) {
    super(wire);
  }

  @Override
  int read(byte[] buffer) throws IOException {
    content = next == Next.CONTENT;
    return switch (next) {
      case SIZE -> size(buffer);
      case CONTENT -> content(buffer);
      case END_OF_CHUNK -> {
        next = Next.SIZE;
        yield line(buffer);
      }
      case TRAILER -> trailer(buffer);
      case NOTHING -> -1;
    };
  }

  @Override
  boolean isContent() {
    return content;
  }

  private int size(byte[] buffer) throws IOException {
    int length = line(buffer);
    String size = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
    left = Long.parseLong(size.split(";")[0].strip(), 16);
    next = left == 0 ? Next.TRAILER : Next.CONTENT;
    return length;
  }

  private int content(byte[] buffer) throws IOException {
    int length = wire.read(buffer, left);
    if (length < 0) {
      throw new EOFException("The connection ended within a chunk");
    }
    left -= length;
    next = left == 0 ? Next.END_OF_CHUNK : Next.CONTENT;
    return length;
  }

  private int trailer(byte[] buffer) throws IOException {
    int length = line(buffer);
    // Only the empty line is as short as this.
    next = length <= 2 ? Next.NOTHING : Next.TRAILER;
    return length;
  }

  private int line(byte[] buffer) throws IOException {
    byte[] line = wire.line(buffer.length);
    if (line.length == 0) {
      throw new EOFException("The connection ended between chunks");
    }
    System.arraycopy(line, 0, buffer, 0, line.length);
    return line.length;
  }
}
