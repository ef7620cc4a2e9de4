package ai.fileprocessing.jobs.worker;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;

/** The queue of the messages that nobody can work. They are read, and stay where they are. */
@ApplicationScoped
class DeadLetterQueue {
  /** Longer than a reading takes; what a reader that dies has in its hands is hidden until then. */
  private static final Duration HIDDEN = Duration.ofMinutes(5);

  /** Enough to ask all of SQS's servers: a short poll may find none of those that are there. */
  private static final Duration POLL = Duration.ofSeconds(1);

  private final SqsClient sqs;
  private final String queue;

  @Inject
  DeadLetterQueue(SqsClient sqs, WorkerSettings settings) {
    this.sqs = sqs;
    queue = settings.deadLetterQueue().toString();
  }

  /** Takes some that nobody has in hand; they are hidden until they are shown again. */
  List<Message> receive() {
    return new ReceiveMessages(sqs, queue).receive(WorkQueue.BATCH, HIDDEN, POLL);
  }

  /** Shows up to {@link WorkQueue#BATCH} of them to everybody again, and to a redrive. */
  void show(List<Message> letters) {
    List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>();
    for (Message letter : letters) {
      entries.add(
          ChangeMessageVisibilityBatchRequestEntry.builder()
              .id(Integer.toString(entries.size()))
              .receiptHandle(letter.receipt())
              .visibilityTimeout(0)
              .build());
    }
    // One that is refused was in somebody else's hands meanwhile, or is gone.
    sqs.changeMessageVisibilityBatch(it -> it.queueUrl(queue).entries(entries));
  }
}
