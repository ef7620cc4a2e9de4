package ai.fileprocessing.platform;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * Decodes bodies that come compressed. The server's own decoding is off, because it takes a cut
 * body for a whole one. Whatever fails while a body is read is its sender's doing, and is known as
 * that behind this filter.
 */
@Provider
@Priority(Priorities.ENTITY_CODER)
@ApplicationScoped
public class ContentEncoding implements ContainerRequestFilter {
  @Override
  public void filter(ContainerRequestContext context) {
    String encoding =
        Optional.ofNullable(context.getHeaderString(HttpHeaders.CONTENT_ENCODING)).orElse("");
    InputStream body = context.getEntityStream();
    switch (encoding.strip().toLowerCase(Locale.ROOT)) {
      case "", "identity" -> context.setEntityStream(new SendersStream(body));
      case "gzip", "x-gzip" -> context.setEntityStream(new SendersStream(decoded(body)));
      default ->
          throw Problem.of(
              415, "ENCODING_UNSUPPORTED", "The body may be compressed with gzip or not at all.");
    }
  }

  private static InputStream decoded(InputStream body) {
    try {
      return new GZIPInputStream(body);
    } catch (IOException e) {
      throw Problem.unreadable();
    }
  }

  private static final class SendersStream extends FilterInputStream {
    SendersStream(InputStream in) {
      super(in);
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      try {
        return super.read(into, offset, length);
      } catch (IOException e) {
        throw Problem.unreadable();
      }
    }
  }
}
