package ai.fileprocessing.local;

import ai.fileprocessing.local.QueuedMessage.Place;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/** Where the messages of a queue stand: visible, or hidden until a time in epoch milliseconds. */
final class Places {
  private final FairOrder visible = new FairOrder();
  private final NavigableSet<QueuedMessage> hidden = new TreeSet<>(QueuedMessage.BY_DUE_TIME);
  private int inFlight;
  private long nextRank;

  void show(QueuedMessage message) {
    message.stand(Place.VISIBLE, nextRank++, 0);
    visible.add(message);
  }

  void delay(QueuedMessage message, long until) {
    message.stand(Place.DELAYED, nextRank++, until);
    hidden.add(message);
  }

  void handOut(QueuedMessage message, long until) {
    message.stand(Place.IN_FLIGHT, nextRank++, until);
    hidden.add(message);
    visible.take(message);
    inFlight++;
  }

  /** Takes a message from where it stands. */
  void lift(QueuedMessage message) {
    if (message.place() == Place.VISIBLE) {
      visible.remove(message);
      return;
    }
    hidden.remove(message);
    if (message.place() == Place.IN_FLIGHT) {
      visible.giveBack(message);
      inFlight--;
    }
  }

  void showDue(long now) {
    while (!hidden.isEmpty() && hidden.first().dueAt() <= now) {
      QueuedMessage due = hidden.first();
      lift(due);
      show(due);
    }
  }

  Optional<QueuedMessage> next() {
    return visible.next();
  }

  /** When the next hidden message becomes visible by itself. */
  OptionalLong nextDue() {
    return hidden.isEmpty() ? OptionalLong.empty() : OptionalLong.of(hidden.first().dueAt());
  }

  Queue.Counts counts() {
    return new Queue.Counts(visible.size(), inFlight, hidden.size() - inFlight);
  }
}
