package ai.fileprocessing.faults;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The head of a request or an answer.
 *
 * @param bytes as they came, with the empty line at the end
 * @param startLine the request or status line
 * @param headers by name in any case; several of one name are joined by commas
 */
record HttpHead(byte[] bytes, String startLine, Map<String, String> headers) {
  private static final int MOST_BYTES = 256 * 1024;

  /** The next head, or nothing where the connection ends. */
  static Optional<HttpHead> read(Wire wire) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    byte[] first = wire.line(MOST_BYTES);
    if (first.length == 0) {
      return Optional.empty();
    }
    bytes.writeBytes(first);
    String line;
    do {
      byte[] next = wire.line(MOST_BYTES - bytes.size());
      if (next.length == 0) {
        throw new EOFException("The connection ended within a head");
      }
      bytes.writeBytes(next);
      line = text(next);
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.merge(
            line.substring(0, colon),
            line.substring(colon + 1).strip(),
            (one, other) -> one + ", " + other);
      }
    } while (!line.isEmpty());
    return Optional.of(new HttpHead(bytes.toByteArray(), text(first), headers));
  }

  /** The header, or an empty text. */
  String header(String name) {
    return headers.getOrDefault(name, "");
  }

  String method() {
    return word(0);
  }

  String target() {
    return word(1);
  }

  /** The status of an answer. */
  int status() throws IOException {
    try {
      return Integer.parseInt(word(1));
    } catch (NumberFormatException e) {
      throw new IOException("Not a status line: " + startLine, e);
    }
  }

  boolean isChunked() {
    return header("Transfer-Encoding").equalsIgnoreCase("chunked");
  }

  boolean expectsContinue() {
    return header("Expect").equalsIgnoreCase("100-continue");
  }

  boolean closesConnection() {
    return header("Connection").equalsIgnoreCase("close");
  }

  private String word(int index) {
    String[] words = startLine.split(" ");
    return index < words.length ? words[index] : "";
  }

  private static String text(byte[] line) {
    return new String(line, StandardCharsets.ISO_8859_1).stripTrailing();
  }
}
