package ai.fileprocessing.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;

class TroubleTest {
  private final Lines lines = new Lines();
  private final TickingClock clock = new TickingClock(1_700_000_000);
  private final Trouble trouble = new Trouble(lines, clock);

  @Test
  void theTraceIsLoggedOnceAMinuteAndALineEachTime() {
    for (int i = 0; i < 1_000; i++) {
      trouble.warn("file " + i + " waits", new IllegalStateException("the store is away"));
    }
    clock.tick(Duration.ofMinutes(1));
    trouble.warn("one more", new IllegalStateException("still away"));

    assertThat(lines.traces).hasSize(2);
    assertThat(lines.texts).hasSize(1_001);
    assertThat(lines.texts.get(7)).startsWith("file 7 waits").contains("the store is away");
  }

  private static final class Lines implements System.Logger {
    final List<String> texts = new ArrayList<>();
    final List<Throwable> traces = new ArrayList<>();

    @Override
    public String getName() {
      return "test";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
      texts.add(message);
      traces.add(thrown);
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... arguments) {
      texts.add(format);
    }
  }
}
