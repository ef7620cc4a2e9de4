package ai.fileprocessing.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class LeaseTest {
  private final Lease lease = new Lease(new Message("b", "", "r", 1, Instant.EPOCH, Map.of()));

  @AfterEach
  void clear() {
    Thread.interrupted();
  }

  @Test
  void itBeginsHeld() {
    assertThat(lease.isLost()).isFalse();
    assertThat(lease.isEnding()).isFalse();
    assertThat(lease.during(() -> "result")).isEqualTo("result");
  }

  @Test
  void aLostOneIsLostAndEnding() {
    lease.lose();

    assertThat(lease.isLost()).isTrue();
    assertThat(lease.isEnding()).isTrue();
  }

  @Test
  void aStoppedOneIsEndingAndStillOurs() {
    lease.stop();

    assertThat(lease.isLost()).isFalse();
    assertThat(lease.isEnding()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLongCallThatRunsIsInterrupted(boolean lost) throws Exception {
    Consumer<Lease> end = lost ? Lease::lose : Lease::stop;
    CountDownLatch inside = new CountDownLatch(1);
    CompletableFuture<Boolean> flagAfter = new CompletableFuture<>();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              interrupted.complete(
                  lease.during(
                      () -> {
                        inside.countDown();
                        try {
                          new CountDownLatch(1).await();
                          return false;
                        } catch (InterruptedException e) {
                          return true;
                        }
                      }));
              flagAfter.complete(Thread.currentThread().isInterrupted());
            });
    thread.start();
    inside.await();
    end.accept(lease);

    assertThat(interrupted.get()).isTrue();
    assertThat(flagAfter.get()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatBeginsAfterTheEndBeginsInterrupted(boolean lost) {
    (lost ? (Consumer<Lease>) Lease::lose : (Consumer<Lease>) Lease::stop).accept(lease);

    assertThat(lease.<Boolean>during(() -> Thread.currentThread().isInterrupted())).isTrue();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void noOtherCodeIsInterrupted() {
    lease.during(() -> "over");
    lease.lose();
    lease.stop();

    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void aCallThatNoticesNothingLeavesNoFlagBehind() {
    lease.during(
        () -> {
          lease.lose();
          return "";
        });

    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void alsoACallThatThrowsIsOverAndLeavesNoFlagBehind() {
    assertThatThrownBy(
            () ->
                lease.during(
                    () -> {
                      lease.lose();
                      throw new IllegalStateException("broken");
                    }))
        .hasMessage("broken");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();

    lease.stop();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }
}
