package ai.fileprocessing.platform;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;

/** Tells every client the name of its request, and every cache to keep nothing. */
@Provider
@PreMatching
@Priority(1)
@ApplicationScoped
public class RequestIdHeader implements ContainerRequestFilter, ContainerResponseFilter {
  private static final String PROPERTY = RequestIdHeader.class.getName();

  @Inject private RequestId request;

  /** Noted now: the thread that answers may be another one, where no request is known. */
  @Override
  public void filter(ContainerRequestContext in) {
    in.setProperty(PROPERTY, request.value());
  }

  @Override
  public void filter(ContainerRequestContext in, ContainerResponseContext out) {
    Object noted = in.getProperty(PROPERTY);
    out.getHeaders().putSingle(RequestId.HEADER, noted == null ? request.value() : noted);
    out.getHeaders().putSingle("Cache-Control", "no-store");
    out.getHeaders().putSingle("X-Content-Type-Options", "nosniff");
  }
}
