package ai.fileprocessing.jobs.worker;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;

/**
 * Reads the dead-letter queue, so that whoever waits for the work learns that it has ended. The
 * messages stay there for a person to look at, and are read again after some minutes.
 */
@ApplicationScoped
class DeadLetters {
  private static final System.Logger LOG = System.getLogger(DeadLetters.class.getName());

  /** For one that could not be recorded: its owner waits. */
  private static final Duration SOON = Duration.ofMinutes(1);

  private final WorkQueue queue;
  private final Work work;

  @Inject
  DeadLetters(WorkQueue queue, Work work) {
    this.queue = queue;
    this.work = work;
  }

  void read() {
    try {
      for (List<Message> some = queue.receiveDead(); !some.isEmpty(); some = queue.receiveDead()) {
        some.forEach(this::take);
      }
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "The dead letters could not be read; they are read later", e);
    }
  }

  private void take(Message message) {
    try {
      work.dead(message);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "A dead letter could not be recorded; it is tried again soon", e);
      showAgain(message);
    }
  }

  /** What fails here must not keep the letters behind it from being recorded. */
  private void showAgain(Message message) {
    try {
      queue.giveBackDead(message, SOON);
    } catch (RuntimeException e) {
      LOG.log(
          Level.WARNING, "Nor could the dead letter be shown again; it comes in some minutes", e);
    }
  }
}
