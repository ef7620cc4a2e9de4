package ai.fileprocessing.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FileCallsTest {
  private final FileCalls files = new FileCalls();

  @Test
  void callsAreCountedWithWhatBecameOfThem() {
    files.called("j/a");
    files.called("j/a");
    files.refused("j/a");
    files.answered("j/a");
    files.called("j/b");
    files.answered("j/b");
    files.lost("j/b");

    assertThat(files.calls()).isEqualTo(Map.of("j/a", 2L, "j/b", 1L));
    assertThat(files.attempts()).isEqualTo(Map.of("j/a", 1L, "j/b", 1L));
    assertThat(files.answers()).isEqualTo(Map.of("j/a", 1L));
  }

  @Test
  void whatBecomesOfACallFromBeforeAResetIsNotCounted() {
    files.called("j/a");
    files.reset();
    files.answered("j/a");
    files.lost("j/a");
    files.refused("j/a");

    assertThat(files.calls()).isEmpty();
  }
}
