package ai.fileprocessing.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AcknowledgementsTest {
  private final FakeSqs sqs = new FakeSqs();
  private final WorkQueue queue = new WorkQueue(sqs, sqs, TestWorker.settings(50, 90));
  private final Leases leases = TestWorker.leases(queue);
  private final Acknowledgements settled = new Acknowledgements(queue, leases);

  @Test
  void nothingSettledIsNothingToDelete() {
    settled.flush();

    assertThat(sqs.deletes).isEmpty();
  }

  @Test
  void tenAreDeletedWithOneCallAndFewerWaitForTheFlush() {
    hold(9).forEach(settled::add);
    assertThat(sqs.deletes).isEmpty();
    settled.add(message(9));
    assertThat(sqs.deletes).hasSize(1);
    assertThat(sqs.deleted()).hasSize(10);

    settled.add(message(10));
    settled.flush();
    assertThat(sqs.deletes.get(1)).containsExactly("r10");
  }

  @Test
  void aLeaseIsHeldUntilTheDeleteIsConfirmed() {
    hold(3).forEach(settled::add);
    assertThat(leases.size()).isEqualTo(3);
    List<Integer> heldDuringTheCall = new ArrayList<>();
    sqs.before.put("delete", () -> heldDuringTheCall.add(leases.size()));
    settled.flush();

    assertThat(heldDuringTheCall).containsExactly(3);
    assertThat(leases.size()).isZero();
  }

  @Test
  void whatIsNotDeletedComesAgain() {
    hold(3).forEach(settled::add);
    sqs.refused.add("r1");
    settled.flush();

    assertThat(leases.size()).as("an extended one would be hidden for ever").isZero();
    settled.flush();
    assertThat(sqs.deletes).hasSize(1);
  }

  @Test
  void whereTheQueueIsDownAllComesAgain() {
    hold(25)
        .forEach(
            it -> {
              sqs.failing.put("delete", FakeSqs.down());
              settled.add(it);
            });
    settled.flush();

    assertThat(leases.size()).isZero();
    assertThat(sqs.deletes).isEmpty();
  }

  @Test
  void alsoAfterAnErrorNoLeaseIsHeldForEver() {
    hold(2).forEach(settled::add);
    sqs.before.put(
        "delete",
        () -> {
          throw new StackOverflowError();
        });

    assertThat(catchThrowable(settled::flush)).isInstanceOf(StackOverflowError.class);
    assertThat(leases.size()).isZero();
  }

  @Test
  void noneIsLostOrDeletedTwiceWhenManyAreAddedAtOnce() throws Exception {
    int threads = 8;
    int each = 250;
    List<Message> messages = hold(threads * each);
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService executor = Executors.newFixedThreadPool(threads + 1);
    try {
      List<Future<?>> adding = new ArrayList<>();
      for (List<Message> some : parts(messages, each)) {
        adding.add(
            executor.submit(
                () -> {
                  start.await();
                  some.forEach(settled::add);
                  return null;
                }));
      }
      CompletableFuture<Void> flushing =
          CompletableFuture.runAsync(
              () -> {
                start.countDown();
                while (sqs.deleted().size() < each) {
                  settled.flush();
                }
              },
              executor);
      for (Future<?> it : adding) {
        it.get();
      }
      settled.flush();
      flushing.get();
    } finally {
      executor.shutdownNow();
    }

    assertThat(sqs.deleted())
        .containsExactlyInAnyOrderElementsOf(messages.stream().map(Message::receipt).toList());
    assertThat(sqs.deletes).allSatisfy(it -> assertThat(it).hasSizeBetween(1, WorkQueue.BATCH));
    assertThat(leases.size()).isZero();
  }

  private static List<List<Message>> parts(List<Message> messages, int size) {
    return IntStream.range(0, messages.size() / size)
        .mapToObj(i -> messages.subList(i * size, (i + 1) * size))
        .toList();
  }

  private List<Message> hold(int count) {
    return IntStream.range(0, count).mapToObj(this::message).toList();
  }

  private Message message(int i) {
    return leases.hold(new Message("b" + i, "", "r" + i, 1, Instant.EPOCH, Map.of())).message();
  }
}
