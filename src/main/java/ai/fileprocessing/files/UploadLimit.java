package ai.fileprocessing.files;

import ai.fileprocessing.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Refuses a body that is larger than an upload may be: at once where its length is declared, at the
 * first byte too many where it is not. It stands before the multipart reader, which would otherwise
 * take any amount.
 */
@Provider
@Uploading
@ApplicationScoped
public class UploadLimit implements ContainerRequestFilter {
  /** What multipart framing or the JSON around the content may add to the bytes themselves. */
  private static final long FRAMING = 1 << 20;

  @Inject private FilesSettings settings;

  static Problem exceeded(long limit) {
    return Problem.of(
        413,
        "UPLOAD_TOO_LARGE",
        "The upload is larger than "
            + limit
            + " bytes, the most that this call takes. Nothing was stored.");
  }

  @Override
  public void filter(ContainerRequestContext context) {
    long most = settings.maxUpload() + FRAMING;
    String length = context.getHeaderString("Content-Length");
    if (length != null && (length.length() > 18 || Long.parseLong(length) > most)) {
      throw exceeded(settings.maxUpload());
    }
    context.setEntityStream(new Limited(context.getEntityStream(), most));
  }

  private final class Limited extends FilterInputStream {
    private long left;

    Limited(InputStream in, long most) {
      super(in);
      left = most;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = super.read(into, offset, length);
      left -= Math.max(0, read);
      if (left < 0) {
        throw exceeded(settings.maxUpload());
      }
      return read;
    }
  }
}
