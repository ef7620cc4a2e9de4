package ai.fileprocessing.local;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import tools.jackson.databind.JsonNode;

/** Creates the template's queues; CloudFormation calls their attributes as SQS does. */
final class Queues {
  private static final Set<String> ATTRIBUTES =
      Set.of(
          "DelaySeconds",
          "MaximumMessageSize",
          "MessageRetentionPeriod",
          "ReceiveMessageWaitTimeSeconds",
          "RedrivePolicy",
          "VisibilityTimeout");
  private static final Set<String> WITHOUT_EFFECT_HERE =
      Set.of(
          "SqsManagedSseEnabled",
          "KmsMasterKeyId",
          "KmsDataKeyReusePeriodSeconds",
          "RedriveAllowPolicy",
          "Tags");

  private Queues() {}

  static void create(Template template, SqsClient sqs) {
    Set<String> emulated = new HashSet<>(ATTRIBUTES);
    emulated.add("QueueName");
    List<Template.Resource> queues = template.resources("AWS::SQS::Queue");
    queues.forEach(queue -> queue.requireOnly(emulated, WITHOUT_EFFECT_HERE));
    // A dead letter queue must exist before the queue that names it.
    queues.stream().filter(queue -> !redrives(queue)).forEach(queue -> create(queue, sqs));
    queues.stream().filter(Queues::redrives).forEach(queue -> create(queue, sqs));
  }

  private static boolean redrives(Template.Resource queue) {
    return queue.properties().has("RedrivePolicy");
  }

  private static void create(Template.Resource queue, SqsClient sqs) {
    Map<QueueAttributeName, String> attributes = new HashMap<>();
    for (String name : ATTRIBUTES) {
      JsonNode value = queue.properties().path(name);
      if (!value.isMissingNode()) {
        attributes.put(
            QueueAttributeName.fromValue(name),
            value.isObject() ? value.toString() : value.asString());
      }
    }
    sqs.createQueue(request -> request.queueName(queue.text("QueueName")).attributes(attributes));
  }
}
