package ai.fileprocessing.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;

/** Tells every client the name of its request, and every cache to keep nothing. */
@Provider
@ApplicationScoped
public class RequestIdHeader implements ContainerResponseFilter {
  @Inject private RequestId request;

  @Override
  public void filter(ContainerRequestContext in, ContainerResponseContext out) {
    out.getHeaders().putSingle(RequestId.HEADER, request.value());
    out.getHeaders().putSingle("Cache-Control", "no-store");
    out.getHeaders().putSingle("X-Content-Type-Options", "nosniff");
  }
}
