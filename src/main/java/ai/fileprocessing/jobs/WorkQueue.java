package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.LongPoll;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The queue between submitting and working: one small message per file, ids only. */
@ApplicationScoped
class WorkQueue {
  /** The most entries of one batch and of one receive (SQS API reference). */
  static final int BATCH = 10;

  /** How often an entry is sent that SQS refuses. */
  private static final int SENDS = 3;

  /**
   * Long enough to cost little, short enough to wait for when the process stops. It cannot be cut
   * short: SQS may hand a message to a poll whose client is gone.
   */
  static final Duration LONGEST_POLL = Duration.ofSeconds(5);

  /** A message in our hands until its lease ends. */
  record Received(String body, String receipt) {}

  private final SqsClient sqs;
  private final SqsClient poll;
  private final JsonMapper mapper;
  private final JobsSettings settings;

  @Inject
  WorkQueue(SqsClient sqs, @LongPoll SqsClient poll, JsonMapper mapper, JobsSettings settings) {
    this.sqs = sqs;
    this.poll = poll;
    this.mapper = mapper;
    this.settings = settings;
  }

  /**
   * Rings once for every ticket.
   *
   * @throws SdkException when not all were taken; some may have been
   */
  void send(List<Ticket> tickets) {
    for (int from = 0; from < tickets.size(); from += BATCH) {
      List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
      for (Ticket ticket : tickets.subList(from, Math.min(from + BATCH, tickets.size()))) {
        entries.add(
            SendMessageBatchRequestEntry.builder()
                .id(Integer.toString(entries.size()))
                .messageBody(mapper.writeValueAsString(ticket))
                .build());
      }
      send(entries, SENDS);
    }
  }

  /** SQS answers a batch as a whole with success and names the entries that it did not take. */
  private void send(List<SendMessageBatchRequestEntry> entries, int tries) {
    Set<String> refused =
        sqs.sendMessageBatch(it -> it.queueUrl(queue()).entries(entries)).failed().stream()
            .map(BatchResultErrorEntry::id)
            .collect(Collectors.toSet());
    if (refused.isEmpty()) {
      return;
    }
    if (tries == 1) {
      throw SdkException.builder().message("SQS refused " + refused.size() + " messages").build();
    }
    send(entries.stream().filter(it -> refused.contains(it.id())).toList(), tries - 1);
  }

  /** Waits for up to so many messages; each comes with a lease. */
  List<Received> receive(int most) {
    return poll
        .receiveMessage(
            it ->
                it.queueUrl(queue())
                    .maxNumberOfMessages(most)
                    .visibilityTimeout((int) settings.lease().toSeconds())
                    .waitTimeSeconds((int) LONGEST_POLL.toSeconds()))
        .messages()
        .stream()
        .map(message -> new Received(message.body(), message.receiptHandle()))
        .toList();
  }

  /** The ticket of a message; empty when it is none of ours. */
  Optional<Ticket> ticket(Received message) {
    try {
      Ticket ticket = mapper.readValue(message.body(), Ticket.class);
      boolean whole =
          ticket != null
              && ticket.userId() != null
              && !ticket.userId().isEmpty()
              && Ids.isOne(ticket.jobId())
              && Ids.isOne(ticket.fileId());
      return whole ? Optional.of(ticket) : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  void delete(Received message) {
    sqs.deleteMessage(it -> it.queueUrl(queue()).receiptHandle(message.receipt()));
  }

  /** Gives a message back, to be seen again after a while. */
  void giveBack(Received message, Duration delay) {
    sqs.changeMessageVisibility(
        it ->
            it.queueUrl(queue())
                .receiptHandle(message.receipt())
                .visibilityTimeout((int) delay.plusMillis(999).toSeconds()));
  }

  /** Keeps what nobody can read for a person to look at. */
  void bury(Received message) {
    sqs.sendMessage(
        it -> it.queueUrl(settings.deadLetterQueue().toString()).messageBody(message.body()));
    delete(message);
  }

  /** Extends the leases of up to ten messages. The receipts of those that were lost. */
  List<String> extend(List<Received> messages) {
    List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>();
    for (Received message : messages) {
      entries.add(
          ChangeMessageVisibilityBatchRequestEntry.builder()
              .id(Integer.toString(entries.size()))
              .receiptHandle(message.receipt())
              .visibilityTimeout((int) settings.lease().toSeconds())
              .build());
    }
    return sqs
        .changeMessageVisibilityBatch(it -> it.queueUrl(queue()).entries(entries))
        .failed()
        .stream()
        .filter(BatchResultErrorEntry::senderFault)
        .map(failed -> messages.get(Integer.parseInt(failed.id())).receipt())
        .toList();
  }

  private String queue() {
    return settings.queue().toString();
  }
}
