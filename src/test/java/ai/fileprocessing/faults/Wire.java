package ai.fileprocessing.faults;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The bytes that come in on a connection, in lines or in pieces. */
final class Wire {
  private final BufferedInputStream in;

  Wire(InputStream in) {
    this.in = new BufferedInputStream(in, 64 * 1024);
  }

  /**
   * The next line with its end, or no bytes where the connection ends.
   *
   * @throws IOException when it is longer than {@code most} bytes or cut
   */
  byte[] line(int most) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int octet = in.read();
    while (octet >= 0) {
      line.write(octet);
      if (octet == '\n') {
        return line.toByteArray();
      }
      if (line.size() == most) {
        throw new IOException("A line of more than " + most + " bytes");
      }
      octet = in.read();
    }
    if (line.size() > 0) {
      throw new EOFException("The connection ended within a line");
    }
    return new byte[0];
  }

  /** Some bytes, at most so many; -1 where the connection ends. */
  int read(byte[] buffer, long most) throws IOException {
    return in.read(buffer, 0, (int) Math.min(buffer.length, most));
  }

  /** Whether the next read would wait. */
  boolean isIdle() throws IOException {
    return in.available() == 0;
  }
}
