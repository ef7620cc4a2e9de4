package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private long now;
  private final Patience patience = new Patience(Duration.ofNanos(100), () -> now);

  @Test
  void passesTakeFromTheSameTime() throws Exception {
    pass(60);

    assertThatCode(() -> pass(40)).doesNotThrowAnyException();
    assertThatThrownBy(() -> pass(1)).isInstanceOf(Patience.EndedException.class);
  }

  @Test
  void betweenPassesNoTimeGoesBy() throws Exception {
    pass(60);
    now += 1_000;

    assertThatCode(() -> pass(40)).doesNotThrowAnyException();
  }

  @Test
  void aPassThatFailsTakesItsTimeToo() {
    assertThatThrownBy(
            () ->
                patience.during(
                    () -> {
                      now += 60;
                      throw UnusableFileException.damaged();
                    }))
        .isInstanceOf(UnusableFileException.class);

    assertThatThrownBy(() -> pass(41))
        .isInstanceOfSatisfying(
            Patience.EndedException.class, e -> assertThat(e.isInterrupted()).isFalse());
  }

  private void pass(long time) throws UnusableFileException {
    patience.during(
        () -> {
          now += time;
          patience.check();
          return time;
        });
  }
}
