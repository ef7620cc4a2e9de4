package ai.fileprocessing.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;
import org.eclipse.microprofile.metrics.Timer;

/**
 * Keeps them in the server's registry (MicroProfile Metrics), which it shows with its own.
 *
 * <p>What the registry gave is kept: looking it up there takes longer than counting, and a file
 * that is worked counts a dozen times.
 */
@ApplicationScoped
class RegisteredMeters implements Meters {
  /** Tells ours from those of the server and of the JVM. */
  private static final String OURS = "fileprocessing_";

  private final MetricRegistry registry;
  private final Map<Series, Counter> counters = new ConcurrentHashMap<>();
  private final Map<Series, Timer> timers = new ConcurrentHashMap<>();

  @Inject
  RegisteredMeters(MetricRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void count(Meter meter, long times, String... labels) {
    counters
        .computeIfAbsent(
            Series.of(meter, labels), it -> registry.counter(described(meter), tags(meter, labels)))
        .inc(times);
  }

  @Override
  public void time(Meter meter, Duration taken, String... labels) {
    timers
        .computeIfAbsent(
            Series.of(meter, labels), it -> registry.timer(described(meter), tags(meter, labels)))
        .update(taken);
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

  /** One line of a meter: by its name and its labels' values, of which there are few. */
  private record Series(String title, List<String> values) {
    static Series of(Meter meter, String... values) {
      return new Series(meter.title(), List.of(values));
    }
  }
}
