package ai.fileprocessing.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class MemoryTest {
  private static final int KB = 1024;
  private static final String ALICE = "alice";

  private final Memory memory = new Memory(10 * KB);
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final List<String> got = new CopyOnWriteArrayList<>();

  @AfterEach
  void end() {
    threads.forEach(Thread::interrupt);
  }

  @Test
  void whatFitsIsTakenAtOnce() throws InterruptedException {
    memory.take(ALICE, 4 * KB);
    memory.take(ALICE, 6 * KB);
  }

  @Test
  void whatDoesNotFitWaitsUntilThereIsRoom() throws InterruptedException {
    int taken = memory.take(ALICE, 6 * KB);
    Thread waiting = take("second", 5 * KB);
    awaitBlocked(waiting);
    assertThat(got).isEmpty();

    memory.give(taken);
    await().until(() -> got.contains("second"));
  }

  @Test
  void everyBegunKilobyteCounts() throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      assertThat(memory.take(ALICE, 1)).isEqualTo(1);
    }
    Thread waiting = take("eleventh", 1);

    awaitBlocked(waiting);
    assertThat(got).isEmpty();
  }

  @Test
  void anEmptyFileTakesNothing() throws InterruptedException {
    memory.take(ALICE, 10 * KB);

    assertThat(memory.take(ALICE, 0)).isZero();
  }

  @Test
  void whatIsLargerThanAllWaitsForAllAndGivesItAllBack() throws InterruptedException {
    int taken = memory.take(ALICE, 1);
    Thread waiting = take("large", 1_000_000L * KB);
    awaitBlocked(waiting);
    memory.give(taken);

    await().until(() -> got.contains("large"));
    memory.give(10);
    assertThat(memory.take(ALICE, 10 * KB)).isEqualTo(10);
  }

  @Test
  void manySmallOnesCannotKeepALargeOneWaiting() throws InterruptedException {
    int first = memory.take(ALICE, 5 * KB);
    Thread large = take("large", 10 * KB);
    awaitBlocked(large);
    Thread small = take("small", KB);
    awaitBlocked(small);
    memory.give(first);

    await().until(() -> got.contains("large"));
    assertThat(got).containsExactly("large");
    memory.give(10);
    await().until(() -> got.contains("small"));
  }

  @Test
  void manyLargeOnesOfOneCallerKeepAnotherWaitingForOneTurn() throws InterruptedException {
    int taken = memory.take(ALICE, 10 * KB);
    for (int i = 1; i <= 3; i++) {
      awaitBlocked(take("alice " + i, 10 * KB));
    }
    awaitBlocked(take("bob", "bob 1", KB));
    awaitBlocked(take("bob", "bob 2", 10 * KB));

    memory.give(taken);
    await().until(() -> got.size() == 1);
    memory.give(10);
    await().until(() -> got.size() == 2);
    memory.give(1);
    await().until(() -> got.size() == 3);
    memory.give(10);
    await().until(() -> got.size() == 4);
    assertThat(got).containsExactly("alice 1", "bob 1", "alice 2", "bob 2");
  }

  @Test
  void whoGivesUpItsTurnLeavesItToTheNext() throws InterruptedException {
    memory.take(ALICE, 5 * KB);
    Thread large = take("large", 10 * KB);
    awaitBlocked(large);
    awaitBlocked(take("small", KB));
    large.interrupt();

    await().until(() -> got.contains("small"));
  }

  @Test
  void whoIsInterruptedTakesNothing() throws Exception {
    int taken = memory.take(ALICE, 10 * KB);
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    Thread waiting =
        new Thread(
            () -> {
              try {
                memory.take(ALICE, KB);
                ended.complete(null);
              } catch (InterruptedException e) {
                ended.complete(e);
              }
            });
    waiting.start();
    awaitBlocked(waiting);
    waiting.interrupt();
    assertThat(ended.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);

    memory.give(taken);
    assertThat(memory.take(ALICE, 10 * KB)).isEqualTo(10);
  }

  @Test
  void itIsNeverSmallerThanOneKilobyteNorTooLargeToCount() throws InterruptedException {
    assertThat(new Memory(1).take(ALICE, 5)).isEqualTo(1);
    assertThat(new Memory(Long.MAX_VALUE).take(ALICE, 5L * KB * KB)).isEqualTo(5 * KB);
  }

  @Test
  void itIsAsLargeAsTheSettingsSay() throws InterruptedException {
    Memory configured = new Memory(TestWorker.settings(1, 90));

    assertThat(configured.take(ALICE, Long.MAX_VALUE / 2)).isEqualTo(1024);
  }

  @Test
  void whoComesInterruptedTakesNothing() throws InterruptedException {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> memory.take(ALICE, KB)).isInstanceOf(InterruptedException.class);
    assertThat(memory.take(ALICE, 10 * KB)).isEqualTo(10);
  }

  @Test
  void whatAShareNoLongerNeedsIsThereForOthers() throws InterruptedException {
    try (Memory.Share share = memory.share(ALICE, 10 * KB)) {
      share.become(3 * KB);
      memory.give(memory.take(ALICE, 7 * KB));
      share.become(0);
      memory.give(memory.take(ALICE, 10 * KB));
    }
    assertThat(memory.take(ALICE, 10 * KB)).isEqualTo(10);
  }

  @Test
  void aShareGivesBackWhateverItHasInTheEnd() throws InterruptedException {
    try (Memory.Share share = memory.share(ALICE, KB)) {
      share.become(6 * KB);
      share.become(100 * KB);
    }
    assertThat(memory.take(ALICE, 10 * KB)).isEqualTo(10);
  }

  @Test
  void sharesThatWaitToBeLargerDoNotWaitForEachOther() throws Exception {
    Memory.Share one = memory.share(ALICE, 5 * KB);
    Memory.Share other = memory.share(ALICE, 5 * KB);
    Thread first = grow("one", one);
    Thread second = grow("other", other);

    await().until(() -> got.size() == 2);
    first.join();
    second.join();
    assertThat(memory.take(ALICE, 10 * KB)).isEqualTo(10);
  }

  @Test
  void aShareThatIsInterruptedWhileItWaitsHasNothing() throws Exception {
    int taken = memory.take(ALICE, 5 * KB);
    Thread waiting = grow("interrupted", memory.share(ALICE, 5 * KB));
    awaitBlocked(waiting);
    waiting.interrupt();
    waiting.join();

    assertThat(got).containsExactly("interrupted interrupted");
    memory.give(taken);
    assertThat(memory.take(ALICE, 10 * KB)).isEqualTo(10);
  }

  /** To all there is; then it ends. */
  private Thread grow(String name, Memory.Share share) {
    Thread thread =
        new Thread(
            () -> {
              try (share) {
                share.become(10 * KB);
                got.add(name);
              } catch (InterruptedException e) {
                got.add(name + " interrupted");
              }
            });
    threads.add(thread);
    thread.start();
    return thread;
  }

  private Thread take(String name, long bytes) {
    return take(ALICE, name, bytes);
  }

  private Thread take(String caller, String name, long bytes) {
    Thread thread =
        new Thread(
            () -> {
              try {
                memory.take(caller, bytes);
                got.add(name);
              } catch (InterruptedException e) {
                got.add(name + " interrupted");
              }
            });
    threads.add(thread);
    thread.start();
    return thread;
  }

  private static void awaitBlocked(Thread thread) {
    await().until(() -> thread.getState() == Thread.State.WAITING);
  }
}
