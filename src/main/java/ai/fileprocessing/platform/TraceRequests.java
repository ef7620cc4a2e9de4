package ai.fileprocessing.platform;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Makes a span of each request, part of what its caller follows where it says so. It tells method,
 * route and status, and nothing else that a client sends: neither path nor query. An answer that is
 * held or streamed counts until its end.
 */
public class TraceRequests extends HttpFilter {
  private static final long serialVersionUID = 1L;

  /** The attribute of a request under which its route is noted for its span. */
  static final String ROUTE = TraceRequests.class.getName() + ".route";

  @Inject private transient Telemetry telemetry;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!telemetry.on()) {
      chain.doFilter(request, response);
      return;
    }
    Span span = begun(request);
    Scope scope = span.makeCurrent();
    try {
      chain.doFilter(request, response);
    } catch (IOException | ServletException | RuntimeException | Error e) {
      Traces.failed(span, e.getClass().getName());
      throw e;
    } finally {
      scope.close();
      endWhenAnswered(span, request, response);
    }
  }

  private Span begun(HttpServletRequest request) {
    String method = RequestMethod.of(request.getMethod());
    return telemetry
        .tracer()
        .spanBuilder(method)
        .setParent(
            W3CTraceContextPropagator.getInstance()
                .extract(Context.root(), request, HttpServletRequest::getHeader))
        .setSpanKind(SpanKind.SERVER)
        .setAttribute("http.request.method", method)
        .startSpan();
  }

  private static void endWhenAnswered(
      Span span, HttpServletRequest request, HttpServletResponse response) {
    if (request.isAsyncStarted()) {
      try {
        request.getAsyncContext().addListener(new AtItsEnd(span, request, response));
        return;
      } catch (IllegalStateException e) {
        // Another thread has answered meanwhile.
      }
    }
    end(span, request, response);
  }

  private static void end(Span span, HttpServletRequest request, HttpServletResponse response) {
    if (request.getAttribute(ROUTE) instanceof String route) {
      span.updateName(RequestMethod.of(request.getMethod()) + " " + route)
          .setAttribute("http.route", route);
    }
    span.setAttribute("http.response.status_code", response.getStatus());
    if (response.getStatus() >= 500) {
      Traces.failed(span, Integer.toString(response.getStatus()));
    }
    span.end();
  }

  private record AtItsEnd(Span span, HttpServletRequest request, HttpServletResponse response)
      implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
      end(span, request, response);
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      Traces.failed(span, "timeout");
    }

    @Override
    public void onError(AsyncEvent event) {
      Throwable cause = event.getThrowable();
      Traces.failed(span, cause == null ? "error" : cause.getClass().getName());
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
      event.getAsyncContext().addListener(this);
    }
  }
}
