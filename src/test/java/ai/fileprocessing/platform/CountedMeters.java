package ai.fileprocessing.platform;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Remembers what was counted and what is watched. */
public final class CountedMeters implements Meters {
  private final Map<String, Long> counts = new ConcurrentHashMap<>();
  private final Map<String, Supplier<? extends Number>> watched = new ConcurrentHashMap<>();

  @Override
  public void count(Meter meter, long times, String... labels) {
    counts.merge(meter.title() + List.of(labels), times, Long::sum);
  }

  @Override
  public void time(Meter meter, Duration taken, String... labels) {
    count(meter, 1, labels);
  }

  @Override
  public void watch(Meter meter, Supplier<? extends Number> value, String... labels) {
    watched.put(meter.title() + List.of(labels), value);
  }

  /** Whether it is shown, were it at zero. */
  public boolean stands(String title, String... labels) {
    String key = title + List.of(labels);
    return counts.containsKey(key) || watched.containsKey(key);
  }

  /** How often that was. */
  public long of(String title, String... labels) {
    return counts.getOrDefault(title + List.of(labels), 0L);
  }

  /** What is to be seen of it at the moment. */
  public Number now(String title, String... labels) {
    return watched.get(title + List.of(labels)).get();
  }
}
