package ai.fileprocessing.platform;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Map;

/**
 * Where spans go. Off, which is the default, it is nothing but a constant: neither the SDK's
 * classes nor its threads are there. On, it is configured by OpenTelemetry's own variables.
 *
 * @param on whether spans are made at all
 */
record Telemetry(OpenTelemetry api, boolean on) implements RoomSettings {
  static final Telemetry OFF = new Telemetry(OpenTelemetry.noop(), false);

  private static final String SWITCH = "otel.sdk.disabled";

  /** Used where OpenTelemetry's variables say nothing else. Figures and logs have their places. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "otel.service.name", "ai-file-processing",
          "otel.metrics.exporter", "none",
          "otel.logs.exporter", "none",
          "otel.exporter.otlp.protocol", "http/protobuf");

  static Telemetry from(Settings settings) {
    return settings.withDefault(SWITCH, SettingType.SWITCH, "true") ? OFF : started();
  }

  Tracer tracer() {
    return api.getTracer("ai.fileprocessing");
  }

  private static Telemetry started() {
    try {
      OpenTelemetry sdk =
          AutoConfiguredOpenTelemetrySdk.builder()
              .addPropertiesSupplier(() -> DEFAULTS)
              .disableShutdownHook()
              .build()
              .getOpenTelemetrySdk();
      return new Telemetry(sdk, true);
    } catch (io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException e) {
      throw Settings.wrong(
          SWITCH, "is 'false', but OpenTelemetry's own variables are wrong: " + e.getMessage());
    }
  }

  @Dependent
  static class Producer {
    @Produces
    @Singleton
    Telemetry read(Settings settings) {
      return from(settings);
    }

    /** Sends what has not been sent; waits for that, but not for long. */
    void close(@Disposes Telemetry telemetry) {
      if (telemetry.api() instanceof OpenTelemetrySdk sdk) {
        sdk.close();
      }
    }
  }
}
