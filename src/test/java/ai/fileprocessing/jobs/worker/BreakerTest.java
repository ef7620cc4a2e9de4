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
  private static final String CALLER = "caller";

  private final Breaker breaker = new Breaker();
  private Instant now = Instant.EPOCH;

  @Test
  void fourFailuresLeaveItClosedAndTheFifthOpensIt() {
    call(Signal.DOWN, 4);
    assertThat(breaker.closedUntil(now)).isEmpty();

    assertThat(breaker.isOpen()).isFalse();
    call(Signal.DOWN, 1);
    assertThat(breaker.closedUntil(now)).contains(now.plusSeconds(2));
    assertThat(breaker.isOpen()).isTrue();
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

    assertThat(breaker.begin(now)).isNotEqualTo(Breaker.NO_TRIAL);
    assertThat(breaker.closedUntil(now)).contains(now.plusSeconds(1));
    now = now.plusSeconds(59);
    assertThat(breaker.closedUntil(now)).contains(now.plusSeconds(1));
  }

  @Test
  void aTrialThatHangsForAMinuteIsFollowedByAnother() {
    open();
    breaker.begin(now);
    now = now.plusSeconds(60);
    assertThat(breaker.closedUntil(now)).isEmpty();

    breaker.begin(now);
    assertThat(breaker.closedUntil(now)).contains(now.plusSeconds(1));
    now = now.plusSeconds(60);
    assertThat(breaker.closedUntil(now)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"DOWN", "FAULTY", "NONE"})
  void aTrialThatFailsAfterAnotherHasBegunTellsNothing(Signal late) {
    open();
    int old = breaker.begin(now);
    now = now.plusSeconds(60);
    int current = breaker.begin(now);

    breaker.end(old, CALLER, late, now);
    assertThat(breaker.closedUntil(now)).as("the other is out").contains(now.plusSeconds(1));
    breaker.end(current, CALLER, Signal.DOWN, now);
    assertThat(breaker.closedUntil(now)).contains(now.plusSeconds(4));
  }

  @Test
  void aTrialThatHungAndFailsBeforeAnotherHasBegunDecides() {
    open();
    int trial = breaker.begin(now);
    now = now.plusSeconds(60);
    breaker.end(trial, CALLER, Signal.DOWN, now);

    assertThat(breaker.closedUntil(now)).contains(now.plusSeconds(4));
  }

  @Test
  void anAnswerClosesItHoweverLateItComesAndTheTrialThatIsOutTellsNothingMore() {
    open();
    int old = breaker.begin(now);
    now = now.plusSeconds(60);
    int current = breaker.begin(now);

    breaker.end(old, CALLER, Signal.GOOD, now);
    assertThat(breaker.closedUntil(now)).isEmpty();
    open();
    breaker.end(current, CALLER, Signal.DOWN, now);
    assertThat(breaker.closedUntil(now)).isEmpty();
  }

  @Test
  void howeverManyFaultsOneCallersCallsHaveTheyLeaveItClosed() {
    call(Signal.FAULTY, 1_000);

    assertThat(breaker.closedUntil(now)).isEmpty();
  }

  @Test
  void faultsOfFiveCallersOpenIt() {
    for (int i = 0; i < 4; i++) {
      call("caller-" + i, Signal.FAULTY, 2);
    }
    assertThat(breaker.closedUntil(now)).isEmpty();

    call("another", Signal.FAULTY, 1);
    assertThat(breaker.closedUntil(now)).contains(now.plusSeconds(2));
  }

  @Test
  void faultsOfACallerAddOneToTheCallsThatDidNotReachTheModel() {
    call(Signal.FAULTY, 3);
    call(Signal.DOWN, 3);
    assertThat(breaker.closedUntil(now)).isEmpty();

    call(Signal.DOWN, 1);
    assertThat(breaker.closedUntil(now)).isPresent();
  }

  @Test
  void afterAnAnswerTheFaultsOfACallerCountAgain() {
    call(Signal.FAULTY, 1);
    call(Signal.GOOD, 1);
    call(Signal.DOWN, 4);
    assertThat(breaker.closedUntil(now)).isEmpty();

    call(Signal.FAULTY, 1);
    assertThat(breaker.closedUntil(now)).isPresent();
  }

  @Test
  void trialsThatBreakAtTheFilesOfOneCallerPauseButNotEverLonger() {
    open();
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      call(Signal.FAULTY, 1);
      Instant until = breaker.closedUntil(now).orElseThrow();
      pauses.add(Duration.between(now, until).toSeconds());
      now = until;
    }

    assertThat(pauses).containsExactly(4L, 4L, 4L, 4L);
  }

  @ParameterizedTest
  @EnumSource(names = {"GOOD", "THROTTLED"})
  void aTrialThatIsAnsweredClosesIt(Signal answer) {
    open();
    call(answer, 1);

    assertThat(breaker.closedUntil(now)).isEmpty();
    assertThat(breaker.begin(now)).isEqualTo(Breaker.NO_TRIAL);
    call(Signal.DOWN, 4);
    assertThat(breaker.closedUntil(now)).isEmpty();
  }

  @Test
  void aTrialThatTellsNothingIsFollowedByAnother() {
    open();
    call(Signal.NONE, 1);

    assertThat(breaker.closedUntil(now)).isEmpty();
    assertThat(breaker.begin(now)).isNotEqualTo(Breaker.NO_TRIAL);
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
  @EnumSource(names = {"DOWN", "FAULTY", "NONE"})
  void aCallFromBeforeItOpenedIsNotTakenForTheTrial(Signal late) {
    int before = breaker.begin(now);
    open();
    breaker.begin(now);
    breaker.end(before, CALLER, late, now);

    assertThat(breaker.closedUntil(now)).contains(now.plusSeconds(1));
  }

  @Test
  void callsThatFailWhileItIsOpenDoNotMakeThePauseLonger() {
    List<Integer> before = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      before.add(breaker.begin(now));
    }
    before.forEach(it -> breaker.end(it, CALLER, Signal.DOWN, now));

    assertThat(breaker.closedUntil(now)).contains(now.plusSeconds(2));
  }

  private void open() {
    call(Signal.DOWN, 5);
    now = breaker.closedUntil(now).orElseThrow();
  }

  private void call(Signal signal, int times) {
    call(CALLER, signal, times);
  }

  private void call(String caller, Signal signal, int times) {
    for (int i = 0; i < times; i++) {
      breaker.end(breaker.begin(now), caller, signal, now);
    }
  }
}
