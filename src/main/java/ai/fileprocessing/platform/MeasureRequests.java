package ai.fileprocessing.platform;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import java.time.Duration;

/**
 * Measures every request that reaches Jakarta REST, also those that are let in no further, and
 * notes its route for {@link TraceRequests}.
 */
@Provider
@PreMatching
@Priority(0)
@ApplicationScoped
public class MeasureRequests implements ContainerRequestFilter, ContainerResponseFilter {
  private static final Meter REQUESTS =
      Meter.of(
          "requests",
          "Requests answered, and how long that took up to the first byte of the answer.",
          "method",
          "route",
          "status");

  /** Of requests that match no path, and of those that were refused before that was known. */
  private static final String NO_ROUTE = "none";

  /** Behind the route of an answer that its client had wait: that took as long as it was to. */
  private static final String WAITED = " (waited)";

  private static final String BEGUN = MeasureRequests.class.getName();

  @Inject Meters meters;

  @Context ResourceInfo called;

  @Override
  public void filter(ContainerRequestContext in) {
    in.setProperty(BEGUN, System.nanoTime());
  }

  @Override
  public void filter(ContainerRequestContext in, ContainerResponseContext out) {
    String route = route();
    if (!route.equals(NO_ROUTE)) {
      in.setProperty(TraceRequests.ROUTE, route);
    }
    if (in.getProperty(BEGUN) instanceof Long begun) {
      meters.time(
          REQUESTS,
          Duration.ofNanos(System.nanoTime() - begun),
          RequestMethod.of(in.getMethod()),
          out.getHeaders().containsKey(PreferredWait.APPLIED) ? route + WAITED : route,
          Integer.toString(out.getStatus()));
    }
  }

  private String route() {
    Method method = called.getResourceMethod();
    if (method == null) {
      return NO_ROUTE;
    }
    Path path = method.getAnnotation(Path.class);
    String root = called.getResourceClass().getAnnotation(Path.class).value();
    return root + (path == null ? "" : "/" + path.value());
  }
}
