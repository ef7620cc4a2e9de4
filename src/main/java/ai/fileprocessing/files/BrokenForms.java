package ai.fileprocessing.files;

import ai.fileprocessing.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import java.lang.System.Logger.Level;

/** The multipart reader calls every broken form a defect of the server; this gives it its name. */
@Provider
@Uploading
@ApplicationScoped
public class BrokenForms implements ReaderInterceptor {
  private static final System.Logger LOG = System.getLogger(BrokenForms.class.getName());

  @Override
  public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
    if (!MediaType.MULTIPART_FORM_DATA_TYPE.isCompatible(context.getMediaType())) {
      return context.proceed();
    }
    try {
      return context.proceed();
    } catch (WebApplicationException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw known(e);
    }
  }

  private static Problem known(Exception thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof Problem problem) {
        return problem;
      }
    }
    // Its message can hold what the client sent.
    LOG.log(Level.INFO, "A multipart form could not be read: {0}", thrown.getClass().getName());
    return Problem.of(
        400,
        "FORM_INVALID",
        "The form cannot be read. Each part needs a Content-Disposition, and the Content-Type the boundary.");
  }
}
