package ai.fileprocessing.jobs.worker;

import ai.fileprocessing.platform.Meter;
import ai.fileprocessing.platform.Meters;
import ai.fileprocessing.platform.Trouble;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/**
 * Keeps the messages in our hands from being delivered again. {@link #extend} only begins what is
 * due and waits for no call: so a call that is slow holds up nothing but its own ten messages, and
 * what failed is tried again the next time.
 */
@ApplicationScoped
class Leases {
  /** How often {@link #extend} is to be called within the time of a lease. */
  static final int LOOKS = 12;

  /** A lease is due when a quarter of it is over: so it is found by a third of it. */
  private static final int DUE = 4;

  /** Enough for thousands of leases, and few enough to leave connections to all other calls. */
  private static final int AT_ONCE = 16;

  private static final System.Logger LOG = System.getLogger(Leases.class.getName());

  private static final Meter LOST =
      Meter.of("leases_lost", "Messages that were lost while their work still ran; it is stopped.");

  private static final class Held {
    final Lease lease;

    /** When it was received, or when the call was sent that extended it last. */
    volatile long since;

    volatile boolean underWay;

    Held(Lease lease, long since) {
      this.lease = lease;
      this.since = since;
    }

    String receipt() {
      return lease.message().receipt();
    }
  }

  private final WorkQueue queue;
  private final Executor executor;
  private final Duration due;
  private final LongSupplier nanoTime;
  private final Meters meters;
  private final Trouble trouble;
  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private final Semaphore calls = new Semaphore(AT_ONCE, true);

  /** On threads of its own: a pool that all share may be busy when a lease is about to end. */
  @Inject
  Leases(
      WorkQueue queue,
      @WorkThreads ManagedThreadFactory threads,
      WorkerSettings settings,
      Clock clock,
      Meters meters) {
    this(
        queue,
        it -> threads.newThread(it).start(),
        settings.lease(),
        System::nanoTime,
        clock,
        meters);
  }

  Leases(
      WorkQueue queue,
      Executor executor,
      Duration lease,
      LongSupplier nanoTime,
      Clock clock,
      Meters meters) {
    this.queue = queue;
    this.executor = executor;
    this.nanoTime = nanoTime;
    this.meters = meters;
    due = lease.dividedBy(DUE);
    trouble = new Trouble(LOG, clock);
    meters.count(LOST, 0);
  }

  Lease hold(Message message) {
    Lease lease = new Lease(message);
    held.put(message.receipt(), new Held(lease, nanoTime.getAsLong()));
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
    held.values().forEach(it -> it.lease.stop());
  }

  /** Begins to extend every lease that is due. */
  void extend() {
    long now = nanoTime.getAsLong();
    List<Held> all =
        held.values().stream()
            .filter(it -> !it.underWay && now - it.since >= due.toNanos())
            .toList();
    for (int from = 0; from < all.size(); from += WorkQueue.BATCH) {
      begin(all.subList(from, Math.min(from + WorkQueue.BATCH, all.size())));
    }
  }

  private void begin(List<Held> batch) {
    batch.forEach(it -> it.underWay = true);
    try {
      executor.execute(() -> extend(batch));
    } catch (RuntimeException | Error e) {
      // There is no thread to be had, as in a process that stops: what works still needs its lease.
      extend(batch);
    }
  }

  private void extend(List<Held> batch) {
    calls.acquireUninterruptibly();
    try {
      send(batch);
    } catch (RuntimeException e) {
      trouble.warn("Leases could not be extended; that is tried again soon", e);
    } finally {
      calls.release();
      batch.forEach(it -> it.underWay = false);
    }
  }

  /** What was given back while its batch waited would be hidden again for a whole lease. */
  private void send(List<Held> batch) {
    List<Held> ours = batch.stream().filter(it -> held.containsKey(it.receipt())).toList();
    if (ours.isEmpty()) {
      return;
    }
    long sent = nanoTime.getAsLong();
    WorkQueue.NotExtended not = queue.extend(ours.stream().map(it -> it.lease.message()).toList());
    ours.stream().filter(it -> !not.failed().contains(it.receipt())).forEach(it -> it.since = sent);
    not.lost().forEach(this::lose);
  }

  private void lose(String receipt) {
    Held lost = held.remove(receipt);
    if (lost != null) {
      lost.lease.lose();
      meters.count(LOST, 1);
      LOG.log(Level.WARNING, "A lease is lost; its work is stopped and writes nothing more");
    }
  }
}
