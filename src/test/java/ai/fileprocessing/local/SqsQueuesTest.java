package ai.fileprocessing.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static software.amazon.awssdk.services.sqs.model.QueueAttributeName.DELAY_SECONDS;
import static software.amazon.awssdk.services.sqs.model.QueueAttributeName.QUEUE_ARN;
import static software.amazon.awssdk.services.sqs.model.QueueAttributeName.RECEIVE_MESSAGE_WAIT_TIME_SECONDS;
import static software.amazon.awssdk.services.sqs.model.QueueAttributeName.REDRIVE_POLICY;
import static software.amazon.awssdk.services.sqs.model.QueueAttributeName.VISIBILITY_TIMEOUT;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.InvalidAttributeNameException;
import software.amazon.awssdk.services.sqs.model.InvalidAttributeValueException;
import software.amazon.awssdk.services.sqs.model.ListMessageMoveTasksResultEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.QueueNameExistsException;
import software.amazon.awssdk.services.sqs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sqs.model.SqsException;
import software.amazon.awssdk.services.sqs.model.UnsupportedOperationException;

/** Queues as wholes, as the SDK's client sees them. */
class SqsQueuesTest {
  private final StandIns standIns = StandIns.shared();
  private final SqsClient sqs = standIns.sqs();
  private final String name = "test-" + System.nanoTime();
  private String queue;

  @BeforeEach
  void createQueue() {
    queue = create(name, Map.of(VISIBILITY_TIMEOUT, "40"));
  }

  @Test
  void theQueueOfJobsIsAsTheTemplateSays() {
    String jobs = standIns.environment().get("JOBS_QUEUE_URL");

    assertThat(attributes(jobs))
        .containsEntry(VISIBILITY_TIMEOUT, "60")
        .containsEntry(RECEIVE_MESSAGE_WAIT_TIME_SECONDS, "20");
    assertThat(attributes(jobs).get(REDRIVE_POLICY))
        .contains("arn:aws:sqs:us-east-1:000000000000:local-jobs-dead-letters");
    assertThat(sqs.getQueueUrl(r -> r.queueName("local-jobs-dead-letters")).queueUrl())
        .isEqualTo(standIns.environment().get("JOBS_DEAD_LETTER_QUEUE_URL"));
    assertThat(sqs.getQueueUrl(r -> r.queueName("local-jobs")).queueUrl()).isEqualTo(jobs);
  }

  @Test
  void aQueueIsFoundByItsNameAndKnowsItsArn() {
    assertThat(queue)
        .isEqualTo("http://127.0.0.1:" + standIns.ports().sqs() + "/000000000000/" + name);
    assertThat(sqs.getQueueUrl(r -> r.queueName(name)).queueUrl()).isEqualTo(queue);
    assertThat(attributes(queue))
        .containsEntry(QUEUE_ARN, "arn:aws:sqs:us-east-1:000000000000:" + name);
  }

  @Test
  void theSameQueueMayBeCreatedAgainButNotAnother() {
    sqs.sendMessage(r -> r.queueUrl(queue).messageBody("kept"));

    assertThat(create(name, Map.of(VISIBILITY_TIMEOUT, "40"))).isEqualTo(queue);
    assertThat(create(name, Map.of())).isEqualTo(queue);
    assertThat(receive(queue)).hasSize(1);
    assertThatThrownBy(() -> create(name, Map.of(VISIBILITY_TIMEOUT, "41")))
        .isInstanceOf(QueueNameExistsException.class);
  }

  @Test
  void aQueueHasAPlainName() {
    for (String bad : List.of("a b", "a/b", "work.fifo", "x".repeat(81))) {
      assertThatThrownBy(() -> create(bad, Map.of())).hasMessageContaining("QueueName");
    }
  }

  @Test
  void queuesAreListedByPrefixAndPageByPage() {
    List<String> others = List.of(create(name + "-a", Map.of()), create(name + "-b", Map.of()));

    var first = sqs.listQueues(r -> r.queueNamePrefix(name).maxResults(2));
    assertThat(first.queueUrls()).containsExactly(queue, others.get(0));
    var second =
        sqs.listQueues(r -> r.queueNamePrefix(name).maxResults(2).nextToken(first.nextToken()));
    assertThat(second.queueUrls()).containsExactly(others.get(1));
    assertThat(second.nextToken()).isNull();
  }

  @Test
  void aDeletedQueueIsGoneWithItsMessages() {
    sqs.sendMessage(r -> r.queueUrl(queue).messageBody("gone"));
    sqs.deleteQueue(r -> r.queueUrl(queue));

    assertThatThrownBy(() -> receive(queue)).isInstanceOf(QueueDoesNotExistException.class);
    assertThatThrownBy(() -> sqs.getQueueUrl(r -> r.queueName(name)))
        .isInstanceOf(QueueDoesNotExistException.class);
    assertThat(receive(create(name, Map.of()))).isEmpty();
  }

  @Test
  void aPurgedQueueIsEmpty() {
    sqs.sendMessage(r -> r.queueUrl(queue).messageBody("gone"));
    sqs.purgeQueue(r -> r.queueUrl(queue));

    assertThat(receive(queue)).isEmpty();
  }

  @Test
  void attributesCanBeChanged() {
    set(queue, DELAY_SECONDS, "5");

    assertThat(attributes(queue))
        .containsEntry(DELAY_SECONDS, "5")
        .containsEntry(VISIBILITY_TIMEOUT, "40");
  }

  @Test
  void onlyTheAttributesThatAreAskedForAreGiven() {
    assertThat(
            sqs.getQueueAttributes(r -> r.queueUrl(queue).attributeNames(VISIBILITY_TIMEOUT))
                .attributes())
        .isEqualTo(Map.of(VISIBILITY_TIMEOUT, "40"));
    assertThatThrownBy(
            () ->
                sqs.getQueueAttributes(r -> r.queueUrl(queue).attributeNamesWithStrings("Colour")))
        .isInstanceOf(InvalidAttributeNameException.class);
  }

  @Test
  void attributesThatNobodyKnowsAreRefused() {
    assertThatThrownBy(() -> set(queue, QueueAttributeName.FIFO_QUEUE, "true"))
        .isInstanceOf(InvalidAttributeNameException.class);
    assertThatThrownBy(() -> set(queue, VISIBILITY_TIMEOUT, "43201"))
        .isInstanceOf(InvalidAttributeValueException.class);
    assertThatThrownBy(() -> create(name + "-x", Map.of(QueueAttributeName.POLICY, "{}")))
        .isInstanceOf(InvalidAttributeNameException.class);
    assertThatThrownBy(() -> sqs.getQueueUrl(r -> r.queueName(name + "-x")))
        .isInstanceOf(QueueDoesNotExistException.class);
  }

  @Test
  void aDeadLetterQueueMustExistAndBeAnother() {
    for (String target : List.of(name, name + "-missing")) {
      assertThatThrownBy(() -> redriveTo(Queue.arn(target)))
          .isInstanceOf(SqsException.class)
          .hasMessageContaining("Dead letter target does not exist");
    }
  }

  @Test
  void deadLettersAreMovedBackToTheQueueWhereTheyDied() {
    String dead = create(name + "-dead", Map.of());
    redriveTo(Queue.arn(name + "-dead"));
    die("poison");
    assertThat(attributes(dead))
        .containsEntry(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "1");

    sqs.startMessageMoveTask(r -> r.sourceArn(Queue.arn(name + "-dead")));

    assertThat(receive(queue)).extracting(Message::body).containsExactly("poison");
    assertThat(tasks())
        .singleElement()
        .satisfies(
            task -> {
              assertThat(task.status()).isEqualTo("COMPLETED");
              assertThat(task.approximateNumberOfMessagesMoved()).isOne();
              assertThat(task.destinationArn()).isNull();
            });
  }

  @Test
  void deadLettersAreMovedToTheQueueThatIsNamed() {
    String dead = create(name + "-dead", Map.of());
    String other = create(name + "-other", Map.of());
    redriveTo(Queue.arn(name + "-dead"));
    sqs.sendMessage(r -> r.queueUrl(dead).messageBody("sent here directly"));

    sqs.startMessageMoveTask(
        r ->
            r.sourceArn(Queue.arn(name + "-dead"))
                .destinationArn(Queue.arn(name + "-other"))
                .maxNumberOfMessagesPerSecond(500));

    assertThat(receive(other)).extracting(Message::body).containsExactly("sent here directly");
    assertThat(tasks())
        .extracting(ListMessageMoveTasksResultEntry::destinationArn)
        .containsExactly(Queue.arn(name + "-other"));
  }

  @Test
  void aDeadLetterThatDiedNowhereStaysAndFailsTheMove() {
    String dead = create(name + "-dead", Map.of());
    redriveTo(Queue.arn(name + "-dead"));
    sqs.sendMessage(r -> r.queueUrl(dead).messageBody("sent here directly"));
    sqs.startMessageMoveTask(r -> r.sourceArn(Queue.arn(name + "-dead")));

    assertThat(tasks().get(0).status()).isEqualTo("FAILED");
    assertThat(tasks().get(0).failureReason()).isEqualTo("CouldNotDetermineMessageSource");
    assertThat(receive(dead)).hasSize(1);
  }

  @Test
  void onlyTheMessagesOfADeadLetterQueueAreMoved() {
    assertThatThrownBy(() -> sqs.startMessageMoveTask(r -> r.sourceArn(Queue.arn(name))))
        .hasMessageContaining("must be configured as a Dead Letter Queue");
    assertThatThrownBy(() -> sqs.startMessageMoveTask(r -> r.sourceArn(Queue.arn("no-such"))))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void aQueueThatDoesNotExistIsNamedAsTheServiceNamesIt() throws Exception {
    assertThatThrownBy(() -> receive(queue + "-missing"))
        .isInstanceOfSatisfying(
            QueueDoesNotExistException.class,
            e ->
                assertThat(e.awsErrorDetails().errorCode())
                    .isEqualTo("AWS.SimpleQueueService.NonExistentQueue"));

    HttpResponse<String> raw =
        post("AmazonSQS.GetQueueUrl", "{\"QueueName\":\"" + name + "-missing\"}");
    assertThat(raw.statusCode()).isEqualTo(400);
    assertThat(raw.headers().firstValue("Content-Type")).contains("application/x-amz-json-1.0");
    assertThat(raw.headers().firstValue("x-amzn-query-error"))
        .contains("AWS.SimpleQueueService.NonExistentQueue;Sender");
    assertThat(raw.body())
        .contains(
            "\"__type\":\"com.amazonaws.sqs#QueueDoesNotExist\"",
            "\"message\":\"The specified queue does not exist.\"");
  }

  @Test
  void whatTheStandInDoesNotKnowIsRefused() throws Exception {
    assertThatThrownBy(() -> sqs.listQueueTags(r -> r.queueUrl(queue)))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(post("Other.GetQueueUrl", "{}").statusCode()).isEqualTo(404);
    assertThat(post("AmazonSQS.GetQueueUrl", "no json").statusCode()).isEqualTo(400);
    assertThat(post("AmazonSQS.GetQueueUrl", "{}").body()).contains("MissingParameter");
    String notBase64 =
        """
        {"QueueUrl": "%s", "MessageBody": "m",
         "MessageAttributes": {"raw": {"DataType": "Binary", "BinaryValue": "?"}}}
        """
            .formatted(queue);
    assertThat(post("AmazonSQS.SendMessage", notBase64).body()).contains("no base64");
  }

  @Test
  void callsAreCountedByActionWhateverTheirAnswer() {
    SqsServer server = standIns.queues();
    server.resetCalls();
    receive(queue);
    receive(queue);
    assertThatThrownBy(() -> sqs.getQueueUrl(r -> r.queueName("no-such")))
        .isInstanceOf(QueueDoesNotExistException.class);

    assertThat(server.calls()).isEqualTo(Map.of("ReceiveMessage", 2L, "GetQueueUrl", 1L));
    server.resetCalls();
    assertThat(server.calls()).isEmpty();
  }

  private void die(String body) {
    sqs.sendMessage(r -> r.queueUrl(queue).messageBody(body));
    Message message = receive(queue).get(0);
    sqs.changeMessageVisibility(
        r -> r.queueUrl(queue).receiptHandle(message.receiptHandle()).visibilityTimeout(0));
    assertThat(receive(queue)).isEmpty();
  }

  private void redriveTo(String arn) {
    set(queue, REDRIVE_POLICY, new RedrivePolicy(arn, 1).toString());
  }

  private List<ListMessageMoveTasksResultEntry> tasks() {
    return sqs.listMessageMoveTasks(r -> r.sourceArn(Queue.arn(name + "-dead"))).results();
  }

  private String create(String called, Map<QueueAttributeName, String> attributes) {
    return sqs.createQueue(r -> r.queueName(called).attributes(attributes)).queueUrl();
  }

  private void set(String url, QueueAttributeName attribute, String value) {
    sqs.setQueueAttributes(r -> r.queueUrl(url).attributes(Map.of(attribute, value)));
  }

  private Map<QueueAttributeName, String> attributes(String url) {
    return sqs.getQueueAttributes(r -> r.queueUrl(url).attributeNames(QueueAttributeName.ALL))
        .attributes();
  }

  private List<Message> receive(String url) {
    return sqs.receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(10)).messages();
  }

  private HttpResponse<String> post(String target, String body) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + standIns.ports().sqs()))
                .header("X-Amz-Target", target)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
