package ai.fileprocessing.e2e;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Requests as bytes, for those that no decent client would send. */
final class RawHttp {
  private static final int TIMEOUT_MILLIS = 60_000;

  private final List<String> lines = new ArrayList<>();
  private byte[] body = {};

  private RawHttp(String requestLine) {
    lines.add(requestLine);
  }

  /** A request with this very line, without its version. */
  static RawHttp request(String methodAndTarget) {
    return new RawHttp(methodAndTarget + " HTTP/1.1").header("Connection", "close");
  }

  /** A header; characters beyond Latin-1 travel as UTF-8, as browsers and curl send them. */
  RawHttp header(String name, String value) {
    lines.add(
        name
            + ": "
            + new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    return this;
  }

  RawHttp token(String token) {
    return header("Authorization", "Bearer " + token);
  }

  /** A body with its length. */
  RawHttp body(byte[] bytes) {
    body = bytes;
    return header("Content-Length", Integer.toString(bytes.length));
  }

  RawHttp body(String text) {
    return body(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Bytes after the head, as they are. */
  RawHttp unframed(byte[] bytes) {
    body = bytes;
    return this;
  }

  RawHttp chunked(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + 64);
    byte[] size = (Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    if (bytes.length > 0) {
      out.writeBytes(size);
      out.writeBytes(bytes);
      out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    out.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    body = out.toByteArray();
    return header("Transfer-Encoding", "chunked");
  }

  Answer send(URI server) throws IOException {
    try (Socket socket = open(server)) {
      return Answer.read(new BufferedInputStream(socket.getInputStream()));
    }
  }

  /** Sends what there is and leaves the connection to the caller. */
  Socket open(URI server) throws IOException {
    Socket socket = new Socket(InetAddress.getByName(server.getHost()), server.getPort());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    String head = String.join("\r\n", lines) + "\r\nHost: " + server.getAuthority() + "\r\n\r\n";
    try {
      OutputStream out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.ISO_8859_1));
      out.write(body);
      out.flush();
    } catch (IOException e) {
      // The server may answer and close before it has read everything.
    }
    return socket;
  }

  record Answer(int status, Map<String, String> headers, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /** Reads as far as the answer says: some servers keep the connection for what may follow. */
    private static Answer read(InputStream in) throws IOException {
      String[] head = head(in).split("\r\n");
      Map<String, String> headers = new TreeMap<>();
      for (int i = 1; i < head.length; i++) {
        int colon = head[i].indexOf(':');
        headers.merge(
            head[i].substring(0, colon).toLowerCase(Locale.ROOT),
            head[i].substring(colon + 1).strip(),
            (one, other) -> one + ", " + other);
      }
      byte[] body;
      if (headers.containsKey("content-length")) {
        body = in.readNBytes(Integer.parseInt(headers.get("content-length")));
      } else if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
        body = unchunked(in);
      } else {
        body = in.readAllBytes();
      }
      return new Answer(Integer.parseInt(head[0].split(" ")[1]), headers, body);
    }

    private static String head(InputStream in) throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
        int octet = in.read();
        if (octet < 0) {
          throw new IOException("No answer, but: " + head);
        }
        head.append((char) octet);
      }
      return head.toString();
    }

    private static byte[] unchunked(InputStream in) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      while (true) {
        StringBuilder size = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
          if (c < 0) {
            throw new IOException("The answer is cut");
          }
          size.append((char) c);
        }
        int length = Integer.parseInt(size.toString().strip(), 16);
        if (length == 0) {
          return out.toByteArray();
        }
        out.write(in.readNBytes(length));
        in.readNBytes(2);
      }
    }
  }
}
