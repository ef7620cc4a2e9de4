package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.inference.Outcome.Failed;
import ai.fileprocessing.inference.Outcome.Passing;
import ai.fileprocessing.inference.Outcome.Passing.Cause;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.jobs.worker.Signal;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NextTest {
  private static final int ATTEMPTS = 5;

  @ParameterizedTest
  @CsvSource({"1,2", "2,4", "3,8", "4,16"})
  void pausesGrowWithTheAttemptsThatWereMade(int made, long seconds) {
    assertLongest(
        () -> Next.after(passing(true, Cause.FAULT), file(made, 0), ATTEMPTS),
        Duration.ofSeconds(seconds));
  }

  @Test
  void aPauseIsFiveMinutesAtMost() {
    assertLongest(
        () -> Next.after(passing(true, Cause.FAULT), file(60, 0), 100), Duration.ofMinutes(5));
  }

  @Test
  void whatIsNoAttemptDoesNotMakeThePauseOfTheNextLonger() {
    assertLongest(
        () -> Next.after(passing(false, Cause.UNAVAILABLE), file(1, 0), ATTEMPTS),
        Duration.ofSeconds(2));
    assertLongest(
        () -> Next.after(passing(false, Cause.THROTTLED), file(1, 0), ATTEMPTS),
        Duration.ofSeconds(1));
    assertLongest(Next::notBegun, Duration.ofSeconds(15));
  }

  @ParameterizedTest
  @CsvSource({"UNAVAILABLE,DOWN", "FAULT,FAULTY", "SLOW,FAULTY", "THROTTLED,THROTTLED"})
  void whatBreaksAtAFileIsToldApartFromWhatIsNotThere(Cause cause, Signal signal) {
    assertThat(Next.after(passing(true, cause), file(1, 0), ATTEMPTS).signal()).isEqualTo(signal);
    if (cause != Cause.THROTTLED) {
      assertThat(Next.after(passing(true, cause), file(ATTEMPTS, 0), ATTEMPTS))
          .as("the last attempt")
          .isInstanceOf(Next.Ended.class)
          .extracting(Next::signal)
          .isEqualTo(signal);
    }
  }

  @ParameterizedTest
  @EnumSource(Cause.class)
  void anAttemptThatWasMadeCountsUnlessTheModelThrottled(Cause cause) {
    assertThat(Next.after(passing(true, cause), file(1, 0), ATTEMPTS))
        .isInstanceOfSatisfying(
            Next.Again.class,
            again ->
                assertThat(again.count())
                    .isEqualTo(
                        switch (cause) {
                          case THROTTLED -> Next.Count.NOTHING;
                          case SLOW -> Next.Count.SLOW_ATTEMPT;
                          default -> Next.Count.ATTEMPT;
                        }));
    assertThat(Next.after(passing(false, cause), file(ATTEMPTS, 0), ATTEMPTS))
        .isInstanceOfSatisfying(
            Next.Again.class, again -> assertThat(again.count()).isEqualTo(Next.Count.NOTHING));
  }

  @Test
  void aModelThatIsTooSlowIsTriedThreeTimesAtMost() {
    assertThat(Next.after(passing(true, Cause.SLOW), file(2, 1), ATTEMPTS))
        .isInstanceOf(Next.Again.class);
    assertThat(Next.after(passing(true, Cause.SLOW), file(3, 2), ATTEMPTS))
        .isEqualTo(
            new Next.Ended(
                new JobFile.Error("CODE", "Broken. It was tried 3 times."), Signal.FAULTY));
  }

  @Test
  void whatCanNotBeAnsweredEndsInItsOwnWordsAndWasNotAsked() {
    Failed unasked = new Failed("CODE", "Broken.", Usage.NONE);

    assertThat(Next.after(unasked, file(1, 0), ATTEMPTS))
        .isEqualTo(new Next.Ended(new JobFile.Error("CODE", "Broken."), Signal.UNASKED));
  }

  /** With full jitter: never more, and now and then nearly as much. */
  private static void assertLongest(Supplier<Next> next, Duration longest) {
    Duration most =
        Stream.generate(next)
            .limit(500)
            .map(it -> ((Next.Again) it).pause())
            .max(Comparator.naturalOrder())
            .orElseThrow();
    assertThat(most).isBetween(longest.multipliedBy(9).dividedBy(10), longest);
  }

  private static Passing passing(boolean attempted, Cause cause) {
    return new Passing("CODE", "Broken.", attempted, cause);
  }

  /** Claimed a hundred times, of which so many were attempts that count. */
  private static JobFile file(int attempts, int slow) {
    StoredFile stored = new StoredFile("f", "a.txt", "text/plain", null, 5, "00", "alice", 0);
    JobFile.Mishaps mishaps = new JobFile.Mishaps(slow, 0);
    return new JobFile(
        stored,
        JobFile.Source.FILE,
        FileStatus.PROCESSING,
        null,
        null,
        List.of(),
        attempts,
        Usage.NONE,
        null,
        new JobFile.Progress(0, 100, "p/c", false, 0, 100, 0, 0, List.of(), null, mishaps));
  }
}
