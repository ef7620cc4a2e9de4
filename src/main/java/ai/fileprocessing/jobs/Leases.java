package ai.fileprocessing.jobs;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the messages that are in work from being delivered again. {@link #extend} is called at a
 * third of a lease, so that one lost call costs nothing.
 */
@ApplicationScoped
class Leases {
  private static final System.Logger LOG = System.getLogger(Leases.class.getName());

  private final WorkQueue queue;
  private final Map<String, WorkQueue.Received> held = new ConcurrentHashMap<>();

  @Inject
  Leases(WorkQueue queue) {
    this.queue = queue;
  }

  void hold(WorkQueue.Received message) {
    held.put(message.receipt(), message);
  }

  /**
   * Whether it was still held; a message that was handed back or lost is not ours to touch any
   * more.
   */
  boolean drop(WorkQueue.Received message) {
    return held.remove(message.receipt()) != null;
  }

  int size() {
    return held.size();
  }

  /** Gives every message back at once, for a process that stops. */
  void handBack() {
    for (WorkQueue.Received message : List.copyOf(held.values())) {
      drop(message);
      try {
        queue.giveBack(message, Duration.ZERO);
      } catch (RuntimeException e) {
        LOG.log(
            Level.WARNING,
            "A message could not be given back; it comes again when its lease ends",
            e);
      }
    }
  }

  /** Extends every lease that is held. */
  void extend() {
    List<WorkQueue.Received> all = new ArrayList<>(held.values());
    for (int from = 0; from < all.size(); from += WorkQueue.BATCH) {
      extend(all.subList(from, Math.min(from + WorkQueue.BATCH, all.size())));
    }
  }

  private void extend(List<WorkQueue.Received> batch) {
    try {
      for (String lost : queue.extend(batch)) {
        if (held.remove(lost) != null) {
          LOG.log(
              Level.WARNING,
              "A lease is lost; the fence keeps its worker from writing over whoever has it now");
        }
      }
    } catch (RuntimeException e) {
      // Whatever it is: thrown, it would end the schedule, and every long call would be delivered
      // twice.
      LOG.log(Level.WARNING, "Leases could not be extended; the next try comes before they end", e);
    }
  }
}
