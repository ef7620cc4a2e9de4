package ai.fileprocessing.local;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The actions on queues as wholes. */
final class QueueActions {
  /** SQS's API reference, ListQueues. */
  private static final int MOST_LISTED = 1000;

  private static final String ALL = "All";

  private final QueueRegistry queues;

  QueueActions(QueueRegistry queues) {
    this.queues = queues;
  }

  Map<String, Function<SqsRequest, ObjectNode>> byName() {
    return Map.of(
        "CreateQueue", this::create,
        "GetQueueUrl", request -> url(queues.byName(request.text("QueueName"))),
        "ListQueues", this::list,
        "DeleteQueue", this::delete,
        "GetQueueAttributes", this::attributes,
        "SetQueueAttributes", this::setAttributes,
        "PurgeQueue", this::purge);
  }

  private ObjectNode create(SqsRequest request) {
    return url(queues.create(request.text("QueueName"), request.textsByName("Attributes")));
  }

  private ObjectNode list(SqsRequest request) {
    String prefix = request.optional("QueueNamePrefix").orElse("");
    String after = request.optional("NextToken").orElse("");
    int most = request.number("MaxResults", 1, MOST_LISTED).orElse(MOST_LISTED);
    List<Queue> found =
        queues
            .all()
            .filter(queue -> queue.name().startsWith(prefix) && queue.name().compareTo(after) > 0)
            .limit(most + 1L)
            .toList();
    ObjectNode json = empty();
    ArrayNode urls = json.putArray("QueueUrls");
    found.stream().limit(most).map(queues::url).forEach(urls::add);
    if (found.size() > most) {
      json.put("NextToken", found.get(most - 1).name());
    }
    return json;
  }

  private ObjectNode delete(SqsRequest request) {
    queues.delete(queue(request));
    return empty();
  }

  private ObjectNode attributes(SqsRequest request) {
    Map<String, String> known = known(queue(request));
    List<String> names = request.texts("AttributeNames");
    ObjectNode json = empty();
    ObjectNode attributes = json.putObject("Attributes");
    for (String name : names) {
      if (name.equals(ALL)) {
        known.forEach(attributes::put);
      } else if (known.containsKey(name)) {
        attributes.put(name, known.get(name));
      } else if (!name.equals("RedrivePolicy")) {
        throw new SqsRefusedException(
            SqsFault.INVALID_ATTRIBUTE_NAME, "Unknown Attribute " + name + ".");
      }
    }
    return json;
  }

  private static Map<String, String> known(Queue queue) {
    Queue.Counts counts = queue.counts();
    Map<String, String> known = new TreeMap<>(queue.settings().attributes());
    known.put("QueueArn", queue.arn());
    known.put("CreatedTimestamp", Long.toString(queue.createdAt() / 1000));
    known.put("LastModifiedTimestamp", Long.toString(queue.changedAt() / 1000));
    known.put("ApproximateNumberOfMessages", Integer.toString(counts.visible()));
    known.put("ApproximateNumberOfMessagesNotVisible", Integer.toString(counts.inFlight()));
    known.put("ApproximateNumberOfMessagesDelayed", Integer.toString(counts.delayed()));
    return known;
  }

  private ObjectNode setAttributes(SqsRequest request) {
    queues.set(queue(request), request.textsByName("Attributes"));
    return empty();
  }

  private ObjectNode purge(SqsRequest request) {
    queue(request).purge();
    return empty();
  }

  private Queue queue(SqsRequest request) {
    return queues.byUrl(request.text("QueueUrl"));
  }

  private ObjectNode url(Queue queue) {
    return empty().put("QueueUrl", queues.url(queue));
  }

  private static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }
}
