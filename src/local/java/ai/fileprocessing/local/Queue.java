package ai.fileprocessing.local;

import ai.fileprocessing.local.QueuedMessage.Place;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A standard queue. It is not safe for several threads, since a message may pass from one queue to
 * another: whoever has queues has one lock for all of them.
 */
final class Queue {
  /** How many messages stand where. */
  record Counts(int visible, int inFlight, int delayed) {}

  private final String name;
  private final Clock clock;
  private final Function<String, Optional<Queue>> byArn;
  private final long createdAt;
  private final Map<String, QueuedMessage> messages = new HashMap<>();
  private final Places places = new Places();
  private final NavigableSet<QueuedMessage> byAge = new TreeSet<>(QueuedMessage.BY_AGE);
  private QueueSettings settings = QueueSettings.usual();
  private long changedAt;
  private long handedOut;

  /**
   * @param byArn finds the queue of the dead letters
   */
  Queue(String name, Clock clock, Function<String, Optional<Queue>> byArn) {
    this.name = name;
    this.clock = clock;
    this.byArn = byArn;
    this.createdAt = clock.millis();
    this.changedAt = createdAt;
  }

  static String arn(String name) {
    return "arn:aws:sqs:%s:%s:%s".formatted(Template.REGION, Template.ACCOUNT, name);
  }

  String name() {
    return name;
  }

  String arn() {
    return arn(name);
  }

  long createdAt() {
    return createdAt;
  }

  long changedAt() {
    return changedAt;
  }

  QueueSettings settings() {
    return settings;
  }

  void use(QueueSettings changed) {
    settings = changed;
    changedAt = clock.millis();
  }

  /** Keeps a message; it is visible after the delay, in seconds, or else after the queue's own. */
  String send(MessageContent content, OptionalInt delay) {
    QueuedMessage message =
        QueuedMessage.sent(UUID.randomUUID().toString(), content, clock.millis());
    messages.put(message.id(), message);
    byAge.add(message);
    int seconds = delay.orElse(settings.delaySeconds());
    if (seconds == 0) {
      places.show(message);
    } else {
      places.delay(message, due(seconds));
    }
    return message.id();
  }

  /**
   * Hands out visible messages, and hides them for so many seconds, or else for the queue's own
   * time. What was received too often goes to the dead-letter queue instead.
   */
  List<ReceivedMessage> receive(int most, OptionalInt visibility) {
    refresh();
    int seconds = visibility.orElse(settings.visibilitySeconds());
    List<ReceivedMessage> received = new ArrayList<>();
    while (received.size() < most && places.next().isPresent()) {
      QueuedMessage message = places.next().get();
      Optional<Queue> deadLetters = deadLettersFor(message);
      if (deadLetters.isPresent()) {
        remove(message);
        deadLetters.get().adopt(message.deadLetterOf(arn()));
      } else {
        places.lift(message);
        message.receive(
            new ReceiptHandle(name, message.id(), handedOut++).toString(), clock.millis());
        places.handOut(message, due(seconds));
        received.add(message.received());
      }
    }
    return received;
  }

  boolean hasVisible() {
    refresh();
    return places.next().isPresent();
  }

  /** When, in epoch milliseconds, the next hidden message becomes visible by itself. */
  OptionalLong nextDue() {
    return places.nextDue();
  }

  /** Deletes by the receipt of the last receive; an older one has no effect. */
  void delete(String receipt) {
    refresh();
    last(receipt).ifPresent(this::remove);
  }

  /** Makes a message in flight visible in so many seconds from now. */
  void changeVisibility(String receipt, int seconds) {
    refresh();
    QueuedMessage message =
        last(receipt)
            .orElseThrow(
                () ->
                    SqsRefusedException.invalid(
                        "ReceiptHandle",
                        receipt,
                        "Message does not exist or is not available for visibility timeout"
                            + " change."));
    if (message.place() != Place.IN_FLIGHT) {
      throw new SqsRefusedException(
          SqsFault.MESSAGE_NOT_INFLIGHT, "The message referred to isn't in flight.");
    }
    if (due(seconds) > message.receivedAt() + millis(QueueSettings.LONGEST_VISIBILITY)) {
      throw SqsRefusedException.invalid(
          "VisibilityTimeout",
          seconds,
          "Total VisibilityTimeout for the message is beyond the limit [%d seconds]"
              .formatted(QueueSettings.LONGEST_VISIBILITY));
    }
    places.lift(message);
    if (seconds == 0) {
      places.show(message);
    } else {
      places.handOut(message, due(seconds));
    }
  }

  /** Takes back a message that was handed out and did not arrive. */
  void giveBack(String receipt) {
    refresh();
    last(receipt)
        .filter(message -> message.place() == Place.IN_FLIGHT)
        .ifPresent(
            message -> {
              places.lift(message);
              places.show(message);
            });
  }

  void purge() {
    List.copyOf(messages.values()).forEach(this::remove);
  }

  /**
   * Sends every visible message anew to the queue that is found for it.
   *
   * @return how many were sent; the others stay
   */
  int redrive(Function<QueuedMessage, Optional<Queue>> destination) {
    refresh();
    int moved = 0;
    for (QueuedMessage message : List.copyOf(byAge)) {
      Optional<Queue> target =
          message.place() == Place.VISIBLE ? destination.apply(message) : Optional.empty();
      if (target.isPresent()) {
        remove(message);
        target.get().send(message.content(), OptionalInt.empty());
        moved++;
      }
    }
    return moved;
  }

  Counts counts() {
    refresh();
    return places.counts();
  }

  private void refresh() {
    long now = clock.millis();
    while (!byAge.isEmpty()
        && byAge.first().sentAt() + millis(settings.retentionSeconds()) <= now) {
      remove(byAge.first());
    }
    places.showDue(now);
  }

  private Optional<Queue> deadLettersFor(QueuedMessage message) {
    return settings
        .redrive()
        .filter(policy -> message.receives() >= policy.maxReceiveCount())
        .flatMap(policy -> byArn.apply(policy.target()));
  }

  private void adopt(QueuedMessage message) {
    messages.put(message.id(), message);
    byAge.add(message);
    places.show(message);
  }

  private Optional<QueuedMessage> last(String receipt) {
    return Optional.ofNullable(messages.get(ReceiptHandle.of(receipt, name).message()))
        .filter(message -> message.receipt().equals(receipt));
  }

  private void remove(QueuedMessage message) {
    places.lift(message);
    byAge.remove(message);
    messages.remove(message.id());
  }

  private long due(int seconds) {
    return clock.millis() + millis(seconds);
  }

  private static long millis(int seconds) {
    return TimeUnit.SECONDS.toMillis(seconds);
  }
}
