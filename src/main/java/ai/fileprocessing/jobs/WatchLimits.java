package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Problem;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Counts who watches, so that neither one caller nor all together watch too much. */
final class WatchLimits {
  private static final Duration LATER = Duration.ofSeconds(5);

  private final JobsSettings settings;
  private final Map<String, Integer> ofCaller = new HashMap<>();
  private int all;

  WatchLimits(JobsSettings settings) {
    this.settings = settings;
  }

  /**
   * Refuses one more where that is too many.
   *
   * @throws Problem 429 when the caller watches too much already, 503 when everybody together does
   */
  void admit(String userId) {
    if (ofCaller.getOrDefault(userId, 0) >= settings.callerWatches()) {
      throw Problem.passing(
          429,
          "TOO_MANY_WATCHES",
          "You already wait for " + settings.callerWatches() + " answers. End some, or ask later.",
          LATER);
    }
    if (all >= settings.watches()) {
      throw Problem.passing(
          503,
          "WATCHES_EXHAUSTED",
          "Too many clients wait for their jobs. Ask for the job without waiting, or later.",
          LATER);
    }
  }

  void begun(String userId) {
    all++;
    ofCaller.merge(userId, 1, Integer::sum);
  }

  void ended(String userId) {
    all--;
    ofCaller.computeIfPresent(userId, (user, count) -> count == 1 ? null : count - 1);
  }
}
