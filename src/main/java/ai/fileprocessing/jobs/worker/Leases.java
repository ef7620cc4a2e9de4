package ai.fileprocessing.jobs.worker;

import ai.fileprocessing.platform.Meter;
import ai.fileprocessing.platform.Meters;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the messages in our hands from being delivered again. {@link #extend} is called at a third
 * of a lease, so that one lost call costs nothing.
 */
@ApplicationScoped
class Leases {
  private static final System.Logger LOG = System.getLogger(Leases.class.getName());

  private static final Meter LOST =
      Meter.of("leases_lost", "Messages that were lost while their work still ran; it is stopped.");

  private final WorkQueue queue;
  private final Meters meters;
  private final Map<String, Lease> held = new ConcurrentHashMap<>();

  @Inject
  Leases(WorkQueue queue, Meters meters) {
    this.queue = queue;
    this.meters = meters;
    meters.count(LOST, 0);
  }

  Lease hold(Message message) {
    Lease lease = new Lease(message);
    held.put(message.receipt(), lease);
    return lease;
  }

  /** Whether it was still held; a message that was lost is not ours to touch any more. */
  boolean drop(Message message) {
    return held.remove(message.receipt()) != null;
  }

  int size() {
    return held.size();
  }

  /** Interrupts the long calls of all work, for a process that stops. */
  void stop() {
    held.values().forEach(Lease::stop);
  }

  /** Extends every lease that is held. */
  void extend() {
    List<Lease> all = new ArrayList<>(held.values());
    for (int from = 0; from < all.size(); from += WorkQueue.BATCH) {
      extend(all.subList(from, Math.min(from + WorkQueue.BATCH, all.size())));
    }
  }

  private void extend(List<Lease> batch) {
    try {
      for (String lost : queue.extend(batch.stream().map(Lease::message).toList())) {
        Lease lease = held.remove(lost);
        if (lease != null) {
          lease.lose();
          meters.count(LOST, 1);
          LOG.log(Level.WARNING, "A lease is lost; its work is stopped and writes nothing more");
        }
      }
    } catch (RuntimeException e) {
      // Whatever it is: thrown, it would end the schedule, and every long call would be delivered
      // twice.
      LOG.log(Level.WARNING, "Leases could not be extended; the next try comes before they end", e);
    }
  }
}
