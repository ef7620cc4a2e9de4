package ai.fileprocessing.jobs.worker;

import ai.fileprocessing.platform.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Who of the processes is alive. A process is dead when it is gone, or when nobody saw its count of
 * beats rise for as long as a lease lasts. Each process measures that on its own monotonic clock,
 * so that it does not matter what time the others believe it is (as in Amazon's DynamoDB Lock
 * Client).
 */
@ApplicationScoped
public class Peers {
  private static final System.Logger LOG = System.getLogger(Peers.class.getName());

  /** How many leases a silent process is remembered, for it may only have been paused. */
  private static final int REMEMBERED = 20;

  /** The count of beats at which a process was last seen to live, and when that was. */
  private record Sighting(long beats, long nanos) {}

  private final Beats beats;
  private final Duration lease;
  private final LongSupplier nanoTime;
  private final String self;
  private final Map<String, Sighting> seen = new HashMap<>();
  private long looked;
  private boolean introduced;
  private boolean left;
  private boolean troubled;

  @Inject
  Peers(Beats beats, WorkerSettings settings, Ids ids) {
    this(beats, settings.lease(), ids.next(), System::nanoTime);
  }

  Peers(Beats beats, Duration lease, String self, LongSupplier nanoTime) {
    this.beats = beats;
    this.lease = lease;
    this.self = self;
    this.nanoTime = nanoTime;
    looked = nanoTime.getAsLong();
  }

  /** This process's own name, new at every start. */
  public String self() {
    return self;
  }

  /**
   * Returns once others can know of this process; nothing is begun before, or they would take what
   * it holds for abandoned.
   */
  synchronized void introduce() {
    if (!introduced && !left) {
      beats.beat(self);
      introduced = true;
    }
  }

  /** Shows that this process is alive and looks who else is; called at a third of a lease. */
  synchronized void beat() {
    if (left) {
      return;
    }
    try {
      beats.beat(self);
      look();
      if (troubled) {
        LOG.log(Level.INFO, "This process shows again that it is alive");
      }
      troubled = false;
    } catch (RuntimeException e) {
      // Thrown, it would end the schedule; others take over what they believe is abandoned, and the
      // fence keeps it whole.
      if (!troubled) {
        LOG.log(Level.WARNING, "This process cannot show that it is alive; it tries again", e);
      }
      troubled = true;
    }
  }

  /** Says that this process ends, so that others take over at once; it beats no more. */
  synchronized void leave() {
    left = true;
    try {
      beats.remove(self);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "Others will see only after a lease that this process has ended", e);
    }
  }

  /**
   * Whether a process is dead for sure; while the shared place does not answer, nobody is. One that
   * was never seen is looked for first.
   */
  public synchronized boolean isDead(String worker) {
    if (worker.equals(self)) {
      return false;
    }
    try {
      if (!seen.containsKey(worker) || nanoTime.getAsLong() - looked > lease.toNanos() / 3) {
        look();
      }
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "It is not known who is alive; nothing is taken over meanwhile", e);
      return false;
    }
    return !seen.containsKey(worker) || isSilent(worker);
  }

  /** As of the last look: what came after it, nobody here can know. */
  private boolean isSilent(String worker) {
    return looked - seen.get(worker).nanos() > lease.toNanos();
  }

  private void look() {
    Map<String, Long> all = beats.all();
    seen.keySet().retainAll(all.keySet());
    long now = nanoTime.getAsLong();
    if (now - looked > lease.toNanos()) {
      // It slept, or the shared place was down, perhaps for the others too: silence counts from
      // now.
      seen.replaceAll((worker, sighting) -> new Sighting(sighting.beats(), now));
    }
    looked = now;
    all.forEach(
        (worker, count) ->
            seen.merge(
                worker,
                new Sighting(count, now),
                (before, after) -> before.beats() == after.beats() ? before : after));
    seen.forEach(
        (worker, last) -> {
          if (now - last.nanos() > lease.multipliedBy(REMEMBERED).toNanos()) {
            beats.remove(worker, last.beats());
          }
        });
  }
}
