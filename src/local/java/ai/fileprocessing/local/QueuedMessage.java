package ai.fileprocessing.local;

import java.util.Comparator;
import java.util.Optional;

/** A message in a queue, which alone changes it. Times are epoch milliseconds. */
final class QueuedMessage {
  static final Comparator<QueuedMessage> BY_DUE_TIME =
      Comparator.<QueuedMessage>comparingLong(it -> it.dueAt).thenComparingLong(it -> it.rank);
  static final Comparator<QueuedMessage> BY_AGE =
      Comparator.<QueuedMessage>comparingLong(it -> it.sentAt).thenComparing(it -> it.id);

  enum Place {
    VISIBLE,
    DELAYED,
    IN_FLIGHT
  }

  private final String id;
  private final MessageContent content;
  private final long sentAt;
  private final Optional<String> deadLetterOf;
  private int receives;
  private long firstReceivedAt;
  private long receivedAt;
  private String receipt = "";
  private Place place = Place.VISIBLE;
  private long rank;
  private long dueAt;

  private QueuedMessage(
      String id, MessageContent content, long sentAt, Optional<String> deadLetterOf) {
    this.id = id;
    this.content = content;
    this.sentAt = sentAt;
    this.deadLetterOf = deadLetterOf;
  }

  static QueuedMessage sent(String id, MessageContent content, long now) {
    return new QueuedMessage(id, content, now, Optional.empty());
  }

  /** The same message, its age and its receives included, for a dead-letter queue. */
  QueuedMessage deadLetterOf(String arn) {
    QueuedMessage dead = new QueuedMessage(id, content, sentAt, Optional.of(arn));
    dead.receives = receives;
    dead.firstReceivedAt = firstReceivedAt;
    return dead;
  }

  /**
   * Changes where it stands, while it stands in no order.
   *
   * @param rank a later place has a higher one
   * @param due when it becomes visible; without meaning for one that is
   */
  void stand(Place at, long rank, long due) {
    this.place = at;
    this.rank = rank;
    this.dueAt = due;
  }

  void receive(String newReceipt, long now) {
    receives++;
    firstReceivedAt = receives == 1 ? now : firstReceivedAt;
    receivedAt = now;
    receipt = newReceipt;
  }

  ReceivedMessage received() {
    return new ReceivedMessage(
        id, receipt, content, sentAt, receives, firstReceivedAt, deadLetterOf);
  }

  /** Its group; one without is nobody's neighbour (SQS's developer guide, fair queues). */
  String tenant() {
    return content.group().map(group -> "group " + group).orElse("message " + id);
  }

  String id() {
    return id;
  }

  MessageContent content() {
    return content;
  }

  long sentAt() {
    return sentAt;
  }

  Optional<String> deadLetterOf() {
    return deadLetterOf;
  }

  int receives() {
    return receives;
  }

  long receivedAt() {
    return receivedAt;
  }

  String receipt() {
    return receipt;
  }

  Place place() {
    return place;
  }

  long rank() {
    return rank;
  }

  long dueAt() {
    return dueAt;
  }
}
