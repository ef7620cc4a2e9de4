package ai.fileprocessing.local;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The polls that wait for messages, none of them on a thread; who came first is served first. */
final class Polls {
  /** Runs something later, on a thread that may write. */
  @FunctionalInterface
  interface Timer {
    void after(long millis, Runnable task);
  }

  private final Object lock;
  private final Clock clock;
  private final Timer timer;
  private final Set<Poll> waiting = new LinkedHashSet<>();
  private long wakeAt = Long.MAX_VALUE;

  /**
   * @param lock the one of all queues
   */
  Polls(Object lock, Clock clock, Timer timer) {
    this.lock = lock;
    this.clock = clock;
    this.timer = timer;
  }

  long waitingFor(Queue queue) {
    synchronized (lock) {
      return waiting.stream().filter(poll -> poll.queue() == queue).count();
    }
  }

  void add(Poll poll) {
    synchronized (lock) {
      waiting.add(poll);
    }
    serve();
  }

  /** Answers every poll that can be: call it after whatever may have made a message visible. */
  void serve() {
    // Written without the lock, which a consumer that reads slowly must not hold.
    List<Runnable> answers = new ArrayList<>();
    synchronized (lock) {
      long now = clock.millis();
      // Again, because a receive may have sent dead letters to the queue of an earlier poll.
      boolean received = serve(now, answers);
      while (received) {
        received = serve(now, answers);
      }
      wakeInTime(now);
    }
    answers.forEach(Runnable::run);
  }

  /** Whether any poll received. */
  private boolean serve(long now, List<Runnable> answers) {
    boolean received = false;
    for (Iterator<Poll> polls = waiting.iterator(); polls.hasNext(); ) {
      Poll poll = polls.next();
      boolean visible = poll.queue().hasVisible();
      boolean over = poll.deadline() <= now;
      if ((visible || over) && !poll.exchange().isOpen()) {
        polls.remove();
        answers.add(poll.exchange()::abandon);
        continue;
      }
      List<ReceivedMessage> messages = visible ? poll.receive() : List.of();
      received |= visible;
      if (over || !messages.isEmpty()) {
        polls.remove();
        answers.add(() -> poll.answer(messages, lost -> giveBack(poll.queue(), lost)));
      }
    }
    return received;
  }

  private void giveBack(Queue queue, List<ReceivedMessage> messages) {
    synchronized (lock) {
      messages.forEach(message -> queue.giveBack(message.receipt()));
    }
    serve();
  }

  private void wakeInTime(long now) {
    long next =
        waiting.stream()
            .mapToLong(
                poll -> Math.min(poll.deadline(), poll.queue().nextDue().orElse(Long.MAX_VALUE)))
            .min()
            .orElse(Long.MAX_VALUE);
    if (next < wakeAt) {
      wakeAt = next;
      timer.after(Math.max(1, next - now), this::wake);
    }
  }

  private void wake() {
    synchronized (lock) {
      wakeAt = Long.MAX_VALUE;
    }
    serve();
  }
}
