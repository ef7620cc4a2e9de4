package ai.fileprocessing.jobs.worker;

import ai.fileprocessing.platform.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
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

  private final Beats beats;
  private final String self;
  private final Sightings sightings;
  private volatile boolean introduced;
  private volatile boolean left;

  /** Known to the schedule of the beats alone. */
  private boolean troubled;

  @Inject
  Peers(Beats beats, WorkerSettings settings, Ids ids) {
    this(beats, settings.lease(), ids.next(), System::nanoTime);
  }

  Peers(Beats beats, Duration lease, String self, LongSupplier nanoTime) {
    this.beats = beats;
    this.self = self;
    sightings = new Sightings(beats, lease, nanoTime);
  }

  /** This process's own name, new at every start. */
  public String self() {
    return self;
  }

  /**
   * Returns once others can know of this process; nothing is begun before, or they would take what
   * it holds for abandoned.
   */
  void introduce() {
    // Asked all the time by the loop, which is not to wait for a beat that takes long.
    if (!introduced) {
      introduceOnce();
    }
  }

  private synchronized void introduceOnce() {
    if (!introduced && !left) {
      beats.beat(self);
      introduced = true;
    }
  }

  /** Shows that this process is alive and looks who else is; called at a third of a lease. */
  void beat() {
    if (left) {
      return;
    }
    try {
      show();
      sightings.look();
      if (troubled) {
        LOG.log(Level.INFO, "This process shows again that it is alive");
      }
      troubled = false;
    } catch (RuntimeException e) {
      // Told once and not with each beat; others take over what they believe is abandoned, and the
      // fence keeps it whole.
      if (!troubled) {
        LOG.log(Level.WARNING, "This process cannot show that it is alive; it tries again", e);
      }
      troubled = true;
    }
  }

  /** Never after it has left: its row would stay, and others would wait for a dead process. */
  private synchronized void show() {
    if (!left) {
      beats.beat(self);
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
  public boolean isDead(String worker) {
    if (worker.equals(self)) {
      return false;
    }
    try {
      return sightings.isDead(worker);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "It is not known who is alive; nothing is taken over meanwhile", e);
      return false;
    }
  }
}
