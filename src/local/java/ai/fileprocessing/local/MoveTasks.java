package ai.fileprocessing.local;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Moves dead letters back, each as a new message: to the queue where it died, or to the one that is
 * named. Where SQS takes its time, a task here is over when its start is answered.
 */
final class MoveTasks {
  /** SQS's API reference, ListMessageMoveTasks and StartMessageMoveTask. */
  private static final int MOST_LISTED = 10;

  private static final int MOST_PER_SECOND = 500;

  private record Task(
      String source,
      Optional<String> destination,
      OptionalInt perSecond,
      int moved,
      int found,
      long startedAt) {

    boolean failed() {
      return moved < found;
    }

    ObjectNode json() {
      ObjectNode json = JsonNodeFactory.instance.objectNode().put("SourceArn", source);
      destination.ifPresent(arn -> json.put("DestinationArn", arn));
      perSecond.ifPresent(rate -> json.put("MaxNumberOfMessagesPerSecond", rate));
      json.put("Status", failed() ? "FAILED" : "COMPLETED")
          .put("ApproximateNumberOfMessagesMoved", moved)
          .put("ApproximateNumberOfMessagesToMove", found)
          .put("StartedTimestamp", startedAt);
      return failed() ? json.put("FailureReason", "CouldNotDetermineMessageSource") : json;
    }
  }

  private final QueueRegistry queues;
  private final Clock clock;
  private final Deque<Task> newestFirst = new ArrayDeque<>();

  MoveTasks(QueueRegistry queues, Clock clock) {
    this.queues = queues;
    this.clock = clock;
  }

  Map<String, Function<SqsRequest, ObjectNode>> byName() {
    return Map.of("StartMessageMoveTask", this::start, "ListMessageMoveTasks", this::list);
  }

  private ObjectNode start(SqsRequest request) {
    Queue source = queue(request.text("SourceArn"));
    if (queues.all().noneMatch(queue -> buriesIn(source, queue))) {
      throw SqsRefusedException.invalid(
          "SourceArn", source.arn(), "Source queue must be configured as a Dead Letter Queue.");
    }
    OptionalInt perSecond = request.number("MaxNumberOfMessagesPerSecond", 1, MOST_PER_SECOND);
    Optional<String> destination = request.optional("DestinationArn");
    Optional<Queue> named = destination.map(this::queue);
    int found = source.counts().visible();
    int moved =
        source.redrive(
            message -> named.isPresent() ? named : message.deadLetterOf().flatMap(queues::byArn));
    newestFirst.addFirst(
        new Task(source.arn(), destination, perSecond, moved, found, clock.millis()));
    return JsonNodeFactory.instance.objectNode().put("TaskHandle", UUID.randomUUID().toString());
  }

  private ObjectNode list(SqsRequest request) {
    String source = queue(request.text("SourceArn")).arn();
    int most = request.number("MaxResults", 1, MOST_LISTED).orElse(1);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode results = json.putArray("Results");
    newestFirst.stream()
        .filter(task -> task.source().equals(source))
        .limit(most)
        .forEach(task -> results.add(task.json()));
    return json;
  }

  private Queue queue(String arn) {
    return queues
        .byArn(arn)
        .orElseThrow(
            () ->
                new SqsRefusedException(
                    SqsFault.RESOURCE_NOT_FOUND,
                    "The resource that you specified for the ARN %s doesn't exist."
                        .formatted(arn)));
  }

  private static boolean buriesIn(Queue deadLetters, Queue queue) {
    return queue
        .settings()
        .redrive()
        .filter(policy -> policy.target().equals(deadLetters.arn()))
        .isPresent();
  }
}
