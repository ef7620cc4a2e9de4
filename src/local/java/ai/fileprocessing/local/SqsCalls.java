package ai.fileprocessing.local;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The calls of the SQS stand-in, on the wire. */
final class SqsCalls extends Handler.Abstract {
  static final String MEDIA_TYPE = "application/x-amz-json-1.0";

  private static final String TARGET = "AmazonSQS.";

  private final Clock clock;
  private final QueueRegistry queues;
  private final Polls polls;
  private final Map<String, Function<SqsRequest, ObjectNode>> actions = new HashMap<>();
  private final Map<String, Long> counts = new ConcurrentHashMap<>();

  SqsCalls(URI endpoint, Clock clock) {
    this.clock = clock;
    queues = new QueueRegistry(endpoint, clock);
    polls = new Polls(queues, clock, this::after);
    actions.putAll(new QueueActions(queues).byName());
    actions.putAll(new MessageActions(queues).byName());
    actions.putAll(new MoveTasks(queues, clock).byName());
  }

  Map<String, Long> counts() {
    return new TreeMap<>(counts);
  }

  void resetCounts() {
    counts.clear();
  }

  long waitingPolls(String queueUrl) {
    synchronized (queues) {
      return polls.waitingFor(queues.byUrl(queueUrl));
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String target = request.getHeaders().get("X-Amz-Target");
    if (!request.getMethod().equals("POST") || target == null || !target.startsWith(TARGET)) {
      return Reply.text(response, callback, 404, "Not a call of the SQS stand-in");
    }
    String action = target.substring(TARGET.length());
    String body = Content.Source.asString(request, StandardCharsets.UTF_8);
    counts.merge(action, 1L, Long::sum);
    try {
      SqsRequest parameters = SqsRequest.parse(body);
      if (action.equals("ReceiveMessage")) {
        polls.add(poll(parameters, new Poll.Exchange(request, response, callback)));
      } else {
        Reply.send(response, callback, 200, MEDIA_TYPE, answer(action, parameters).toString());
        polls.serve();
      }
    } catch (SqsRefusedException e) {
      refuse(response, callback, e);
    }
    return true;
  }

  private ObjectNode answer(String action, SqsRequest parameters) {
    Function<SqsRequest, ObjectNode> known = actions.get(action);
    if (known == null) {
      throw new SqsRefusedException(
          SqsFault.UNSUPPORTED_OPERATION, "The stand-in does not know the action " + action);
    }
    synchronized (queues) {
      return known.apply(parameters);
    }
  }

  private Poll poll(SqsRequest parameters, Poll.Exchange exchange) {
    synchronized (queues) {
      Queue queue = queues.byUrl(parameters.text("QueueUrl"));
      Poll.Terms terms = Poll.Terms.by(parameters, queue);
      long deadline = clock.millis() + TimeUnit.SECONDS.toMillis(terms.waitSeconds());
      return new Poll(queue, terms, deadline, exchange);
    }
  }

  private static void refuse(Response response, Callback callback, SqsRefusedException refused) {
    SqsFault fault = refused.fault();
    response.getHeaders().put("x-amzn-query-error", fault.code() + ";Sender");
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("__type", fault.type())
            .put("message", refused.getMessage());
    Reply.send(response, callback, 400, MEDIA_TYPE, json.toString());
  }

  /** The timer's own thread is for telling the time alone. */
  private void after(long millis, Runnable task) {
    getServer()
        .getScheduler()
        .schedule(() -> getServer().getThreadPool().execute(task), millis, TimeUnit.MILLISECONDS);
  }
}
