package ai.fileprocessing.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5));

  @ParameterizedTest
  @CsvSource({"1,2", "2,4", "3,8", "8,256", "9,300", "10,300", "31,300", "2147483647,300"})
  void theBoundDoublesUpToItsCap(int attempts, int seconds) {
    assertThat(BACKOFF.bound(attempts)).hasSeconds(seconds);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void whatWasNeverTriedWaitsAsAfterTheFirstTry(int attempts) {
    assertThat(BACKOFF.bound(attempts)).hasSeconds(2);
  }

  @Test
  void aCapBelowTheBaseIsNotPassed() {
    assertThat(new Backoff(Duration.ofSeconds(9), Duration.ofSeconds(3)).bound(1)).hasSeconds(3);
  }

  @Test
  void theWaitIsAnywhereFromNothingToTheBound() {
    long[] millis =
        IntStream.range(0, 20_000).mapToLong(i -> BACKOFF.delay(1).toMillis()).sorted().toArray();

    assertThat(millis[0]).isBetween(0L, 20L);
    assertThat(millis[millis.length - 1]).isBetween(1_980L, 2_000L);
    // A tenth of all waits in every tenth of the range, give or take a third of that.
    for (int tenth = 0; tenth < 10; tenth++) {
      long from = tenth * 200L;
      assertThat(
              IntStream.range(0, millis.length)
                  .filter(i -> millis[i] >= from && millis[i] < from + 200)
                  .count())
          .as("waits from %d ms", from)
          .isBetween(1_400L, 2_600L);
    }
  }

  @Test
  void aBaseOfNothingIsNoWait() {
    assertThat(new Backoff(Duration.ZERO, Duration.ofSeconds(1)).delay(5)).isZero();
  }

  @Test
  void whoIsInterruptedPausesNoMoreAndStaysInterrupted() {
    Thread.currentThread().interrupt();

    new Backoff(Duration.ofDays(1), Duration.ofDays(1)).pause(1);

    assertThat(Thread.interrupted()).isTrue();
  }
}
