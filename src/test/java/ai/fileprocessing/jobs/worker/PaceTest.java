package ai.fileprocessing.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {
  private static final int SLOTS = 50;

  private final Pace pace = new Pace(SLOTS);
  private Instant now = Instant.EPOCH;

  @Test
  void nothingIsHeldBackBeforeTheModelThrottles() {
    assertThat(pace.room(now)).isEqualTo(SLOTS);
    begin(SLOTS - 1);
    assertThat(pace.room(now)).isEqualTo(1);
  }

  @Test
  void thereAreNeverMoreCallsThanSlots() {
    begin(SLOTS);
    assertThat(pace.room(now)).isZero();
    pace.end(Signal.GOOD, now, now);
    assertThat(pace.room(now)).isEqualTo(1);
  }

  @Test
  void afterAThrottleCallsAreSpaced() {
    begin(10);
    end(Signal.THROTTLED, 1);
    assertThat(pace.room(now)).isZero();

    now = pace.next();
    assertThat(pace.room(now)).isEqualTo(1);
    begin(1);
    assertThat(pace.room(now)).isZero();
    assertThat(pace.next()).isAfter(now);
  }

  @Test
  void whatAskedNothingLeavesItsTurnToAnother() {
    begin(10);
    end(Signal.THROTTLED, 1);
    now = pace.next();
    for (int i = 0; i < 50; i++) {
      assertThat(pace.room(now)).isEqualTo(1);
      begin(1);
      end(Signal.UNASKED, 1);
    }

    assertThat(pace.room(now)).isEqualTo(1);
    begin(1);
    end(Signal.NONE, 1);
    assertThat(pace.room(now)).as("which was asked, whatever came of it").isZero();
  }

  @Test
  void whatAskedNothingMakesACutNoSmaller() {
    begin(100);
    end(Signal.UNASKED, 90);
    end(Signal.THROTTLED, 10);
    Duration interval = interval();
    Pace plain = new Pace(SLOTS);
    for (int i = 0; i < 10; i++) {
      plain.begin(now);
    }
    for (int i = 0; i < 10; i++) {
      plain.end(Signal.THROTTLED, now, now);
    }

    assertThat(interval).isEqualTo(Duration.between(now, plain.next()));
  }

  @Test
  void aRoundOfThrottlesIsCountedOnce() {
    begin(10);
    end(Signal.THROTTLED, 1);
    Duration interval = interval();
    end(Signal.THROTTLED, 9);

    assertThat(interval()).isEqualTo(interval);
  }

  @Test
  void theMoreIsTurnedAwayTheLargerIsTheCutAndNeverMoreThanHalf() {
    begin(40);
    end(Signal.THROTTLED, 1);
    Duration first = interval();
    end(Signal.THROTTLED, 38);
    tick(Duration.ofSeconds(1));
    end(Signal.THROTTLED, 1);
    Duration second = interval();

    assertThat(second.toNanos()).isBetween(first.toNanos() * 3 / 2, first.toNanos() * 2 + 10);
  }

  @Test
  void aModelThatTakesNothingIsStillAskedTwiceAMinute() {
    for (int i = 0; i < 100; i++) {
      now = pace.next().isAfter(now) ? pace.next() : now;
      begin(1);
      tick(Duration.ofSeconds(1));
      end(Signal.THROTTLED, 1);
    }

    assertThat(interval()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void whereCallsAreRarerThanAllowedTheirSuccessRaisesNothing() {
    begin(10);
    end(Signal.THROTTLED, 1);
    end(Signal.GOOD, 9);
    Duration interval = interval();
    for (int i = 0; i < 100; i++) {
      tick(Duration.ofSeconds(10));
      begin(1);
      end(Signal.GOOD, 1);
    }
    tick(Duration.ofSeconds(10));
    begin(1);
    end(Signal.THROTTLED, 1);

    assertThat(interval()).isGreaterThan(interval);
  }

  @Test
  void whatTellsNothingOfTheModelOnlyEnds() {
    begin(SLOTS);
    end(Signal.DOWN, 10);
    end(Signal.NONE, 10);

    assertThat(pace.room(now)).isEqualTo(20);
  }

  /** Rate in calls a second, time of a call in seconds, size of the model's bucket in calls. */
  @ParameterizedTest
  @CsvSource({
    "10, 1, 10",
    "1, 30, 10",
    "0.067, 5, 1",
    "0.5, 1, 1",
    "2, 0.5, 4",
    "1, 20, 60",
    "50, 0.5, 50",
    "100, 0.2, 100",
    "5, 10, 5"
  })
  void theRateOfTheModelIsFoundAndKept(double rate, double seconds, double bucket) {
    Model model = new Model(seconds, bucket);
    double hours = Math.max(1, 0.1 / rate);
    model.run(rate, Duration.ofSeconds((long) (hours * 1800)));
    model.forget();
    Duration measured = Duration.ofSeconds((long) (hours * 1800));
    model.run(rate, measured);

    double possible = Math.min(rate, SLOTS / seconds) * measured.toSeconds();
    assertThat(model.taken / possible).as("use").isGreaterThan(0.9);
    assertThat(model.throttled / (model.taken + model.throttled)).as("throttled").isLessThan(0.08);
  }

  @Test
  void theRateIsFoundFromTheStartOnWithoutAStorm() {
    Model model = new Model(1, 10);
    model.run(10, Duration.ofMinutes(2));

    assertThat(model.taken).isGreaterThan(1_000);
    assertThat(model.throttled).isLessThan(250);
  }

  /** As on a machine with more to do than it can. */
  @ParameterizedTest
  @ValueSource(ints = {0, 500, 1_500, 3_000})
  void theRateIsFoundFromTheStartOnAlsoWhereAnswersAreSeenLate(int milliseconds) {
    Model model = new Model(0.5, 10);
    model.latest = milliseconds;
    model.run(20, Duration.ofSeconds(30));

    assertThat(model.taken / (20 * 30)).isGreaterThan(0.9);
  }

  /** As in a process that has just started, where all that begins at once is long on its way. */
  @ParameterizedTest
  @ValueSource(ints = {500, 1_500, 3_000, 5_000})
  void theRateIsFoundFromTheStartOnAlsoWhereTheFirstCallsReachTheModelLate(int milliseconds) {
    Model model = new Model(0.5, 10);
    model.firstOnTheirWay = milliseconds;
    model.run(20, Duration.ofSeconds(40));

    assertThat(model.taken / (20 * 40)).isGreaterThan(0.8);
  }

  @Test
  void aThrottleOfACallFromBeforeACutSaysNothing() {
    Instant begun = now;
    begin(40);
    tick(Duration.ofMillis(100));
    pace.end(Signal.THROTTLED, begun, now);
    Duration interval = interval();
    tick(Duration.ofSeconds(2));
    pace.end(Signal.THROTTLED, begun, now);

    assertThat(interval()).isEqualTo(interval);
  }

  @Test
  void aModelThatTakesNothingForHoursCostsFewCallsAndIsUsedAgainSoonAfter() {
    Model model = new Model(1, 10);
    model.run(10, Duration.ofMinutes(10));
    model.forget();
    model.run(0, Duration.ofHours(2));
    assertThat(model.throttled).isLessThan(400);

    model.run(10, Duration.ofMinutes(3));
    model.forget();
    model.run(10, Duration.ofMinutes(2));
    assertThat(model.taken).isGreaterThan(600);
  }

  @Test
  void aQuotaThatIsLoweredIsFollowed() {
    Model model = new Model(1, 10);
    model.run(10, Duration.ofMinutes(10));
    model.run(1, Duration.ofMinutes(2));
    model.forget();
    model.run(1, Duration.ofMinutes(10));

    assertThat(model.taken).isGreaterThan(540);
    assertThat(model.throttled).isLessThan(60);
  }

  private void begin(int calls) {
    for (int i = 0; i < calls; i++) {
      pace.begin(now);
    }
  }

  private void end(Signal signal, int calls) {
    for (int i = 0; i < calls; i++) {
      pace.end(signal, now, now);
    }
  }

  private void tick(Duration time) {
    now = now.plus(time);
  }

  /** Between the next call and the one after it. */
  private Duration interval() {
    Pace copy = pace;
    Instant first = copy.next();
    copy.begin(first);
    Duration interval = Duration.between(first, copy.next());
    copy.end(Signal.NONE, first, first);
    return interval;
  }

  /** A model behind a token bucket, with more work than it can take, in virtual time. */
  private final class Model {
    private static final Duration TICK = Duration.ofMillis(10);
    private static final Duration REFUSAL = Duration.ofMillis(50);

    private record Arrival(Instant began, Instant at) {}

    private record Ending(Instant began, Instant at, Signal signal) {}

    private final Random random = new Random(1);

    private final Queue<Arrival> onTheirWay =
        new PriorityQueue<>(Comparator.comparing(Arrival::at));
    private final Queue<Ending> running = new PriorityQueue<>(Comparator.comparing(Ending::at));
    private final Duration call;
    private final double bucket;
    private double tokens;
    double taken;
    double throttled;

    /** How late any answer may be seen, in milliseconds. */
    private int latest;

    /** How long the calls of the first second may take to reach the model, in milliseconds. */
    private int firstOnTheirWay;

    Model(double seconds, double bucket) {
      call = Duration.ofMillis((long) (seconds * 1_000));
      this.bucket = bucket;
      tokens = bucket;
    }

    private Duration late() {
      return Duration.ofMillis(latest == 0 ? 0 : random.nextInt(latest));
    }

    void forget() {
      taken = 0;
      throttled = 0;
    }

    void run(double rate, Duration time) {
      Instant end = now.plus(time);
      while (now.isBefore(end)) {
        tick(TICK);
        tokens = Math.min(bucket, tokens + rate * TICK.toMillis() / 1_000);
        while (!running.isEmpty() && !running.element().at().isAfter(now)) {
          Ending ending = running.remove();
          pace.end(ending.signal(), ending.began(), now);
        }
        while (pace.room(now) > 0) {
          pace.begin(now);
          onTheirWay.add(new Arrival(now, now.plus(way())));
        }
        while (!onTheirWay.isEmpty() && !onTheirWay.element().at().isAfter(now)) {
          running.add(answer(onTheirWay.remove().began()));
        }
      }
    }

    private Duration way() {
      boolean first = now.isBefore(Instant.EPOCH.plusSeconds(1));
      return Duration.ofMillis(first && firstOnTheirWay > 0 ? random.nextInt(firstOnTheirWay) : 0);
    }

    private Ending answer(Instant began) {
      if (tokens < 1) {
        throttled++;
        return new Ending(began, now.plus(REFUSAL).plus(late()), Signal.THROTTLED);
      }
      tokens--;
      taken++;
      return new Ending(began, now.plus(call).plus(late()), Signal.GOOD);
    }
  }
}
