package ai.fileprocessing.jobs.worker;

import java.time.Duration;
import java.time.Instant;

/**
 * Finds how many calls a second a model allows, and spaces calls by that. Models are rationed by
 * rate (Bedrock's quotas are requests and tokens a minute), so that a bound on calls at once would
 * say nothing where calls are shorter or rarer than the quota: a call that is turned away ends at
 * once, and the next one would be turned away in its place.
 *
 * <p>Nothing is held back before the first throttle. A throttle then lowers the rate by the share
 * of the calls at this rate that were turned away, up to half; it says nothing when its call began
 * at an earlier, higher rate, or a slow answer would have it cut twice for the same. Each good call
 * raises it again: soon to near where it was throttled, from there on little at first and more the
 * longer it goes well (as TCP's CUBIC does, RFC 9438).
 *
 * <p>Its times are those of a clock that is never set back.
 */
final class Pace {
  /** What a throttle reported within this time says nothing new after the one before. */
  private static final Duration ROUND = Duration.ofSeconds(1);

  /** Calls that could have begun within this time and did not may begin later, all at once. */
  private static final Duration CREDIT = Duration.ofSeconds(1);

  /** Calls a second: a model that takes nothing at all is asked that often. */
  private static final double SLOWEST = 1 / 30.0;

  private static final double SMALLEST_CUT = 0.05;
  private static final double LARGEST_CUT = 0.5;
  private static final double SMALLEST_GAIN = 0.0025;
  private static final double LARGEST_GAIN = 0.25;

  /**
   * After so many good calls on end the gain doubles; or seconds, where calls are more frequent.
   */
  private static final int DOUBLED_AFTER = 8;

  /** How much of the way back to where it was throttled the rate goes in a second. */
  private static final double APPROACH = 0.1;

  private final int most;
  private double rate = Double.POSITIVE_INFINITY;

  /** At what rate it last went well, to be regained fast after a time when nothing did. */
  private double known;

  /** At what rate it was throttled last: until there, the rate is regained soon. */
  private double ceiling;

  /** When the rate was last cut: what becomes of calls from before says nothing of the rate now. */
  private Instant cutAt = Instant.MIN;

  /** The calls begun since then, and those of them that were turned away, which is soon known. */
  private int tried;

  private int turnedAway;
  private int running;
  private double good;
  private boolean wanted;
  private Instant next = Instant.MIN;
  private Instant calm = Instant.MIN;
  private Instant begunFrom = Instant.MIN;
  private int begun;

  /**
   * The most that began in any second before: when the first throttle is told, the calls that fill
   * the slots may long have been on their way, and few have begun since.
   */
  private int mostBegun;

  Pace(int most) {
    this.most = most;
  }

  /** How many more calls may begin now. */
  int room(Instant now) {
    int free = Math.max(0, most - running);
    if (Double.isInfinite(rate)) {
      return free;
    }
    if (now.isBefore(next)) {
      return 0;
    }
    return (int) Math.min(free, 1 + seconds(earliest(now), now) * rate);
  }

  /** From when on the next call may begin, provided that there are slots. */
  Instant next() {
    return next;
  }

  void begin(Instant now) {
    running++;
    tried++;
    if (begunFrom.plus(ROUND).isAfter(now)) {
      begun++;
    } else {
      mostBegun = Math.max(mostBegun, begun);
      begunFrom = now;
      begun = 1;
    }
    if (!Double.isInfinite(rate)) {
      // Where calls come more rarely than they may, their going well says nothing of the rate.
      wanted = next.isAfter(now.minus(CREDIT));
      next = earliest(now).plus(interval());
    }
  }

  /** A call ended that had begun at some time: what it told. */
  void end(Signal signal, Instant began, Instant now) {
    running--;
    if (signal == Signal.GOOD) {
      gain();
    } else if (signal == Signal.THROTTLED && !began.isBefore(cutAt)) {
      turnedAway++;
      if (!now.isBefore(calm)) {
        cut(now);
      }
    } else if (signal == Signal.UNASKED) {
      giveBack(began);
    }
  }

  /** What asked nothing has used up nothing: another may begin in its place. */
  private void giveBack(Instant began) {
    if (!began.isBefore(begunFrom)) {
      begun = Math.max(0, begun - 1);
    }
    if (began.isBefore(cutAt)) {
      return;
    }
    tried = Math.max(0, tried - 1);
    if (!Double.isInfinite(rate)) {
      next = next.minus(interval());
    }
  }

  private void gain() {
    if (Double.isInfinite(rate) || !wanted) {
      return;
    }
    double weight = 1 / Math.max(1, rate);
    good += weight;
    double gain =
        Math.min(LARGEST_GAIN, SMALLEST_GAIN * Math.pow(2, Math.floor(good / DOUBLED_AFTER)));
    double grown = rate < known / 2 ? Math.min(known / 2, rate * 2) : rate * (1 + gain * weight);
    rate = Math.max(grown, rate + APPROACH * (ceiling - rate) * weight);
  }

  private void cut(Instant now) {
    if (Double.isInfinite(rate)) {
      rate = Math.max(1, Math.max(mostBegun, begun)) / seconds(ROUND);
    }
    if (good > 0) {
      known = rate;
    }
    ceiling = rate;
    double share = turnedAway / (double) tried;
    double cut = Math.min(LARGEST_CUT, Math.max(SMALLEST_CUT, share));
    rate = Math.max(SLOWEST, rate * (1 - cut));
    good = 0;
    tried = 0;
    turnedAway = 0;
    cutAt = now;
    next = now.plus(interval());
    calm = now.plus(ROUND);
  }

  private Instant earliest(Instant now) {
    Instant credited = now.minus(CREDIT);
    return next.isAfter(credited) ? next : credited;
  }

  private Duration interval() {
    return Duration.ofNanos((long) (1e9 / rate));
  }

  private static double seconds(Instant from, Instant to) {
    return seconds(Duration.between(from, to));
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
