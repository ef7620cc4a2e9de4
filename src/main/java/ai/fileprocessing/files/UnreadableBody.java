package ai.fileprocessing.files;

import ai.fileprocessing.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;

/**
 * Answers for a body that ends early or is not what its headers say: that is no failure of the
 * service.
 */
@Provider
@Uploading
@ApplicationScoped
public class UnreadableBody implements ReaderInterceptor {
  @Override
  public Object aroundReadFrom(ReaderInterceptorContext context) {
    try {
      return context.proceed();
    } catch (IOException | RuntimeException e) {
      throw Problem.in(e).orElseGet(Problem::unreadable);
    }
  }
}
