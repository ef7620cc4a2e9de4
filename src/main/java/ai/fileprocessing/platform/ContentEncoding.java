package ai.fileprocessing.platform;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * Decodes bodies that come compressed. The server's own decoding is off, because it takes a cut
 * body for a whole one.
 */
@Provider
@Priority(Priorities.ENTITY_CODER)
@ApplicationScoped
public class ContentEncoding implements ContainerRequestFilter {
  @Override
  public void filter(ContainerRequestContext context) {
    String encoding = context.getHeaderString(HttpHeaders.CONTENT_ENCODING);
    if (encoding == null || encoding.isBlank()) {
      return;
    }
    switch (encoding.strip().toLowerCase(Locale.ROOT)) {
      case "identity" -> {}
      case "gzip", "x-gzip" -> decode(context);
      default ->
          throw Problem.of(
              415, "ENCODING_UNSUPPORTED", "The body may be compressed with gzip or not at all.");
    }
  }

  private static void decode(ContainerRequestContext context) {
    try {
      context.setEntityStream(new GZIPInputStream(context.getEntityStream()));
    } catch (IOException e) {
      throw Problem.unreadable();
    }
  }
}
