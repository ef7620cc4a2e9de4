package ai.fileprocessing.jobs.worker;

import ai.fileprocessing.platform.Meter;
import ai.fileprocessing.platform.Meters;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Lets work begin while its model and its caller have room. It also tells how much work is worth
 * fetching, so that what cannot begin stays in the queue instead of going back and forth.
 */
@ApplicationScoped
class Gate {
  /** How long a model or caller counts as having work in the queue after it was last met. */
  private static final Duration RECENT = Duration.ofSeconds(5);

  /** How often room is looked for that comes with time alone, and that nobody wakes for. */
  private static final Duration LOOK = Duration.ofMillis(25);

  /** How long a model that is down has work after that was last met: longer than it is put off. */
  private static final Duration WANTED = Duration.ofMinutes(3);

  private static final Duration SOON = Duration.ofSeconds(2);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  /** What is said to a piece of work that wants to begin. */
  sealed interface Entry {}

  /**
   * It may begin, and must {@link #leave} in the end.
   *
   * @param trial what its model's breaker said of it
   * @param began when, on the gate's own clock
   */
  record Pass(Lane lane, int trial, Instant began) implements Entry {}

  /**
   * Why it may not begin, and at what time of day it is worth another try.
   *
   * @param crowd whether its caller has more of the kind, which is better spread out; who has
   *     nothing in work yet is to have the next turn
   */
  record Closed(WaitReason reason, Instant next, boolean crowd) implements Entry {}

  /**
   * A piece of work that was fetched, and of which the gate does not know yet whether it enters.
   */
  final class Arrival {
    private boolean over;

    /**
     * It has entered, was turned away, or is nothing to let in; known once, said any number of
     * times.
     */
    void over() {
      synchronized (Gate.this) {
        if (!over) {
          over = true;
          coming--;
          Gate.this.notifyAll();
        }
      }
    }
  }

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

  private static final Meter PUT_OFF =
      Meter.of("put_off", "Pieces of work that were fetched and could not begin.", "reason");
  private static final Meter OPENED =
      Meter.of("breakers_opened", "How often a model was taken for down.", "model");
  private static final Meter OPEN =
      Meter.of("breaker_open", "1 while a model is taken for down and work waits for it.", "model");

  private final WorkerSettings settings;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final long began;
  private final Meters meters;
  private final Map<String, Model> models = new HashMap<>();
  private final Map<String, Caller> callers = new HashMap<>();

  /** How many pieces to fetch at once: none after one was turned away, more as they are let in. */
  private int window = WorkQueue.BATCH;

  /** How many were fetched and have not come yet: the room that there seems to be is theirs. */
  private int coming;

  @Inject
  Gate(WorkerSettings settings, Clock clock, Meters meters) {
    this(settings, clock, System::nanoTime, meters);
  }

  Gate(WorkerSettings settings, Clock clock, LongSupplier nanoTime, Meters meters) {
    this.settings = settings;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.meters = meters;
    began = nanoTime.getAsLong();
    Stream.of(WaitReason.THROTTLED, WaitReason.BREAKER_OPEN, WaitReason.FAIR_SHARE)
        .forEach(it -> meters.count(PUT_OFF, 0, it.text()));
  }

  /** A piece of work was fetched and comes. */
  synchronized Arrival expect() {
    coming++;
    return new Arrival();
  }

  /** Lets a piece of work in, or says why not. */
  synchronized Entry enter(Lane lane) {
    Instant now = now();
    Model model = models.computeIfAbsent(lane.model(), this::firstMet);
    Caller caller = callers.computeIfAbsent(lane.caller(), it -> new Caller());
    model.met = now;
    caller.met = now;
    Optional<Closed> closed = closed(model, caller, now);
    if (closed.isPresent()) {
      window = 0;
      meters.count(PUT_OFF, 1, closed.get().reason().text());
      return closed.get();
    }
    int trial = model.breaker.begin(now);
    model.pace.begin(now);
    caller.holds++;
    window = Math.min(WorkQueue.BATCH, Math.max(1, window * 2));
    return new Pass(lane, trial, now);
  }

  /** A piece of work ended: what it told of its model. */
  synchronized void leave(Pass pass, Signal signal) {
    Instant now = now();
    Model model = models.get(pass.lane().model());
    model.pace.end(signal, pass.began(), now);
    if (model.breaker.end(pass.trial(), pass.lane().caller(), signal, now)) {
      meters.count(OPENED, 1, pass.lane().model());
    }
    callers.get(pass.lane().caller()).holds--;
    callers.values().removeIf(it -> it.holds == 0 && !isRecent(it.met, now));
    window = Math.max(1, window);
    notifyAll();
  }

  /** Work failed for a reason that probably befalls any other as well: little more is fetched. */
  synchronized void hesitate() {
    window = 0;
  }

  /** How many pieces of work are worth fetching at once; 0 when probably none could begin. */
  synchronized int room() {
    Instant now = now();
    int most = settings.slotsOfOne();
    int byModel =
        models.values().stream()
            .filter(it -> isRecent(it.met, now))
            .mapToInt(it -> it.breaker.closedUntil(now).isPresent() ? 0 : it.pace.room(now))
            .reduce(Integer::sum)
            .orElse(WorkQueue.BATCH);
    int byCaller =
        callers.values().stream()
            .filter(it -> isRecent(it.met, now))
            .mapToInt(it -> most - it.holds)
            .reduce(Integer::sum)
            .orElse(WorkQueue.BATCH);
    return Math.max(0, Math.min(window, Math.min(byModel, byCaller) - coming));
  }

  /**
   * Waits until there is room, because work has ended or a model's turn came; not for long. Being
   * woken is none: whatever is fetched without room goes back, and costs two writes.
   */
  synchronized void awaitRoom(Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    for (long left = most.toMillis(); left > 0 && room() == 0; left = millisUntil(end)) {
      wait(Math.max(1, Math.min(Math.min(left, LOOK.toMillis()), untilTurn().toMillis())));
    }
  }

  private static long millisUntil(long nanos) {
    return (nanos - System.nanoTime()) / 1_000_000;
  }

  private Model firstMet(String name) {
    Model model = new Model(settings.slots());
    meters.count(OPENED, 0, name);
    meters.watch(OPEN, () -> open(model), name);
    return model;
  }

  /** Nobody finds out that a model is up again for which there is no work any more. */
  private synchronized int open(Model model) {
    boolean wanted = model.met.plus(WANTED).isAfter(now());
    return wanted && model.breaker.isOpen() ? 1 : 0;
  }

  /** How long until a model that is called at intervals may be called again. */
  private Duration untilTurn() {
    Instant now = now();
    return models.values().stream()
        .filter(it -> isRecent(it.met, now))
        .map(it -> it.pace.next())
        .filter(now::isBefore)
        .min(Comparator.naturalOrder())
        .map(next -> Duration.between(now, next))
        .orElse(LONGEST_WAIT);
  }

  /**
   * The time on a clock that nobody sets, or a model would have no room until a clock that was set
   * back has caught up. It begins with the epoch, and says nothing outside of here.
   */
  private Instant now() {
    return Instant.EPOCH.plusNanos(nanoTime.getAsLong() - began);
  }

  private Optional<Closed> closed(Model model, Caller caller, Instant now) {
    Optional<Instant> down = model.breaker.closedUntil(now);
    if (down.isPresent()) {
      return Optional.of(closed(WaitReason.BREAKER_OPEN, now, down.get(), true));
    }
    if (model.pace.room(now) == 0) {
      boolean crowd = caller.holds > 0;
      Instant next = later(model.pace.next(), crowd ? now.plus(SOON) : now);
      return Optional.of(closed(WaitReason.THROTTLED, now, next, crowd));
    }
    if (caller.holds >= settings.slotsOfOne()) {
      return Optional.of(closed(WaitReason.FAIR_SHARE, now, now.plus(SOON), true));
    }
    return Optional.empty();
  }

  /** What is told outside is told by the clock that all go by. */
  private Closed closed(WaitReason reason, Instant now, Instant next, boolean crowd) {
    return new Closed(reason, clock.instant().plus(Duration.between(now, next)), crowd);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static boolean isRecent(Instant met, Instant now) {
    return met.plus(RECENT).isAfter(now);
  }
}
