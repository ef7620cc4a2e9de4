package ai.fileprocessing.jobs.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * What this process has seen of all processes. One thread looks at a time; what the last look
 * showed is told meanwhile, and nobody waits for the next who can do without.
 */
final class Sightings {
  /** How many leases a silent process is remembered, for it may only have been paused. */
  private static final int REMEMBERED = 20;

  /** How long one that was looked for and was not there is not looked for again. */
  private static final Duration GONE = Duration.ofSeconds(1);

  /** The count of beats at which a process was last seen to live, and when that was. */
  private record Sighting(long beats, long nanos) {}

  /** What a look showed: who was there, who was looked for and was not, and when that was. */
  private record View(Map<String, Sighting> there, Set<String> gone, long nanos) {}

  private final Beats beats;
  private final Duration lease;
  private final LongSupplier nanoTime;
  private final Lock looking = new ReentrantLock();
  private volatile View last;

  Sightings(Beats beats, Duration lease, LongSupplier nanoTime) {
    this.beats = beats;
    this.lease = lease;
    this.nanoTime = nanoTime;
    last = new View(Map.of(), Set.of(), nanoTime.getAsLong());
  }

  /** Looks who is there, unless somebody does so at the moment. */
  void look() {
    if (looking.tryLock()) {
      try {
        look(Set.of());
      } finally {
        looking.unlock();
      }
    }
  }

  /**
   * Whether a process is gone or silent; one of which the last look tells nothing is looked for.
   */
  boolean isDead(String worker) {
    View view = last;
    return isDead(worker, tells(view, worker) ? view : lookFor(worker));
  }

  private View lookFor(String worker) {
    looking.lock();
    try {
      // While this thread waited, another may have looked.
      if (!tells(last, worker)) {
        Set<String> wanted = new HashSet<>(last.gone());
        wanted.add(worker);
        look(wanted);
      }
      return last;
    } finally {
      looking.unlock();
    }
  }

  private boolean tells(View view, String worker) {
    long age = nanoTime.getAsLong() - view.nanos();
    return age <= lease.toNanos() / 3
        && (view.there().containsKey(worker)
            || view.gone().contains(worker) && age < GONE.toNanos());
  }

  /** As of that look: what came after it, nobody here can know. */
  private boolean isDead(String worker, View view) {
    Sighting sighting = view.there().get(worker);
    return sighting == null || view.nanos() - sighting.nanos() > lease.toNanos();
  }

  private void look(Set<String> wanted) {
    Map<String, Long> all = beats.all();
    long now = nanoTime.getAsLong();
    // It slept, or the shared place was down, perhaps for the others too: silence counts from now.
    boolean slept = now - last.nanos() > lease.toNanos();
    Map<String, Sighting> there = new HashMap<>();
    all.forEach(
        (worker, count) -> {
          Sighting before = last.there().get(worker);
          boolean silent = before != null && before.beats() == count && !slept;
          there.put(worker, silent ? before : new Sighting(count, now));
        });
    Set<String> gone = new HashSet<>(wanted);
    gone.removeAll(all.keySet());
    last = new View(there, gone, now);
    there.forEach(
        (worker, sighting) -> {
          if (now - sighting.nanos() > lease.multipliedBy(REMEMBERED).toNanos()) {
            beats.remove(worker, sighting.beats());
          }
        });
  }
}
