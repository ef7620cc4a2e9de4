package ai.fileprocessing.files;

import ai.fileprocessing.platform.Problem;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.fileupload.FileItemIterator;
import org.apache.commons.fileupload.FileItemStream;
import org.apache.commons.fileupload.FileUpload;
import org.apache.commons.fileupload.FileUploadException;
import org.apache.commons.fileupload.ParameterParser;
import org.apache.commons.fileupload.RequestContext;

/**
 * The form that browsers send (RFC 7578), read part by part: every part with a file name goes to
 * disk as it arrives, once. Jakarta REST's own reader takes any number of parts into memory, leaves
 * large ones in a temporary folder, and takes a form that was cut for a whole one.
 */
final class FormUpload {
  /** Each file costs calls to the stores while the client waits. */
  private static final int MOST_PARTS = 100;

  /** Room for a file name of the longest kind, percent-encoded. */
  private static final int LONGEST_HEAD = 1 << 14;

  private FormUpload() {}

  /**
   * Reads the whole form.
   *
   * @throws Problem 400, 413 or 422; nothing stays on disk
   */
  static List<Upload> read(InputStream body, String contentType, Path folder, long limit)
      throws IOException {
    List<Upload> uploads = new ArrayList<>();
    try {
      Tail whole = new Tail(body);
      FileItemIterator parts = form().getItemIterator(new Body(whole, contentType));
      for (int count = 1; parts.hasNext(); count++) {
        FileItemStream part = parts.next();
        if (count > MOST_PARTS) {
          throw Problem.of(
              422,
              "TOO_MANY_FILES",
              "A form carries at most "
                  + MOST_PARTS
                  + " parts. Send the files in several requests.");
        }
        if (!part.isFormField()) {
          uploads.add(upload(part, folder, limit));
        }
      }
      whole.requireEnd(contentType);
      return uploads;
    } catch (FileUploadException | IOException e) {
      uploads.forEach(Upload::close);
      throw Problem.unreadable();
    } catch (RuntimeException e) {
      uploads.forEach(Upload::close);
      throw e;
    }
  }

  private static FileUpload form() {
    FileUpload form = new FileUpload();
    form.setHeaderEncoding(StandardCharsets.UTF_8.name());
    form.setPartHeaderSizeMax(LONGEST_HEAD);
    return form;
  }

  private static Upload upload(FileItemStream part, Path folder, long limit) throws IOException {
    String name = UploadNames.checked(part.getName(), part.getFieldName());
    String type = UploadNames.type(part.getContentType(), part.getFieldName());
    try (InputStream content = part.openStream()) {
      return new Upload(name, type, Spool.of(content, folder, limit));
    }
  }

  /**
   * Remembers how the body ends, because the library takes a form without its last delimiter for a
   * whole one.
   */
  private static final class Tail extends FilterInputStream {
    private static final int LENGTH = 512;

    private final ByteArrayOutputStream tail = new ByteArrayOutputStream();

    Tail(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = super.read(into, offset, length);
      if (read > 0) {
        byte[] before = tail.toByteArray();
        int kept = Math.min(before.length, LENGTH);
        tail.reset();
        tail.write(before, before.length - kept, kept);
        int taken = Math.min(read, LENGTH);
        tail.write(into, offset + read - taken, taken);
      }
      return read;
    }

    void requireEnd(String contentType) throws IOException {
      transferTo(OutputStream.nullOutputStream());
      String boundary = new ParameterParser().parse(contentType, ';').get("boundary");
      if (!tail.toString(StandardCharsets.ISO_8859_1).contains("--" + boundary + "--")) {
        throw Problem.unreadable();
      }
    }
  }

  private record Body(InputStream in, String contentType) implements RequestContext {
    @Override
    public String getCharacterEncoding() {
      return StandardCharsets.UTF_8.name();
    }

    @Override
    public String getContentType() {
      return contentType;
    }

    /** Unknown: the limit is kept on the bytes themselves. */
    @Override
    @Deprecated
    public int getContentLength() {
      return -1;
    }

    @Override
    public InputStream getInputStream() {
      return in;
    }
  }
}
