package ai.fileprocessing.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** What operators run to receive spans: OTLP over HTTP. It keeps all that it is sent. */
final class Collector implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final HexFormat HEX = HexFormat.of();

  private final HttpServer server;
  private final List<ExportTraceServiceRequest> received = new CopyOnWriteArrayList<>();
  private final Set<String> paths = ConcurrentHashMap.newKeySet();

  private Collector(HttpServer server) {
    this.server = server;
  }

  static Collector start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
      Collector collector = new Collector(server);
      server.createContext("/", collector::receive);
      server.start();
      return collector;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String uri() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Where anything was sent. */
  Set<String> paths() {
    return paths;
  }

  List<Span> spans() {
    return received.stream()
        .flatMap(it -> it.getResourceSpansList().stream())
        .flatMap(it -> it.getScopeSpansList().stream())
        .flatMap(it -> it.getSpansList().stream())
        .toList();
  }

  /** The spans of that kind, once there are so many. */
  List<Span> await(int count, Predicate<Span> kind) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> spans().stream().filter(kind).toList(), it -> it.size() >= count);
  }

  /** All that was sent, in words. */
  String text() {
    return received.toString();
  }

  /** The span that another is part of; empty for a root, and for a part of what others follow. */
  Optional<Span> parent(Span span) {
    return spans().stream()
        .filter(it -> it.getSpanId().equals(span.getParentSpanId()))
        .filter(it -> it.getTraceId().equals(span.getTraceId()))
        .findFirst();
  }

  static String attribute(Span span, String name) {
    return span.getAttributesList().stream()
        .filter(it -> it.getKey().equals(name))
        .map(KeyValue::getValue)
        .map(
            it ->
                switch (it.getValueCase()) {
                  case STRING_VALUE -> it.getStringValue();
                  case INT_VALUE -> Long.toString(it.getIntValue());
                  default -> it.toString();
                })
        .findFirst()
        .orElse("");
  }

  static String traceId(Span span) {
    return HEX.formatHex(span.getTraceId().toByteArray());
  }

  static String parentId(Span span) {
    return HEX.formatHex(span.getParentSpanId().toByteArray());
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      paths.add(exchange.getRequestURI().getPath());
      received.add(ExportTraceServiceRequest.parseFrom(exchange.getRequestBody()));
      exchange.sendResponseHeaders(200, -1);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
