package ai.fileprocessing.e2e;

import ai.fileprocessing.local.StandIns;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** A queue for one server alone, and the queue of its dead letters, without any proxy between. */
record TestQueue(String url, String deadLettersUrl) {

  static TestQueue create(String name) {
    SqsClient sqs = sqs();
    String dead = sqs.createQueue(it -> it.queueName(name + "-dead")).queueUrl();
    String policy =
        "{\"deadLetterTargetArn\": \"%s\", \"maxReceiveCount\": 100}".formatted(arn(dead));
    return new TestQueue(
        sqs.createQueue(
                it ->
                    it.queueName(name)
                        .attributes(Map.of(QueueAttributeName.REDRIVE_POLICY, policy)))
            .queueUrl(),
        dead);
  }

  void send(String body) {
    sqs().sendMessage(it -> it.queueUrl(url).messageBody(body));
  }

  void sendDead(String body) {
    sqs().sendMessage(it -> it.queueUrl(deadLettersUrl).messageBody(body));
  }

  /** All messages vanish. */
  void purge() {
    sqs().purgeQueue(it -> it.queueUrl(url));
  }

  /** Moves the dead letters that are visible back to the queue; their bodies. */
  void redrive() {
    sqs().startMessageMoveTask(it -> it.sourceArn(arn(deadLettersUrl)).destinationArn(arn(url)));
  }

  /** How many messages wait, and how many are in somebody's hands. */
  List<Integer> depth() {
    return depth(url);
  }

  List<Integer> deadDepth() {
    return depth(deadLettersUrl);
  }

  /** Waits until nothing is in it, nor in anybody's hands. */
  void awaitDrained() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> depth().equals(List.of(0, 0)));
  }

  private static List<Integer> depth(String queue) {
    var attributes =
        sqs()
            .getQueueAttributes(it -> it.queueUrl(queue).attributeNames(QueueAttributeName.ALL))
            .attributes();
    return List.of(
        Integer.valueOf(attributes.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES)),
        Integer.valueOf(
            attributes.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE)));
  }

  private static String arn(String queue) {
    return sqs()
        .getQueueAttributes(it -> it.queueUrl(queue).attributeNames(QueueAttributeName.QUEUE_ARN))
        .attributes()
        .get(QueueAttributeName.QUEUE_ARN);
  }

  private static SqsClient sqs() {
    return StandIns.shared().sqs();
  }
}
