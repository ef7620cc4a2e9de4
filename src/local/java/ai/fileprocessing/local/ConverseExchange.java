package ai.fileprocessing.local;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tools.jackson.databind.node.JsonNodeFactory;

/** One call on the wire and the ways in which it can end, each of which is counted. */
final class ConverseExchange {
  private static final String JSON = "application/json";

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final BedrockCounters counters;
  private final long began = System.nanoTime();

  ConverseExchange(
      Request request, Response response, Callback callback, BedrockCounters counters) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.counters = counters;
    counters.begin();
  }

  /** Goes on later, without holding a thread until then. */
  void after(long millis, Runnable action) {
    if (millis <= 0) {
      action.run();
    } else {
      var components = request.getComponents();
      components
          .getScheduler()
          .schedule(() -> components.getExecutor().execute(action), millis, TimeUnit.MILLISECONDS);
    }
  }

  void answer(ConverseAnswer answer) {
    counters.end(answer.stopReason());
    Reply.json(response, callback, 200, answer.json(millis()));
  }

  void fault(Fault fault, String message) {
    counters.end(fault.exception());
    response.getHeaders().put("x-amzn-errortype", fault.exception());
    Reply.json(
        response,
        callback,
        fault.status(),
        JsonNodeFactory.instance.objectNode().put("message", message));
  }

  void malformed(ConverseAnswer answer) {
    counters.end("malformed");
    String json = answer.json(millis()).toString();
    Reply.send(response, callback, 200, JSON, json.substring(0, json.length() / 2));
  }

  void cut(ConverseAnswer answer) {
    byte[] bytes = answer.json(millis()).toString().getBytes(StandardCharsets.UTF_8);
    response.setStatus(200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, JSON);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
    counters.end("cut");
    response.write(
        false,
        ByteBuffer.wrap(bytes, 0, bytes.length / 2),
        Callback.from(this::disconnect, failure -> disconnect()));
  }

  /** Ends a call that was never to be answered. */
  void abandon() {
    counters.end("hang");
    disconnect();
  }

  private void disconnect() {
    request.getConnectionMetaData().getConnection().getEndPoint().close();
    callback.failed(new EOFException("Closed, as configured"));
  }

  private long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
  }
}
