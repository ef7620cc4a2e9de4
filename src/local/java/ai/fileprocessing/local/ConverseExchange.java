package ai.fileprocessing.local;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import tools.jackson.databind.node.JsonNodeFactory;

/** One call on the wire and the ways in which it can end, each of which is counted, and once. */
final class ConverseExchange {
  private static final String JSON = "application/json";

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final BedrockCounters counters;
  private final long began = System.nanoTime();
  private final AtomicBoolean ended = new AtomicBoolean();

  ConverseExchange(
      Request request, Response response, Callback callback, BedrockCounters counters) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.counters = counters;
    response.getHeaders().put("x-amzn-RequestId", UUID.randomUUID().toString());
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

  /**
   * Answers in full.
   *
   * @param lost runs when the answer could not be sent
   */
  void answer(ConverseAnswer answer, Runnable lost) {
    end(answer.stopReason());
    Reply.json(
        response,
        Callback.from(
            callback::succeeded,
            failure -> {
              lost.run();
              callback.failed(failure);
            }),
        200,
        answer.json(millis()));
  }

  void fault(Fault fault, String message) {
    end(fault.exception());
    response.getHeaders().put("x-amzn-errortype", fault.exception());
    Reply.json(
        response,
        callback,
        fault.status(),
        JsonNodeFactory.instance.objectNode().put("message", message));
  }

  void malformed(ConverseAnswer answer) {
    end("malformed");
    String json = answer.json(millis()).toString();
    Reply.send(response, callback, 200, JSON, json.substring(0, json.length() / 2));
  }

  void cut(ConverseAnswer answer) {
    byte[] bytes = answer.json(millis()).toString().getBytes(StandardCharsets.UTF_8);
    response.setStatus(200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, JSON);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
    end("cut");
    response.write(
        false,
        ByteBuffer.wrap(bytes, 0, bytes.length / 2),
        Callback.from(this::disconnect, failure -> disconnect()));
  }

  /**
   * Says when the client closes the connection. Only for a call that is never answered: whatever
   * else the client sends is thrown away.
   */
  void whenLeft(Runnable left) {
    EndPoint client = client();
    client.tryFillInterested(
        Callback.from(
            () -> {
              if (isLeft(client)) {
                left.run();
              } else {
                whenLeft(left);
              }
            },
            failure -> left.run()));
  }

  /** Ends a call that was never to be answered. */
  void abandon(String outcome) {
    if (end(outcome)) {
      disconnect();
    }
  }

  private static boolean isLeft(EndPoint client) {
    try {
      return client.fill(BufferUtil.allocate(1024)) < 0;
    } catch (IOException e) {
      return true;
    }
  }

  private boolean end(String outcome) {
    boolean first = ended.compareAndSet(false, true);
    if (first) {
      counters.end(outcome);
    }
    return first;
  }

  private void disconnect() {
    client().close();
    callback.failed(new EOFException("Closed, as configured"));
  }

  private EndPoint client() {
    return request.getConnectionMetaData().getConnection().getEndPoint();
  }

  private long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
  }
}
