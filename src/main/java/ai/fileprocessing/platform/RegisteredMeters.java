package ai.fileprocessing.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/** Keeps them in the server's registry (MicroProfile Metrics), which it shows with its own. */
@ApplicationScoped
class RegisteredMeters implements Meters {
  /** Tells ours from those of the server and of the JVM. */
  private static final String OURS = "fileprocessing_";

  private final MetricRegistry registry;

  @Inject
  RegisteredMeters(MetricRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void count(Meter meter, long times, String... labels) {
    registry.counter(described(meter), tags(meter, labels)).inc(times);
  }

  @Override
  public void time(Meter meter, Duration taken, String... labels) {
    registry.timer(described(meter), tags(meter, labels)).update(taken);
  }

  @Override
  public void watch(Meter meter, Supplier<? extends Number> value, String... labels) {
    registry.gauge(described(meter), value, tags(meter, labels));
  }

  private static Metadata described(Meter meter) {
    return Metadata.builder().withName(OURS + meter.title()).withDescription(meter.help()).build();
  }

  private static Tag[] tags(Meter meter, String... values) {
    if (values.length != meter.labels().size()) {
      throw new IllegalArgumentException(meter.title() + " is told apart by " + meter.labels());
    }
    return IntStream.range(0, values.length)
        .mapToObj(i -> new Tag(meter.labels().get(i), values[i]))
        .toArray(Tag[]::new);
  }
}
