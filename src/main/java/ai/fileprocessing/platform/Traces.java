package ai.fileprocessing.platform;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapPropagator;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Follows what is under way from thread to thread and from process to process, for whoever looks
 * where the time of a job went. Where nothing is followed, none of it does anything. What it is
 * told leaves the service: ids and codes, never what callers send.
 */
@ApplicationScoped
public class Traces {
  private static final TextMapPropagator W3C = W3CTraceContextPropagator.getInstance();

  /** The names of what {@link #context} has. */
  public static final Collection<String> FIELDS = List.copyOf(W3C.fields());

  private final Telemetry telemetry;

  @Inject
  Traces(Telemetry telemetry) {
    this.telemetry = telemetry;
  }

  /**
   * What another process needs to go on with what is under way on this thread, as W3C Trace Context
   * has it; empty where nothing is followed.
   */
  public static Map<String, String> context() {
    Map<String, String> context = new HashMap<>(2);
    W3C.inject(Context.current(), context, Map::put);
    return context;
  }

  /** Work for another thread that is part of what is under way on this one. */
  public static Runnable carried(Runnable work) {
    return Context.current().wrap(work);
  }

  /** Tells something of what is under way on this thread. */
  public static void note(String name, String value) {
    Span.current().setAttribute(name, value);
  }

  /** Tells something of what is under way on this thread. */
  public static void note(String name, long value) {
    Span.current().setAttribute(name, value);
  }

  /** What is under way on this thread has failed. */
  public static void failed(String code) {
    failed(Span.current(), code);
  }

  /** By a code or a class: a message may hold what callers sent. */
  static void failed(Span span, String code) {
    span.setStatus(StatusCode.ERROR).setAttribute("error.type", code);
  }

  /**
   * Works a message, as a part of what its sender did.
   *
   * @param context what came with it; a trace of its own begins where that is nothing
   * @param receives how often it was received
   */
  public <T> T consume(String queue, Map<String, String> context, int receives, Supplier<T> work) {
    if (!telemetry.on()) {
      return work.get();
    }
    Span span =
        telemetry
            .tracer()
            .spanBuilder("process " + queue)
            .setParent(W3C.extract(Context.root(), context, Map::get))
            .setSpanKind(SpanKind.CONSUMER)
            .setAttribute("messaging.system", "aws_sqs")
            .setAttribute("messaging.operation.type", "process")
            .setAttribute("messaging.operation.name", "process")
            .setAttribute("messaging.destination.name", queue)
            .setAttribute("fileprocessing.receives", receives)
            .startSpan();
    Scope scope = span.makeCurrent();
    try {
      return work.get();
    } catch (RuntimeException | Error e) {
      failed(span, e.getClass().getName());
      throw e;
    } finally {
      scope.close();
      span.end();
    }
  }
}
