package ai.fileprocessing.jobs.worker;

import ai.fileprocessing.platform.LongPoll;
import ai.fileprocessing.platform.Traces;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/**
 * The queue of the work. A message carries its caller as message group, by which SQS is fair: the
 * work of a caller who has much in hand does not delay that of others (SQS Developer Guide, "Amazon
 * SQS fair queues").
 */
@ApplicationScoped
public class WorkQueue {
  /** The most entries of one batch and of one receive (SQS API reference). */
  public static final int BATCH = 10;

  /** How often an entry is sent that SQS refuses. */
  private static final int SENDS = 3;

  /**
   * Long enough to cost little, short enough to wait for when the process stops. It cannot be cut
   * short: SQS may hand a message to a poll whose client is gone.
   */
  static final Duration LONGEST_POLL = Duration.ofSeconds(5);

  /** The longest that a message can be delayed when it is sent (SQS API reference). */
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(15);

  /** The longest that a message can be hidden (SQS API reference). */
  private static final Duration LONGEST_HIDDEN = Duration.ofHours(12);

  /**
   * After so many receives a message is replaced by a new one, well before the redrive policy takes
   * it for one that kills its workers: waiting for a busy model is no fault of a message.
   */
  private static final int RENEWED = 40;

  /** What to send: the body, and the caller whose work it is. */
  public record Outgoing(String body, String group) {}

  /**
   * Which messages of a batch were not extended, by their receipts.
   *
   * @param lost those that are not ours any more
   * @param failed those that SQS did not extend by its own fault
   */
  record NotExtended(Set<String> lost, Set<String> failed) {}

  private final SqsClient sqs;
  private final ReceiveMessages received;
  private final WorkerSettings settings;

  @Inject
  WorkQueue(SqsClient sqs, @LongPoll SqsClient poll, WorkerSettings settings) {
    this.sqs = sqs;
    this.settings = settings;
    received = new ReceiveMessages(poll, queue());
  }

  /** Its name. */
  String name() {
    String url = queue();
    return url.substring(url.lastIndexOf('/') + 1);
  }

  /**
   * Sends up to {@link #BATCH} messages, whose work is part of what is under way on this thread.
   *
   * @throws SdkException when not all were taken; some may have been
   */
  public void send(List<Outgoing> messages) {
    if (messages.isEmpty()) {
      return;
    }
    Map<String, MessageAttributeValue> trace = attributes(Traces.context());
    List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
    for (Outgoing message : messages) {
      entries.add(
          SendMessageBatchRequestEntry.builder()
              .id(Integer.toString(entries.size()))
              .messageBody(message.body())
              .messageGroupId(group(message.group()))
              .messageAttributes(trace)
              .build());
    }
    send(entries, SENDS);
  }

  /** SQS answers a batch as a whole with success and names the entries that it did not take. */
  private void send(List<SendMessageBatchRequestEntry> entries, int tries) {
    Set<String> refused =
        ids(sqs.sendMessageBatch(it -> it.queueUrl(queue()).entries(entries)).failed());
    if (refused.isEmpty()) {
      return;
    }
    if (tries == 1) {
      throw SdkException.builder().message("SQS refused " + refused.size() + " messages").build();
    }
    send(entries.stream().filter(it -> refused.contains(it.id())).toList(), tries - 1);
  }

  /** About how many messages wait to be received. */
  public int waiting() {
    return Integer.parseInt(
        sqs.getQueueAttributes(
                it ->
                    it.queueUrl(queue())
                        .attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
            .attributes()
            .get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES));
  }

  /** Waits for up to so many messages; each comes with a lease. */
  List<Message> receive(int most) {
    return received.receive(most, settings.lease(), LONGEST_POLL);
  }

  /** Deletes up to {@link #BATCH} messages. The receipts of those that are still there. */
  Set<String> delete(List<Message> messages) {
    List<DeleteMessageBatchRequestEntry> entries = new ArrayList<>();
    for (Message message : messages) {
      entries.add(
          DeleteMessageBatchRequestEntry.builder()
              .id(Integer.toString(entries.size()))
              .receiptHandle(message.receipt())
              .build());
    }
    return ids(sqs.deleteMessageBatch(it -> it.queueUrl(queue()).entries(entries)).failed())
        .stream()
        .map(id -> messages.get(Integer.parseInt(id)).receipt())
        .collect(Collectors.toSet());
  }

  /** Gives a message back, to be seen again after a while. */
  void giveBack(Message message, Duration delay) {
    sqs.changeMessageVisibility(
        it ->
            it.queueUrl(queue())
                .receiptHandle(message.receipt())
                .visibilityTimeout(seconds(delay, LONGEST_HIDDEN)));
  }

  /** Gives a message back through no fault of its own, however often that has happened before. */
  void postpone(Message message, Duration delay) {
    if (message.receives() < RENEWED) {
      giveBack(message, delay);
    } else {
      renew(message, delay);
    }
  }

  private void renew(Message message, Duration delay) {
    sqs.sendMessage(
        it ->
            it.queueUrl(queue())
                .messageBody(message.body())
                .messageGroupId(group(message.group()))
                .messageAttributes(attributes(message.trace()))
                .delaySeconds(seconds(delay, LONGEST_DELAY)));
    delete(List.of(message));
  }

  /** Keeps what nobody can read for a person to look at. */
  void bury(Message message) {
    String deadLetters = settings.deadLetterQueue().toString();
    sqs.sendMessage(it -> it.queueUrl(deadLetters).messageBody(message.body()));
    delete(List.of(message));
  }

  /** Extends the leases of up to ten messages. */
  NotExtended extend(List<Message> messages) {
    List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>();
    for (Message message : messages) {
      entries.add(
          ChangeMessageVisibilityBatchRequestEntry.builder()
              .id(Integer.toString(entries.size()))
              .receiptHandle(message.receipt())
              .visibilityTimeout((int) settings.lease().toSeconds())
              .build());
    }
    Map<Boolean, Set<String>> bySendersFault =
        sqs
            .changeMessageVisibilityBatch(it -> it.queueUrl(queue()).entries(entries))
            .failed()
            .stream()
            .collect(
                Collectors.partitioningBy(
                    BatchResultErrorEntry::senderFault,
                    Collectors.mapping(
                        it -> messages.get(Integer.parseInt(it.id())).receipt(),
                        Collectors.toSet())));
    return new NotExtended(bySendersFault.get(true), bySendersFault.get(false));
  }

  /** None rather than an empty map, so that a message that is part of nothing looks like one. */
  private static Map<String, MessageAttributeValue> attributes(Map<String, String> trace) {
    return trace.isEmpty()
        ? null
        : trace.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, it -> text(it.getValue())));
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }

  /** SQS knows no empty group; the names of callers are such as it takes. */
  private static String group(String name) {
    return name.isEmpty() ? null : name;
  }

  /** Whole seconds, rounded up, as SQS takes them. */
  private static int seconds(Duration delay, Duration most) {
    Duration positive = delay.isNegative() ? Duration.ZERO : delay;
    Duration bounded = positive.compareTo(most) < 0 ? positive : most;
    return (int) bounded.plusMillis(999).toSeconds();
  }

  private static Set<String> ids(List<BatchResultErrorEntry> failed) {
    return failed.stream().map(BatchResultErrorEntry::id).collect(Collectors.toSet());
  }

  private String queue() {
    return settings.queue().toString();
  }
}
