package ai.fileprocessing.jobs.worker;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Lets work begin while its model and its caller have room. It also tells how much work is worth
 * fetching, so that what cannot begin stays in the queue instead of going back and forth.
 */
@ApplicationScoped
class Gate {
  /** How long a model or caller counts as having work in the queue after it was last met. */
  private static final Duration RECENT = Duration.ofSeconds(5);

  private static final Duration SOON = Duration.ofSeconds(2);

  /** Why work may not begin, and when it is worth another try. */
  record Closed(WaitReason reason, Instant next) {}

  private static final class Model {
    final Pace pace;
    final Breaker breaker = new Breaker();
    Instant met = Instant.MIN;

    Model(int slots) {
      pace = new Pace(slots);
    }
  }

  private static final class Caller {
    int holds;
    Instant met = Instant.MIN;
  }

  private final WorkerSettings settings;
  private final Clock clock;
  private final Map<String, Model> models = new HashMap<>();
  private final Map<String, Caller> callers = new HashMap<>();

  /** How many pieces to fetch at once: none after one was turned away, more as they are let in. */
  private int window = WorkQueue.BATCH;

  @Inject
  Gate(WorkerSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** Lets a piece of work in, which must then {@link #leave}; or says why not. */
  synchronized Optional<Closed> enter(Lane lane) {
    Instant now = clock.instant();
    Model model = models.computeIfAbsent(lane.model(), it -> new Model(settings.slots()));
    Caller caller = callers.computeIfAbsent(lane.caller(), it -> new Caller());
    model.met = now;
    caller.met = now;
    Optional<Closed> closed = closed(model, caller, now);
    if (closed.isPresent()) {
      window = 0;
      return closed;
    }
    model.breaker.begin();
    model.pace.begin();
    caller.holds++;
    window = Math.min(WorkQueue.BATCH, Math.max(1, window * 2));
    return Optional.empty();
  }

  synchronized void leave(Lane lane, Signal signal, Duration took) {
    Instant now = clock.instant();
    Model model = models.get(lane.model());
    model.pace.end(signal, took, now);
    model.breaker.end(signal, now);
    callers.get(lane.caller()).holds--;
    callers.values().removeIf(it -> it.holds == 0 && !isRecent(it.met, now));
    window = Math.max(1, window);
    notifyAll();
  }

  /** How many pieces of work are worth fetching at once; 0 when probably none could begin. */
  synchronized int room() {
    Instant now = clock.instant();
    int most = settings.slotsOfOne();
    int byModel =
        models.values().stream()
            .filter(it -> isRecent(it.met, now))
            .mapToInt(it -> it.breaker.closedUntil(now).isPresent() ? 0 : it.pace.room())
            .reduce(Integer::sum)
            .orElse(WorkQueue.BATCH);
    int byCaller =
        callers.values().stream()
            .filter(it -> isRecent(it.met, now))
            .mapToInt(it -> most - it.holds)
            .reduce(Integer::sum)
            .orElse(WorkQueue.BATCH);
    return Math.max(0, Math.min(window, Math.min(byModel, byCaller)));
  }

  /** Waits until some work has ended, but not for long. */
  synchronized void awaitLeave(Duration most) throws InterruptedException {
    wait(most.toMillis());
  }

  private Optional<Closed> closed(Model model, Caller caller, Instant now) {
    Optional<Instant> down = model.breaker.closedUntil(now);
    if (down.isPresent()) {
      return Optional.of(new Closed(WaitReason.BREAKER_OPEN, down.get()));
    }
    if (model.pace.room() == 0) {
      return Optional.of(new Closed(WaitReason.THROTTLED, now.plus(SOON)));
    }
    if (caller.holds >= settings.slotsOfOne()) {
      return Optional.of(new Closed(WaitReason.FAIR_SHARE, now.plus(SOON)));
    }
    return Optional.empty();
  }

  private static boolean isRecent(Instant met, Instant now) {
    return met.plus(RECENT).isAfter(now);
  }
}
