package ai.fileprocessing.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

class SqsStandInTest {
  private final StandIns standIns = StandIns.shared();
  private final SqsClient sqs = standIns.sqs();
  private final String jobs = standIns.environment().get("JOBS_QUEUE_URL");
  private String queue;

  @BeforeEach
  void createQueue() {
    queue = sqs.createQueue(r -> r.queueName("test-" + System.nanoTime())).queueUrl();
  }

  @Test
  void aMessageIsHiddenUntilItsVisibilityIsGivenBack() {
    sqs.sendMessage(r -> r.queueUrl(queue).messageBody("ring"));
    Message received = receive().get(0);

    assertThat(receive()).isEmpty();

    sqs.changeMessageVisibility(
        r -> r.queueUrl(queue).receiptHandle(received.receiptHandle()).visibilityTimeout(0));
    assertThat(receive()).extracting(Message::body).containsExactly("ring");
  }

  @Test
  void aBatchIsSentAndDeletedWhole() {
    sqs.sendMessageBatch(r -> r.queueUrl(queue).entries(entry("a"), entry("b")));
    List<Message> messages = receive();

    assertThat(messages).extracting(Message::body).containsExactlyInAnyOrder("a", "b");
    messages.forEach(
        m -> sqs.deleteMessage(r -> r.queueUrl(queue).receiptHandle(m.receiptHandle())));
    assertThat(
            sqs.getQueueAttributes(r -> r.queueUrl(queue).attributeNames(QueueAttributeName.ALL))
                .attributes())
        .containsEntry(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "0")
        .containsEntry(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE, "0");
  }

  @Test
  void theQueueOfJobsIsAsTheTemplateSays() {
    var attributes =
        sqs.getQueueAttributes(r -> r.queueUrl(jobs).attributeNames(QueueAttributeName.ALL))
            .attributes();

    assertThat(attributes)
        .containsEntry(QueueAttributeName.VISIBILITY_TIMEOUT, "60")
        .containsEntry(QueueAttributeName.RECEIVE_MESSAGE_WAIT_TIME_SECONDS, "20");
    assertThat(attributes.get(QueueAttributeName.REDRIVE_POLICY))
        .contains("arn:aws:sqs:us-east-1:000000000000:local-jobs-dead-letters");
    assertThat(sqs.getQueueUrl(r -> r.queueName("local-jobs-dead-letters")).queueUrl())
        .isEqualTo(standIns.environment().get("JOBS_DEAD_LETTER_QUEUE_URL"));
    assertThat(sqs.getQueueUrl(r -> r.queueName("local-jobs")).queueUrl()).isEqualTo(jobs);
  }

  private static SendMessageBatchRequestEntry entry(String body) {
    return SendMessageBatchRequestEntry.builder().id(body).messageBody(body).build();
  }

  private List<Message> receive() {
    return sqs.receiveMessage(r -> r.queueUrl(queue).maxNumberOfMessages(10)).messages();
  }
}
