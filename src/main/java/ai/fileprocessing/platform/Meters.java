package ai.fileprocessing.platform;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Takes down what happens, for whoever watches the service. All of it is this process' own, begins
 * at zero with it, and is read at {@code /metrics} in Prometheus' form.
 */
public interface Meters {
  /**
   * Something happened so often. Said with 0 at the start, it is shown before it happens:
   * Prometheus sees no rise in what it meets for the first time.
   *
   * @param labels the values of the meter's labels, in their order
   */
  void count(Meter meter, long times, String... labels);

  /** Something took so long; its number is counted with it. */
  void time(Meter meter, Duration taken, String... labels);

  /** From now on the value is asked for whenever somebody looks; it must be at hand. */
  void watch(Meter meter, Supplier<? extends Number> value, String... labels);
}
