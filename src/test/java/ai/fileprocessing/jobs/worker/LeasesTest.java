package ai.fileprocessing.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.platform.CountedMeters;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeasesTest {
  private static final Duration LEASE = Duration.ofSeconds(60);
  private static final Duration QUARTER = LEASE.dividedBy(4);
  private static final Duration LOOK = LEASE.dividedBy(Leases.LOOKS);

  private final FakeSqs sqs = new FakeSqs();
  private final CountedMeters meters = new CountedMeters();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch answer = new CountDownLatch(1);
  private final Leases leases = leases(Runnable::run);
  private volatile long nanos = Long.MAX_VALUE - 5;

  @AfterEach
  void end() {
    answer.countDown();
    threads.shutdown();
  }

  @Test
  void nothingHeldIsNothingToExtend() {
    leases.extend();

    assertThat(sqs.extensions).isEmpty();
    assertThat(leases.size()).isZero();
    assertThat(meters.stands("leases_lost")).isTrue();
  }

  @Test
  void everyHeldLeaseIsExtendedAndADroppedOneEnds() {
    TestWorker worker = new TestWorker(Map.of("jobs.lease", "PT3S"));
    Leases real = TestWorker.leases(worker.queue());
    worker.send(23);
    List<Message> received = worker.receive(23);
    received.forEach(real::hold);
    real.drop(received.get(22));

    await()
        .atMost(Duration.ofSeconds(15))
        .until(
            () -> {
              real.extend();
              return worker.depth().equals(List.of(1, 22));
            });
    assertThat(real.size()).isEqualTo(22);
  }

  @Test
  void manyAreExtendedTenWithOneCall() {
    hold(95);
    extend(QUARTER);

    assertThat(sqs.extensions).hasSize(10).allSatisfy(it -> assertThat(it).hasSizeBetween(5, 10));
    assertThat(sqs.extensions.stream().flatMap(List::stream)).doesNotHaveDuplicates().hasSize(95);
  }

  @Test
  void aLostLeaseIsForgottenAndItsWorkIsTold() {
    List<Lease> held = hold(25);
    sqs.refused.add("r3");
    sqs.refused.add("r17");
    extend(QUARTER);

    assertThat(leases.size()).isEqualTo(23);
    assertThat(held).filteredOn(Lease::isLost).containsExactly(held.get(3), held.get(17));
    assertThat(meters.of("leases_lost")).isEqualTo(2);
    assertThat(leases.drop(held.get(3).message())).isFalse();
    assertThat(leases.drop(held.get(4).message())).isTrue();
  }

  @Test
  void aMessageThatIsDeletedBehindOurBackIsALostLease() {
    TestWorker worker = new TestWorker(Map.of());
    Leases real = TestWorker.leases(worker.queue());
    worker.send(2);
    List<Lease> held = worker.receive(2).stream().map(real::hold).toList();
    worker.queue().delete(List.of(held.get(1).message()));
    real.extend();

    assertThat(held).extracting(Lease::isLost).containsExactly(false, true);
  }

  @Test
  void aLeaseIsExtendedWhenAQuarterOfItIsOverAndNotBefore() {
    hold(1);
    extend(QUARTER.minusNanos(1));
    assertThat(sqs.extensions).isEmpty();
    extend(Duration.ofNanos(1));
    assertThat(sqs.extensions).hasSize(1);

    extend(QUARTER.minusNanos(1));
    assertThat(sqs.extensions).hasSize(1);
    extend(Duration.ofNanos(1));
    assertThat(sqs.extensions).hasSize(2);
  }

  @Test
  void whatTheQueueCouldNotExtendByItsOwnFaultIsNotLostAndSoonTriedAgain() {
    List<Lease> held = hold(3);
    sqs.sendersFault = false;
    sqs.refused.add("r1");
    extend(QUARTER);
    assertThat(leases.size()).isEqualTo(3);
    assertThat(held).noneMatch(Lease::isLost);

    extend(LOOK);
    assertThat(sqs.extensions.get(1)).containsExactly("r1");
  }

  @Test
  void whereTheQueueDoesNotAnswerTheLeasesAreKeptAndSoonTriedAgain() {
    List<Lease> held = hold(12);
    sqs.failing.put("extend", FakeSqs.down());
    extend(QUARTER);
    assertThat(leases.size()).isEqualTo(12);
    assertThat(held).noneMatch(Lease::isLost);

    sqs.failing.clear();
    extend(LOOK);
    assertThat(sqs.extensions.stream().flatMap(List::stream)).hasSize(12);
  }

  @Test
  void aBatchThatFailsIsTriedAgainBeforeTheOthersAreDueAgain() {
    hold(30);
    failFirst();
    extend(QUARTER);
    assertThat(sqs.extensions).hasSize(2);

    extend(LOOK);
    assertThat(sqs.extensions.stream().flatMap(List::stream)).doesNotHaveDuplicates().hasSize(30);
  }

  @Test
  void aBatchThatIsNotAnsweredDelaysNoOther() {
    Leases parallel = leases(threads);
    hold(parallel, 30);
    AtomicInteger calls = new AtomicInteger();
    sqs.before.put(
        "extend",
        () -> {
          if (calls.getAndIncrement() == 0) {
            awaitAnswer();
          }
        });
    extend(parallel, QUARTER);
    await().until(() -> sqs.extensions.size() == 2);

    // The batches that were answered end in their own time.
    await()
        .until(
            () -> {
              extend(parallel, QUARTER);
              return sqs.extensions.size() >= 4;
            });
    assertThat(sqs.extensions.stream().flatMap(List::stream).distinct()).hasSize(20);
    answer.countDown();
    await().until(() -> sqs.extensions.stream().flatMap(List::stream).distinct().count() == 30);
  }

  @Test
  void noMoreCallsAreOutAtOnceThanLeaveConnectionsToOthers() {
    Leases parallel = leases(threads);
    hold(parallel, 400);
    AtomicInteger out = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    sqs.before.put(
        "extend",
        () -> {
          most.accumulateAndGet(out.incrementAndGet(), Math::max);
          awaitAnswer();
          out.decrementAndGet();
        });
    extend(parallel, QUARTER);
    await().until(() -> out.get() == 16);
    answer.countDown();

    await().until(() -> sqs.extensions.size() == 40);
    assertThat(most).hasValue(16);
  }

  @Test
  void whatIsOnItsWayIsNotSentAgain() {
    List<Runnable> begun = new ArrayList<>();
    Leases slow = leases(begun::add);
    hold(slow, 10);
    extend(slow, QUARTER);
    extend(slow, LOOK);
    assertThat(begun).hasSize(1);

    begun.get(0).run();
    extend(slow, QUARTER);
    assertThat(begun).hasSize(2);
  }

  @Test
  void whatIsGivenBackWhileItsBatchWaitsIsNotHiddenAgain() {
    List<Runnable> begun = new ArrayList<>();
    Leases slow = leases(begun::add);
    List<Lease> held = hold(slow, 12);
    extend(slow, QUARTER);
    slow.drop(held.get(3).message());
    slow.drop(held.get(10).message());
    slow.drop(held.get(11).message());
    begun.forEach(Runnable::run);

    assertThat(sqs.extensions.stream().flatMap(List::stream))
        .hasSize(9)
        .doesNotContain("r3", "r10", "r11");
  }

  @Test
  void whereThereIsNoThreadToBeHadTheLeasesAreExtendedAllTheSame() {
    Leases alone =
        leases(
            it -> {
              throw new IllegalStateException("the application ends");
            });
    hold(alone, 12);
    extend(alone, QUARTER);

    assertThat(sqs.extensions.stream().flatMap(List::stream)).hasSize(12);
  }

  @Test
  void whatWasDroppedIsNotDroppedTwice() {
    Message message = hold(1).get(0).message();

    assertThat(leases.drop(message)).isTrue();
    assertThat(leases.drop(message)).isFalse();
  }

  @Test
  void whenTheProcessStopsAllWorkIsTold() {
    List<Lease> held = hold(5);
    leases.drop(held.get(0).message());
    leases.stop();

    assertThat(held).extracting(Lease::isEnding).containsExactly(false, true, true, true, true);
    assertThat(held).noneMatch(Lease::isLost);
  }

  private Leases leases(Executor executor) {
    WorkQueue queue = new WorkQueue(sqs, sqs, TestWorker.settings(50, 90));
    return new Leases(queue, executor, LEASE, () -> nanos, Clock.systemUTC(), meters);
  }

  private List<Lease> hold(int count) {
    return hold(leases, count);
  }

  private static List<Lease> hold(Leases leases, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> leases.hold(new Message("b" + i, "", "r" + i, 1, Instant.EPOCH, Map.of())))
        .toList();
  }

  private void extend(Duration later) {
    extend(leases, later);
  }

  private void extend(Leases leases, Duration later) {
    nanos += later.toNanos();
    leases.extend();
  }

  private void failFirst() {
    AtomicInteger calls = new AtomicInteger();
    sqs.before.put(
        "extend",
        () -> {
          if (calls.getAndIncrement() == 0) {
            throw FakeSqs.down();
          }
        });
  }

  private void awaitAnswer() {
    try {
      answer.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
