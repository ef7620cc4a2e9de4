package ai.fileprocessing.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.platform.CountedMeters;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LeasesTest {
  private final FakeSqs sqs = new FakeSqs();
  private final CountedMeters meters = new CountedMeters();
  private final Leases leases =
      new Leases(new WorkQueue(sqs, sqs, TestWorker.settings(50, 90)), meters);

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
    Leases real = new Leases(worker.queue(), new CountedMeters());
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
    leases.extend();

    assertThat(sqs.extensions).hasSize(10).allSatisfy(it -> assertThat(it).hasSizeBetween(5, 10));
    assertThat(sqs.extensions.stream().flatMap(List::stream)).doesNotHaveDuplicates().hasSize(95);
  }

  @Test
  void aLostLeaseIsForgottenAndItsWorkIsTold() {
    List<Lease> held = hold(25);
    sqs.refused.add("r3");
    sqs.refused.add("r17");
    leases.extend();

    assertThat(leases.size()).isEqualTo(23);
    assertThat(held).filteredOn(Lease::isLost).containsExactly(held.get(3), held.get(17));
    assertThat(meters.of("leases_lost")).isEqualTo(2);
    assertThat(leases.drop(held.get(3).message())).isFalse();
    assertThat(leases.drop(held.get(4).message())).isTrue();
  }

  @Test
  void aMessageThatIsDeletedBehindOurBackIsALostLease() {
    TestWorker worker = new TestWorker(Map.of());
    Leases real = new Leases(worker.queue(), new CountedMeters());
    worker.send(2);
    List<Lease> held = worker.receive(2).stream().map(real::hold).toList();
    worker.queue().delete(List.of(held.get(1).message()));
    real.extend();

    assertThat(held).extracting(Lease::isLost).containsExactly(false, true);
  }

  @Test
  void whatTheQueueCouldNotExtendByItsOwnFaultIsNotLost() {
    List<Lease> held = hold(3);
    sqs.sendersFault = false;
    sqs.refused.add("r1");
    leases.extend();

    assertThat(leases.size()).isEqualTo(3);
    assertThat(held).noneMatch(Lease::isLost);
  }

  @Test
  void whereTheQueueDoesNotAnswerTheLeasesAreKeptForTheNextTry() {
    List<Lease> held = hold(12);
    sqs.failing.put("extend", FakeSqs.down());
    leases.extend();
    assertThat(leases.size()).isEqualTo(12);
    assertThat(held).noneMatch(Lease::isLost);

    sqs.failing.clear();
    leases.extend();
    assertThat(sqs.extensions.stream().flatMap(List::stream)).hasSize(12);
  }

  @Test
  void oneBatchThatFailsDoesNotKeepTheOthersFromBeingExtended() {
    hold(30);
    int[] calls = {0};
    sqs.before.put(
        "extend",
        () -> {
          if (calls[0]++ == 0) {
            throw FakeSqs.down();
          }
        });
    leases.extend();

    assertThat(sqs.extensions).hasSize(2);
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

  private List<Lease> hold(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> leases.hold(new Message("b" + i, "", "r" + i, 1, Instant.EPOCH, Map.of())))
        .toList();
  }
}
