package ai.fileprocessing.jobs.worker;

import ai.fileprocessing.platform.Meter;
import ai.fileprocessing.platform.Meters;
import ai.fileprocessing.platform.Trouble;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Watches how many messages are in the queues, about as SQS knows it. */
@ApplicationScoped
class QueueDepth {
  private static final System.Logger LOG = System.getLogger(QueueDepth.class.getName());

  private static final Meter MESSAGES =
      Meter.of(
          "queue_messages",
          "Messages in a queue, as SQS tells it: every process asks twice a minute.",
          "queue",
          "state");

  private static final Map<QueueAttributeName, String> STATES =
      new EnumMap<>(
          Map.of(
              QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "waiting",
              QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE, "in_flight",
              QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED, "delayed"));

  private final SqsClient sqs;
  private final WorkerSettings settings;
  private final Meters meters;
  private final Trouble trouble;
  private final Map<String, Double> depths = new ConcurrentHashMap<>();

  @Inject
  QueueDepth(SqsClient sqs, WorkerSettings settings, Meters meters, Clock clock) {
    this.sqs = sqs;
    this.settings = settings;
    this.meters = meters;
    trouble = new Trouble(LOG, clock);
  }

  void look() {
    look("work", settings.queue());
    look("dead_letters", settings.deadLetterQueue());
  }

  private void look(String name, URI queue) {
    try {
      Map<QueueAttributeName, String> found =
          sqs.getQueueAttributes(
                  it -> it.queueUrl(queue.toString()).attributeNames(STATES.keySet()))
              .attributes();
      STATES.forEach(
          (attribute, state) -> tell(name, state, Double.parseDouble(found.get(attribute))));
    } catch (RuntimeException e) {
      // An old number would look like a queue in which nothing happens.
      STATES.values().forEach(state -> tell(name, state, Double.NaN));
      trouble.warn("The depth of a queue is not known; it is asked for again soon", e);
    }
  }

  private void tell(String queue, String state, double messages) {
    String key = queue + " " + state;
    if (depths.put(key, messages) == null) {
      meters.watch(MESSAGES, () -> depths.get(key), queue, state);
    }
  }
}
