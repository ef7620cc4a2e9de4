package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Outcome;
import ai.fileprocessing.inference.Outcome.Failed;
import ai.fileprocessing.inference.Outcome.Passing;
import ai.fileprocessing.jobs.worker.Signal;
import ai.fileprocessing.jobs.worker.WaitReason;
import ai.fileprocessing.platform.Backoff;
import java.time.Duration;

/**
 * What comes after an attempt that gave no result: the one place that says what is tried again,
 * when, and what counts. Pauses grow with the attempts that were made, and with nothing else: who
 * waited long for a model that throttles has not failed for it.
 */
sealed interface Next {
  /** What the attempt has told of its model. */
  Signal signal();

  /** There will be no result. */
  record Ended(JobFile.Error error, Signal signal) implements Next {}

  /** It is tried again after a pause. */
  record Again(WaitReason reason, Duration pause, Count count, Signal signal) implements Next {}

  /** As what an attempt counts against its file. */
  enum Count {
    NOTHING,
    ATTEMPT,
    /** An attempt that the model gave up on, of which there may be fewer. */
    SLOW_ATTEMPT
  }

  /** What a model could not finish in its time, it seldom can later: two more tries. */
  int SLOW_ATTEMPTS = 3;

  Backoff AFTER_FAILURE = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5));

  /** Short: how often the model is asked is the gate's to say, and it wants work to choose from. */
  Backoff AFTER_THROTTLE = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5));

  /** Of one length, since it is no attempt; long enough for all slots' files at once. */
  Backoff AFTER_OUTAGE = new Backoff(Duration.ofSeconds(15), Duration.ofSeconds(15));

  /** After an outcome that is no answer, of a file with its present attempt counted. */
  static Next after(Outcome outcome, JobFile file, int mostAttempts) {
    if (outcome instanceof Failed failed) {
      Signal signal = failed.calls().isEmpty() ? Signal.UNASKED : Signal.GOOD;
      return new Ended(new JobFile.Error(failed.code(), failed.message()), signal);
    }
    Passing passing = (Passing) outcome;
    return switch (passing.cause()) {
      // A call that was made is paid for, whoever stopped it: it counts, or it had no bound.
      case CANCELLED -> handedBack(passing);
      // Never counted, also where earlier parts of the answer were paid for: it must not fail.
      case THROTTLED ->
          new Again(
              WaitReason.THROTTLED,
              AFTER_THROTTLE.delay(file.attemptCount()),
              Count.NOTHING,
              Signal.THROTTLED);
      case WORKER -> repeat(passing, file, mostAttempts, Signal.NONE);
      case UNAVAILABLE -> repeat(passing, file, mostAttempts, Signal.DOWN);
      case FAULT -> repeat(passing, file, mostAttempts, Signal.FAULTY);
      case SLOW -> {
        int slow = 1 + file.progress().mishaps().slow();
        yield slow >= SLOW_ATTEMPTS
            ? ended(passing, slow, Signal.FAULTY)
            : repeat(passing, file, mostAttempts, Signal.FAULTY);
      }
    };
  }

  /** A store failed before the model was asked. */
  static Again notBegun() {
    return new Again(
        WaitReason.RETRY_BACKOFF, AFTER_OUTAGE.delay(1), Count.NOTHING, Signal.UNASKED);
  }

  /** A store did not take what the model had answered. */
  static Again notKept(JobFile file) {
    return again(file, Count.ATTEMPT, Signal.NONE);
  }

  /** Its worker had to let go of it. */
  static Again handedBack(Outcome outcome) {
    Count count =
        outcome instanceof Passing passing && !passing.attempted() ? Count.NOTHING : Count.ATTEMPT;
    return new Again(WaitReason.QUEUED, Duration.ZERO, count, Signal.NONE);
  }

  private static Next repeat(Passing passing, JobFile file, int mostAttempts, Signal signal) {
    if (!passing.attempted()) {
      return again(file, Count.NOTHING, signal);
    }
    if (file.attemptCount() >= mostAttempts) {
      return ended(passing, mostAttempts, signal);
    }
    boolean slow = passing.cause() == Passing.Cause.SLOW;
    return again(file, slow ? Count.SLOW_ATTEMPT : Count.ATTEMPT, signal);
  }

  private static Again again(JobFile file, Count count, Signal signal) {
    Duration pause = AFTER_FAILURE.delay(file.attemptCount());
    return new Again(WaitReason.RETRY_BACKOFF, pause, count, signal);
  }

  private static Ended ended(Passing passing, int tries, Signal signal) {
    String message = passing.message() + " It was tried " + tries + " times.";
    return new Ended(new JobFile.Error(passing.code(), message), signal);
  }
}
