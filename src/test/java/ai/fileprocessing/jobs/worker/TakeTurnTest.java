package ai.fileprocessing.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Processes that each ask once in a period. */
class TakeTurnTest {
  private final FakeCount count = new FakeCount();
  private final TakeTurn first = new TakeTurn(count, "first");
  private final TakeTurn second = new TakeTurn(count, "second");

  @Test
  void whoHasJustBegunOnlyLooks() {
    assertThat(first.take()).isFalse();
    assertThat(first.take()).isTrue();
  }

  @Test
  void inEachPeriodOneTakesItAndTheOtherDoesNot() {
    first.take();
    second.take();
    for (int i = 0; i < 10; i++) {
      assertThat(first.take()).isTrue();
      assertThat(second.take()).isFalse();
    }
  }

  @Test
  void whoKeepsItWhileItTakesLongIsNotDisturbed() {
    first.take();
    second.take();
    for (int period = 0; period < 3; period++) {
      for (int i = 0; i < 100; i++) {
        assertThat(first.take()).isTrue();
      }
      assertThat(second.take()).isFalse();
    }
  }

  @Test
  void whenWhoHadItAsksNoMoreTheOtherHasItAPeriodLater() {
    first.take();
    first.take();
    second.take();

    assertThat(second.take()).isTrue();
    assertThat(first.take()).isFalse();
  }

  @Test
  void whileTheSharedPlaceDoesNotAnswerNobodyTakesIt() {
    first.take();
    count.down = true;
    assertThatThrownBy(first::take).isInstanceOf(IllegalStateException.class);

    count.down = false;
    assertThat(first.take()).isTrue();
  }
}
