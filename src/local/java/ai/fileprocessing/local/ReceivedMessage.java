package ai.fileprocessing.local;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A message as one consumer receives it. Times are epoch milliseconds. */
record ReceivedMessage(
    String id,
    String receipt,
    MessageContent content,
    long sentAt,
    int receives,
    long firstReceivedAt,
    Optional<String> deadLetterOf) {

  /** Which attributes a consumer asked for; {@code All} is each of them. */
  record Wanted(List<String> system, List<String> own) {
    private static final String ALL = "All";

    /** {@code MessageSystemAttributeNames} was {@code AttributeNames} once. */
    static Wanted by(SqsRequest request) {
      List<String> system = request.texts("MessageSystemAttributeNames");
      return new Wanted(
          system.isEmpty() ? request.texts("AttributeNames") : system,
          request.texts("MessageAttributeNames"));
    }

    private boolean hasSystem(String name) {
      return system.contains(ALL) || system.contains(name);
    }

    private boolean hasOwn(String name) {
      Predicate<String> matches =
          it -> it.endsWith(".*") && name.startsWith(it.substring(0, it.length() - 1));
      return own.contains(ALL)
          || own.contains(".*")
          || own.contains(name)
          || own.stream().anyMatch(matches);
    }
  }

  ObjectNode json(Wanted wanted) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("MessageId", id)
            .put("ReceiptHandle", receipt)
            .put("Body", content.body())
            .put("MD5OfBody", Md5.of(content.body()));
    Map<String, String> system = systemAttributes();
    system.keySet().removeIf(name -> !wanted.hasSystem(name));
    if (!system.isEmpty()) {
      system.forEach(json.putObject("Attributes")::put);
    }
    SortedMap<String, MessageAttribute> own = new TreeMap<>(content.attributes());
    own.keySet().removeIf(name -> !wanted.hasOwn(name));
    if (!own.isEmpty()) {
      ObjectNode attributes = json.putObject("MessageAttributes");
      own.forEach((name, attribute) -> attributes.set(name, attribute.json()));
      json.put("MD5OfMessageAttributes", Md5.of(own));
    }
    return json;
  }

  private Map<String, String> systemAttributes() {
    Map<String, String> attributes = new TreeMap<>();
    attributes.put("SenderId", Template.ACCOUNT);
    attributes.put("SentTimestamp", Long.toString(sentAt));
    attributes.put("ApproximateReceiveCount", Integer.toString(receives));
    attributes.put("ApproximateFirstReceiveTimestamp", Long.toString(firstReceivedAt));
    content.group().ifPresent(group -> attributes.put("MessageGroupId", group));
    deadLetterOf.ifPresent(arn -> attributes.put("DeadLetterQueueSourceArn", arn));
    return attributes;
  }
}
