package ai.fileprocessing.jobs.worker;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Deletes settled messages, ten with one call. A lease is held until its delete is confirmed, or
 * the message would be delivered while it waits here.
 */
@ApplicationScoped
class Acknowledgements {
  private static final System.Logger LOG = System.getLogger(Acknowledgements.class.getName());

  private final WorkQueue queue;
  private final Leases leases;
  private final BlockingQueue<Message> settled = new LinkedBlockingQueue<>();

  @Inject
  Acknowledgements(WorkQueue queue, Leases leases) {
    this.queue = queue;
    this.leases = leases;
  }

  /** Deletes it soon: with nine others, or at the next {@link #flush}. */
  void add(Message message) {
    settled.add(message);
    if (settled.size() >= WorkQueue.BATCH) {
      deleteOnce();
    }
  }

  /** Deletes everything that is settled; called once a second, and when the process ends. */
  void flush() {
    while (!settled.isEmpty()) {
      deleteOnce();
    }
  }

  /** What the queue does not delete comes again, is seen to be settled, and is deleted then. */
  private void deleteOnce() {
    List<Message> batch = new ArrayList<>();
    settled.drainTo(batch, WorkQueue.BATCH);
    if (batch.isEmpty()) {
      return;
    }
    try {
      Set<String> left = queue.delete(batch);
      if (!left.isEmpty()) {
        LOG.log(Level.INFO, "{0} settled messages were not deleted; they come again", left.size());
      }
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "Settled messages could not be deleted; they come again", e);
    } finally {
      // Also after an error: a lease that nobody drops hides its message for ever.
      batch.forEach(leases::drop);
    }
  }
}
