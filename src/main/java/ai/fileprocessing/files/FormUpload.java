package ai.fileprocessing.files;

import ai.fileprocessing.platform.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The form that browsers send (RFC 7578), read as a stream: every part with a file name goes to
 * disk as it arrives, once. The server's own reader wrote each large part to a temporary file that
 * it never removed, and took a form that ended early for a whole one.
 */
final class FormUpload {
  private static final int BUFFER = 1 << 16;
  private static final int LONGEST_HEAD = 1 << 14;
  private static final int MOST_FILES = 1_000;

  private final InputStream in;
  private final byte[] delimiter;
  private final byte[] buffer = new byte[BUFFER];
  private int start;
  private int end;

  private FormUpload(InputStream in, String boundary) {
    this.in = in;
    delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    // The first delimiter needs no line before it; this gives it one.
    buffer[end++] = '\r';
    buffer[end++] = '\n';
  }

  /**
   * Reads the whole form.
   *
   * @throws Problem 400, 413 or 422; nothing stays on disk
   */
  static List<Upload> read(InputStream body, String boundary, Path folder, long limit)
      throws IOException {
    if (boundary == null || boundary.isEmpty() || boundary.length() > 70) {
      throw broken();
    }
    List<Upload> uploads = new ArrayList<>();
    try {
      FormUpload form = new FormUpload(body, boundary);
      form.copyTo(OutputStream.nullOutputStream());
      while (form.hasPart()) {
        form.part(uploads, folder, limit);
      }
      return uploads;
    } catch (IOException | RuntimeException e) {
      uploads.forEach(Upload::close);
      throw e;
    }
  }

  private void part(List<Upload> uploads, Path folder, long limit) throws IOException {
    Map<String, String> headers = headers();
    String disposition = headers.get("content-disposition");
    if (disposition == null) {
      throw broken();
    }
    Optional<String> name = UploadNames.ofPart(disposition);
    if (name.isEmpty()) {
      copyTo(OutputStream.nullOutputStream());
      return;
    }
    if (uploads.size() == MOST_FILES) {
      throw Problem.of(
          422, "TOO_MANY_FILES", "A form takes at most " + MOST_FILES + " files. Split it.");
    }
    String type = UploadNames.type(headers.get("content-type"));
    uploads.add(new Upload(name.get(), type, Spool.of(this::copyTo, folder, limit)));
  }

  /** Behind a delimiter: two hyphens end the form, a line end begins a part. */
  private boolean hasPart() throws IOException {
    int first = next();
    int second = next();
    if (first == '-' && second == '-') {
      in.transferTo(OutputStream.nullOutputStream());
      return false;
    }
    while (first == ' ' || first == '\t') {
      first = second;
      second = next();
    }
    if (first != '\r' || second != '\n') {
      throw broken();
    }
    return true;
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new TreeMap<>();
    int left = LONGEST_HEAD;
    while (true) {
      StringBuilder line = new StringBuilder();
      for (int c = next(); c != '\n'; c = next()) {
        line.append((char) c);
        if (--left < 0) {
          throw broken();
        }
      }
      String text = line.toString().strip();
      if (text.isEmpty()) {
        return headers;
      }
      int colon = text.indexOf(':');
      if (colon < 1) {
        throw broken();
      }
      headers.put(
          text.substring(0, colon).strip().toLowerCase(Locale.ROOT),
          text.substring(colon + 1).strip());
    }
  }

  /** Copies up to the next delimiter and stands behind it. */
  private void copyTo(OutputStream out) throws IOException {
    while (true) {
      int found = find();
      if (found >= 0) {
        out.write(buffer, start, found - start);
        start = found + delimiter.length;
        return;
      }
      // What is left may be the beginning of a delimiter.
      int sure = Math.max(0, end - start - delimiter.length + 1);
      out.write(buffer, start, sure);
      start += sure;
      fill();
    }
  }

  private int find() {
    for (int at = start; at <= end - delimiter.length; at++) {
      if (buffer[at] == '\r' && startsAt(at)) {
        return at;
      }
    }
    return -1;
  }

  private boolean startsAt(int at) {
    for (int i = 1; i < delimiter.length; i++) {
      if (buffer[at + i] != delimiter[i]) {
        return false;
      }
    }
    return true;
  }

  private int next() throws IOException {
    if (start == end) {
      fill();
    }
    return buffer[start++] & 0xff;
  }

  private void fill() throws IOException {
    System.arraycopy(buffer, start, buffer, 0, end - start);
    end -= start;
    start = 0;
    int read = in.read(buffer, end, buffer.length - end);
    if (read < 0) {
      throw broken();
    }
    end += read;
  }

  private static Problem broken() {
    return Problem.of(
        400,
        "FORM_INVALID",
        "The form cannot be read. Content-Type needs the boundary, each part a Content-Disposition, and the end its closing boundary.");
  }
}
