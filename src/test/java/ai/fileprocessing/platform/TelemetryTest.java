package ai.fileprocessing.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TelemetryTest {
  @AfterEach
  void clear() {
    System.clearProperty("otel.traces.sampler");
  }

  @Test
  void itIsOffUnlessItIsSwitchedOn() {
    assertThat(Telemetry.from(with(Map.of())).on()).isFalse();
    assertThat(Telemetry.from(with(Map.of("otel.sdk.disabled", "true"))).on()).isFalse();
  }

  @Test
  void switchedOnItMakesSpans() {
    Telemetry telemetry = Telemetry.from(with(Map.of("otel.sdk.disabled", "false")));
    try {
      assertThat(telemetry.on()).isTrue();
      assertThat(telemetry.tracer().spanBuilder("one").startSpan().getSpanContext().isValid())
          .isTrue();
    } finally {
      new Telemetry.Producer().close(telemetry);
    }
  }

  @Test
  void aWrongVariableOfOpenTelemetryStopsTheStartAndIsNamed() {
    System.setProperty("otel.traces.sampler", "now_and_then");

    assertThatThrownBy(() -> Telemetry.from(with(Map.of("otel.sdk.disabled", "false"))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("otel.traces.sampler")
        .hasMessageContaining("now_and_then");
  }

  private static Settings with(Map<String, String> values) {
    return new Settings(key -> Optional.ofNullable(values.get(key)));
  }
}
