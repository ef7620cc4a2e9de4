package ai.fileprocessing.jobs.worker;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Reads the dead-letter queue, so that whoever waits for the work learns that it has ended. The
 * messages stay there for a person to look at, and are read again after some hours.
 */
@ApplicationScoped
class DeadLetters {
  private static final System.Logger LOG = System.getLogger(DeadLetters.class.getName());

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
      LOG.log(Level.WARNING, "A dead letter could not be recorded; it is tried in some hours", e);
    }
  }
}
