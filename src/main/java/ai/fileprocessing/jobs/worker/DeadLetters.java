package ai.fileprocessing.jobs.worker;

import ai.fileprocessing.platform.Trouble;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the dead-letter queue, so that whoever waits for the work learns that it has ended. One
 * process of all does that at a time. The messages stay there for a person to look at: none is read
 * twice in one reading, and after it all are where they were, to be seen and to be redriven.
 */
@ApplicationScoped
class DeadLetters {
  private static final System.Logger LOG = System.getLogger(DeadLetters.class.getName());

  /** So many have room in memory, and are told of before the first is visible by itself again. */
  private static final int MOST = 5_000;

  private final DeadLetterQueue queue;
  private final Work work;
  private final TakeTurn turn;
  private final Trouble trouble;

  @Inject
  DeadLetters(DeadLetterQueue queue, Work work, TakeTurn turn, Clock clock) {
    this.queue = queue;
    this.work = work;
    this.turn = turn;
    trouble = new Trouble(LOG, clock);
  }

  void read() {
    List<Message> letters = new ArrayList<>();
    try {
      while (letters.size() < MOST && turn.take()) {
        List<Message> some = queue.receive();
        if (some.isEmpty()) {
          break;
        }
        letters.addAll(some);
        some.forEach(this::tell);
      }
    } catch (RuntimeException e) {
      trouble.warn("The dead letters could not be read; they are read later", e);
    } finally {
      for (int from = 0; from < letters.size(); from += WorkQueue.BATCH) {
        show(letters.subList(from, Math.min(from + WorkQueue.BATCH, letters.size())));
      }
    }
  }

  /** What fails here must not keep the letters behind it from being recorded. */
  private void tell(Message letter) {
    try {
      work.dead(letter);
    } catch (RuntimeException e) {
      trouble.warn("A dead letter could not be recorded; the next reading tries again", e);
    }
  }

  private void show(List<Message> some) {
    try {
      queue.show(some);
    } catch (RuntimeException e) {
      trouble.warn("Dead letters could not be shown again; they are in some minutes", e);
    }
  }
}
