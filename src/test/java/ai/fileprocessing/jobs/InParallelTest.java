package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InParallelTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final InParallel parallel = new InParallel(threads);
  private final Set<Integer> done = ConcurrentHashMap.newKeySet();

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  @Test
  void everyItemIsDoneOnceAndAllBeforeItReturns() {
    AtomicInteger calls = new AtomicInteger();

    parallel.forEach(
        numbers(1_000),
        it -> {
          calls.incrementAndGet();
          done.add(it);
        });

    assertThat(done).hasSize(1_000);
    assertThat(calls).hasValue(1_000);
  }

  @Test
  void whoeverHelpsDoesItAsAPartOfWhatIsUnderWay() {
    ContextKey<String> key = ContextKey.named("under way");
    Set<String> seen = ConcurrentHashMap.newKeySet();
    CountDownLatch eight = new CountDownLatch(8);
    Scope scope = Context.root().with(key, "this").makeCurrent();
    try {
      parallel.forEach(
          numbers(8),
          it -> {
            eight.countDown();
            await(eight);
            seen.add(String.valueOf(Context.current().get(key)));
          });
    } finally {
      scope.close();
    }

    assertThat(seen).containsExactly("this");
  }

  @Test
  void eightAreDoneAtOnceAndNotMore() throws Exception {
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch eight = new CountDownLatch(8);

    parallel.forEach(
        numbers(40),
        it -> {
          most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
          eight.countDown();
          await(eight);
          atOnce.decrementAndGet();
        });

    assertThat(most).hasValue(8);
  }

  @Test
  void nothingIsNothing() {
    parallel.forEach(List.<Integer>of(), done::add);

    assertThat(done).isEmpty();
  }

  @Test
  void afterAFailureNothingNewIsBegunAndTheFailureIsThrownAsItWas() {
    IllegalStateException failure = new IllegalStateException("the one");

    assertThatThrownBy(
            () ->
                parallel.forEach(
                    numbers(10_000),
                    it -> {
                      if (it == 20) {
                        throw failure;
                      }
                      done.add(it);
                    }))
        .isSameAs(failure);
    assertThat(done).hasSizeLessThan(10_000);
  }

  @Test
  void aFailureIsThrownAfterWhatWasBegunHasEnded() {
    CountDownLatch failed = new CountDownLatch(1);

    assertThatThrownBy(
            () ->
                parallel.forEach(
                    numbers(2),
                    it -> {
                      if (it == 0) {
                        failed.countDown();
                        throw new IllegalStateException();
                      }
                      await(failed);
                      done.add(it);
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(done.size() + threads.shutdownNow().size()).isLessThanOrEqualTo(1);
  }

  @Test
  void anExecutorThatTakesNothingIsNoReasonToDoHalf() {
    InParallel alone =
        new InParallel(
            task -> {
              throw new RejectedExecutionException();
            });

    alone.forEach(numbers(20), done::add);

    assertThat(done).hasSize(20);
  }

  @Test
  void partsAreFullButTheLast() {
    assertThat(InParallel.parts(numbers(7), 3))
        .containsExactly(List.of(0, 1, 2), List.of(3, 4, 5), List.of(6));
    assertThat(InParallel.parts(numbers(6), 3)).hasSize(2);
    assertThat(InParallel.parts(List.of(), 3)).isEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }
}
