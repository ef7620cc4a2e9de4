package ai.fileprocessing.jobs.worker;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why work that could run does not run yet. */
public enum WaitReason {
  /** Its turn has not come. */
  QUEUED,
  /** The model takes no more requests at the moment. */
  THROTTLED,
  /** The model does not answer at all; it is asked again now and then. */
  BREAKER_OPEN,
  /** Its owner has as many files in work as one caller may have. */
  FAIR_SHARE,
  /** An attempt failed, and the next one comes after a pause. */
  RETRY_BACKOFF;

  /** The name as clients see it: {@code retry_backoff}. */
  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
