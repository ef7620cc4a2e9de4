package ai.fileprocessing.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.platform.CountedMeters;
import ai.fileprocessing.platform.TestFloor;
import ai.fileprocessing.platform.TickingClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunTaskTest {
  private static final WorkerSettings SETTINGS = TestWorker.settings(10, 50);

  private final TickingClock clock = new TickingClock(1_000_000);
  private final FakeSqs sqs = new FakeSqs();
  private final FakeWork work = new FakeWork();
  private final WorkQueue queue = new WorkQueue(sqs, sqs, SETTINGS);
  private final Leases leases = TestWorker.leases(queue);
  private final Acknowledgements settled = new Acknowledgements(queue, leases);
  private final Gate gate = new Gate(SETTINGS, clock, new CountedMeters());
  private final RunTask task =
      new RunTask(work, queue, leases, settled, gate, clock, TestFloor.noTraces());
  private final AtomicInteger runs = new AtomicInteger();

  @Test
  void whatNobodyCanReadGoesToTheDeadLetters() {
    work.meaning = message -> new Task.Unreadable();
    run("r");

    assertThat(sqs.sent)
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.queueUrl()).isEqualTo(SETTINGS.deadLetterQueue().toString());
              assertThat(it.messageBody()).isEqualTo("body");
            });
    assertThat(sqs.deleted()).containsExactly("r");
    assertThat(leases.size()).isZero();
  }

  @Test
  void whatCannotBeBuriedComesWhenItsLeaseEnds() {
    work.meaning = message -> new Task.Unreadable();
    sqs.failing.put("send", FakeSqs.down());
    run("r");

    assertThat(sqs.deleted()).isEmpty();
    assertThat(leases.size()).isZero();
  }

  @Test
  void whatNeedsNoWorkIsDeleted() {
    run("r");
    settled.flush();

    assertThat(sqs.deleted()).containsExactly("r");
    assertThat(leases.size()).isZero();
  }

  @Test
  void whatIsSettledIsHeldUntilItIsDeleted() {
    work.doing(lease -> new Verdict.Done(Signal.GOOD));
    run("r");
    assertThat(leases.size()).isEqualTo(1);
    settled.flush();

    assertThat(sqs.deleted()).containsExactly("r");
    assertThat(leases.size()).isZero();
    assertNothingIsLeftInside();
  }

  @Test
  void whatComesAgainIsHiddenForAsLongAsItSays() {
    work.doing(lease -> new Verdict.Again(Duration.ofSeconds(77), Signal.NONE));
    run("r");

    assertThat(sqs.hidden("r")).containsExactly(77);
    assertThat(leases.size()).isZero();
    assertNothingIsLeftInside();
  }

  @Test
  void ofWhatSomebodyElseHasNothingIsTouched() {
    work.doing(lease -> new Verdict.Lost());
    run("r");
    settled.flush();

    assertThat(sqs.hidden).isEmpty();
    assertThat(sqs.deleted()).isEmpty();
    assertThat(leases.size()).isZero();
    assertNothingIsLeftInside();
  }

  @Test
  void whatWasLostMeanwhileIsNotGivenBack() {
    work.doing(
        lease -> {
          sqs.refused.add("r");
          leases.extend();
          return new Verdict.Again(Duration.ZERO, Signal.NONE);
        });
    run("r");

    assertThat(sqs.hidden).isEmpty();
  }

  @Test
  void aLeaseIsNoLongerExtendedWhenItsMessageIsHidden() {
    sqs.before.put("hide", () -> assertThat(leases.size()).isZero());
    work.doing(lease -> new Verdict.Again(Duration.ofSeconds(1), Signal.NONE));
    run("r");

    assertThat(sqs.hidden("r")).hasSize(1);
  }

  @Test
  void whatIsPutOffLearnsWhyAndIsHiddenUntilThen() {
    for (int i = 0; i < 5; i++) {
      gate.enter(FakeWork.LANE);
    }
    work.doing(this::count);
    run("r");

    assertThat(runs).hasValue(0);
    FakeWork.PutOff putOff = work.putOffs.get(0);
    assertThat(putOff.reason()).isEqualTo(WaitReason.FAIR_SHARE);
    Instant now = clock.instant();
    assertThat(putOff.next()).isBetween(now.plusSeconds(2), now.plusSeconds(6));
    assertThat(sqs.hidden("r"))
        .singleElement()
        .satisfies(
            it ->
                assertThat(now.plusSeconds(it))
                    .isBetween(putOff.next(), putOff.next().plusSeconds(1)));
    assertThat(leases.size()).isZero();
  }

  @Test
  void aMessageThatWasPutOffOftenIsPutOffForLongerButNotForEver() {
    for (int i = 0; i < 5; i++) {
      gate.enter(FakeWork.LANE);
    }
    work.doing(this::count);
    for (int i = 0; i < 200; i++) {
      task.run(
          leases.hold(new Message("body", "caller", "r" + i, 30, Instant.EPOCH, Map.of())),
          gate.expect());
    }

    assertThat(work.putOffs)
        .extracting(it -> Duration.between(clock.instant(), it.next()).toSeconds())
        .allSatisfy(it -> assertThat(it).isBetween(2L, 17L))
        .anySatisfy(it -> assertThat(it).isGreaterThan(8));
  }

  @Test
  void aPuttingOffThatCannotBeNotedStillEnds() {
    work.meaning =
        message ->
            new Task.Open() {
              @Override
              public Lane lane() {
                return FakeWork.LANE;
              }

              @Override
              public Verdict run(Lease lease) {
                return count(lease);
              }

              @Override
              public boolean putOff(WaitReason reason, Instant next) {
                throw new IllegalStateException("the store is down");
              }
            };
    for (int i = 0; i < 5; i++) {
      gate.enter(FakeWork.LANE);
    }
    run("r");

    assertThat(sqs.hidden("r")).hasSize(1);
    assertThat(leases.size()).isZero();
  }

  @Test
  void whenReadingFailsTheMessageComesAgainAfterAPause() {
    work.meaning =
        message -> {
          throw new IllegalStateException("the store is down");
        };
    run("r");

    assertThat(sqs.hidden("r")).singleElement().satisfies(it -> assertThat(it).isBetween(0, 2));
    assertThat(leases.size()).isZero();
  }

  @Test
  void whenWorkFailsTheMessageComesAgainAndTheGateIsLeft() {
    work.doing(
        lease -> {
          throw new IllegalStateException("broken");
        });
    for (int i = 0; i < 50; i++) {
      run("r" + i);
    }

    assertThat(sqs.hidden).hasSize(50);
    assertThat(leases.size()).isZero();
    assertNothingIsLeftInside();
  }

  @Test
  void whenTheQueueIsDownTooTheMessageComesWhenItsLeaseEnds() {
    sqs.failing.put("hide", FakeSqs.down());
    work.doing(
        lease -> {
          throw new IllegalStateException("broken");
        });
    run("r");

    assertThat(leases.size()).isZero();
    assertNothingIsLeftInside();
  }

  @Test
  void whenGivingBackFailsTheGateIsLeftAllTheSame() {
    sqs.failing.put("hide", FakeSqs.down());
    work.doing(lease -> new Verdict.Again(Duration.ZERO, Signal.GOOD));
    run("r");

    assertThat(leases.size()).isZero();
    assertNothingIsLeftInside();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void afterAnErrorTheLeaseIsDroppedAndTheErrorIsToldOn(boolean inPrepare) {
    if (inPrepare) {
      work.meaning =
          message -> {
            throw new StackOverflowError();
          };
    } else {
      work.doing(
          lease -> {
            throw new StackOverflowError();
          });
    }

    assertThatThrownBy(() -> run("r")).isInstanceOf(StackOverflowError.class);
    assertThat(leases.size()).isZero();
    assertThat(sqs.deleted()).isEmpty();
    assertNothingIsLeftInside();
  }

  @ParameterizedTest
  @EnumSource(
      value = Signal.class,
      names = {"DOWN", "THROTTLED"})
  void whatWorkTellsOfItsModelHoldsBackTheNext(Signal signal) {
    work.doing(lease -> new Verdict.Again(Duration.ofSeconds(1), signal));
    for (int i = 0; i < 5; i++) {
      run("r" + i);
    }
    work.doing(this::count);
    run("next");

    assertThat(runs).hasValue(0);
    assertThat(work.putOffs)
        .last()
        .extracting(FakeWork.PutOff::reason)
        .isEqualTo(signal == Signal.DOWN ? WaitReason.BREAKER_OPEN : WaitReason.THROTTLED);
  }

  /** Renewed, it would never have been received often enough to become one. */
  @Test
  void aMessageThatBreaksItsWorkEachTimeIsLeftToBecomeADeadLetter() {
    work.doing(
        lease -> {
          throw new IllegalStateException("broken");
        });
    task.run(
        leases.hold(new Message("body", "caller", "r", 99, Instant.EPOCH, Map.of())),
        gate.expect());

    assertThat(sqs.hidden("r")).hasSize(1);
    assertThat(sqs.sent).isEmpty();
  }

  @Test
  void aMessageThatOnlyWaitsForAwsIsRenewedInTime() {
    work.doing(
        lease -> {
          throw FakeSqs.down();
        });
    task.run(
        leases.hold(new Message("body", "caller", "r", 99, Instant.EPOCH, Map.of())),
        gate.expect());

    assertThat(sqs.hidden).isEmpty();
    assertThat(sqs.sent).hasSize(1);
    assertThat(sqs.deleted()).containsExactly("r");
  }

  private Verdict count(Lease lease) {
    runs.incrementAndGet();
    return new Verdict.Done(Signal.GOOD);
  }

  private void run(String receipt) {
    task.run(
        leases.hold(new Message("body", "caller", receipt, 1, Instant.EPOCH, Map.of())),
        gate.expect());
  }

  /** The share of one caller is free again, all of it. */
  private void assertNothingIsLeftInside() {
    for (int i = 0; i < SETTINGS.slotsOfOne(); i++) {
      assertThat(gate.enter(FakeWork.LANE)).isInstanceOf(Gate.Pass.class);
    }
  }
}
