package ai.fileprocessing.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BreakerTest {
  private final Breaker breaker = new Breaker();
  private Instant now = Instant.EPOCH;

  @Test
  void fourFailuresLeaveItClosedAndTheFifthOpensIt() {
    call(Signal.DOWN, 4);
    assertThat(breaker.closedUntil(now)).isEmpty();

    call(Signal.DOWN, 1);
    assertThat(breaker.closedUntil(now)).contains(now.plusSeconds(2));
  }

  @ParameterizedTest
  @EnumSource(names = {"GOOD", "THROTTLED"})
  void anAnswerInBetweenBeginsTheCountAnew(Signal answer) {
    call(Signal.DOWN, 4);
    call(answer, 1);
    call(Signal.DOWN, 4);

    assertThat(breaker.closedUntil(now)).isEmpty();
  }

  @Test
  void whatTellsNothingNeitherCountsNorBeginsAnew() {
    call(Signal.DOWN, 4);
    call(Signal.NONE, 10);
    assertThat(breaker.closedUntil(now)).isEmpty();

    call(Signal.DOWN, 1);
    assertThat(breaker.closedUntil(now)).isPresent();
  }

  @Test
  void afterThePauseOneCallGoesThroughAtATime() {
    open();
    assertThat(breaker.closedUntil(now)).isEmpty();

    assertThat(breaker.begin()).isTrue();
    assertThat(breaker.closedUntil(now)).contains(now.plusSeconds(1));
    now = now.plus(Duration.ofHours(1));
    assertThat(breaker.closedUntil(now)).contains(now.plusSeconds(1));
  }

  @ParameterizedTest
  @EnumSource(names = {"GOOD", "THROTTLED"})
  void aTrialThatIsAnsweredClosesIt(Signal answer) {
    open();
    call(answer, 1);

    assertThat(breaker.closedUntil(now)).isEmpty();
    assertThat(breaker.begin()).isFalse();
    call(Signal.DOWN, 4);
    assertThat(breaker.closedUntil(now)).isEmpty();
  }

  @Test
  void aTrialThatTellsNothingIsFollowedByAnother() {
    open();
    call(Signal.NONE, 1);

    assertThat(breaker.closedUntil(now)).isEmpty();
    assertThat(breaker.begin()).isTrue();
  }

  @Test
  void thePauseGrowsToAMinute() {
    open();
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      call(Signal.DOWN, 1);
      Instant until = breaker.closedUntil(now).orElseThrow();
      pauses.add(Duration.between(now, until).toSeconds());
      now = until;
    }

    assertThat(pauses).containsExactly(4L, 8L, 16L, 32L, 60L, 60L, 60L);
  }

  @Test
  void afterItClosedThePauseIsShortAgain() {
    open();
    call(Signal.DOWN, 1);
    now = breaker.closedUntil(now).orElseThrow();
    call(Signal.GOOD, 1);
    call(Signal.DOWN, 5);

    assertThat(breaker.closedUntil(now)).contains(now.plusSeconds(2));
  }

  @ParameterizedTest
  @EnumSource(names = {"DOWN", "NONE"})
  void aCallFromBeforeItOpenedIsNotTakenForTheTrial(Signal late) {
    boolean before = breaker.begin();
    open();
    breaker.begin();
    breaker.end(before, late, now);

    assertThat(breaker.closedUntil(now)).contains(now.plusSeconds(1));
  }

  @Test
  void callsThatFailWhileItIsOpenDoNotMakeThePauseLonger() {
    List<Boolean> before = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      before.add(breaker.begin());
    }
    before.forEach(it -> breaker.end(it, Signal.DOWN, now));

    assertThat(breaker.closedUntil(now)).contains(now.plusSeconds(2));
  }

  private void open() {
    call(Signal.DOWN, 5);
    now = breaker.closedUntil(now).orElseThrow();
  }

  private void call(Signal signal, int times) {
    for (int i = 0; i < times; i++) {
      breaker.end(breaker.begin(), signal, now);
    }
  }
}
