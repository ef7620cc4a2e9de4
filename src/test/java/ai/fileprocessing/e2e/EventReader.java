package ai.fileprocessing.e2e;

import static org.awaitility.Awaitility.await;

import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.StandIns;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** A client of a stream of server-sent events, as far as tests need one. */
final class EventReader implements Flow.Subscriber<String>, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** An event; what it does not have is empty. */
  record Event(String name, String id, String retry, String data) {
    JsonNode json() {
      return Answers.JSON.readTree(data);
    }
  }

  private static final Event NOTHING = new Event("", "", "", "");

  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final CompletableFuture<HttpResponse<Void>> ended;
  private volatile Flow.Subscription subscription;
  private volatile boolean begun;
  private Event open = NOTHING;

  private EventReader(HttpRequest request) {
    ended = HTTP.sendAsync(request, HttpResponse.BodyHandlers.fromLineSubscriber(this));
  }

  static EventReader open(ServiceClient caller, String jobId, String lastEventId) {
    HttpRequest.Builder request =
        caller.request("/jobs/" + jobId + "/events").header("Accept", "text/event-stream");
    if (!lastEventId.isEmpty()) {
      request.header("Last-Event-ID", lastEventId);
    }
    return new EventReader(request.build());
  }

  /** A stream on a socket that takes little and that nobody reads. */
  static Socket unread(URI server, String user, String jobId) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(1_024);
    socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
    socket.setSoTimeout((int) PATIENCE.toMillis());
    String request =
        "GET /jobs/%s/events HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n"
            .formatted(jobId, server.getAuthority(), StandIns.shared().cognito().token(user));
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  List<Event> events() {
    return events;
  }

  List<String> names() {
    return events.stream().map(Event::name).filter(name -> !name.isEmpty()).toList();
  }

  String lastId() {
    return events.stream()
        .map(Event::id)
        .filter(id -> !id.isEmpty())
        .reduce("", (before, id) -> id);
  }

  Event awaitEvent(Predicate<Event> wanted) {
    return await()
        .atMost(PATIENCE)
        .until(() -> events.stream().filter(wanted).findFirst(), Optional::isPresent)
        .orElseThrow();
  }

  /** Waits until the answer has begun, even when it says nothing yet. */
  void awaitOpen() {
    await().atMost(PATIENCE).until(() -> begun);
  }

  HttpResponse<Void> awaitEnd() throws Exception {
    return ended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void onSubscribe(Flow.Subscription started) {
    subscription = started;
    started.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(String line) {
    begun = true;
    int colon = line.indexOf(':');
    String value = colon < 0 ? "" : line.substring(colon + 1).strip();
    if (line.isEmpty()) {
      if (!open.equals(NOTHING)) {
        events.add(open);
      }
      open = NOTHING;
    } else if (line.startsWith("event:")) {
      open = new Event(value, open.id, open.retry, open.data);
    } else if (line.startsWith("id:")) {
      open = new Event(open.name, value, open.retry, open.data);
    } else if (line.startsWith("retry:")) {
      open = new Event(open.name, open.id, value, open.data);
    } else if (line.startsWith("data:")) {
      open = new Event(open.name, open.id, open.retry, open.data + value);
    }
  }

  @Override
  public void onError(Throwable failure) {}

  @Override
  public void onComplete() {}

  @Override
  public void close() {
    if (subscription != null) {
      subscription.cancel();
    }
    ended.cancel(true);
  }
}
