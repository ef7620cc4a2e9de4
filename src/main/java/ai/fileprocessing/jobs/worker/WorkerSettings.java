package ai.fileprocessing.jobs.worker;

import ai.fileprocessing.platform.Place;
import ai.fileprocessing.platform.RoomSettings;
import ai.fileprocessing.platform.SettingType;
import ai.fileprocessing.platform.Settings;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * The settings of the worker.
 *
 * @param worker whether this process works jobs, or only takes requests
 * @param slots pieces of work at once in this process
 * @param callerSlots how many of them one caller may hold, in percent of the slots
 * @param bytes bytes of memory that files in work may take at once in this process
 * @param lease how long a message stays with a worker that gives no sign of life; extended at a
 *     third of it
 * @param drain how long a process that stops waits for its work; what is not done by then is handed
 *     back
 * @param deadLetters how often the dead-letter queue is read by one of all processes
 */
public record WorkerSettings(
    URI queue,
    URI deadLetterQueue,
    boolean worker,
    int slots,
    int callerSlots,
    long bytes,
    Duration lease,
    Duration drain,
    Duration deadLetters)
    implements RoomSettings {

  /** SQS takes whole seconds up to twelve hours; below three there is no time to extend it. */
  private static final SettingType<Duration> LEASE =
      SettingType.duration(Duration.ofSeconds(3), Duration.ofHours(12));

  private static final SettingType<Duration> DRAIN =
      SettingType.duration(Duration.ZERO, Duration.ofHours(1));

  /** Not longer than a message lives. */
  private static final SettingType<Duration> DEAD_LETTERS =
      SettingType.duration(Duration.ofSeconds(1), Duration.ofDays(1));

  /** Reads them; a missing or wrong one is a ConfigurationException. */
  public static WorkerSettings from(Settings settings) {
    return new WorkerSettings(
        settings.required("jobs.queue.url", SettingType.URL),
        settings.required("jobs.dead.letter.queue.url", SettingType.URL),
        settings.withDefault("jobs.worker", SettingType.SWITCH, "true"),
        settings.withDefault("jobs.slots", SettingType.number(1, 10_000), "50"),
        settings.withDefault("jobs.caller.slots", SettingType.number(1, 100), "90"),
        settings.withDefault("jobs.bytes", SettingType.SIZE, "64MB"),
        settings.withDefault("jobs.lease", LEASE, "PT60S"),
        settings.withDefault("jobs.drain", DRAIN, "PT20S"),
        settings.withDefault("jobs.dead.letters", DEAD_LETTERS, "PT3M"));
  }

  /** How many slots one caller may hold: at least one. */
  int slotsOfOne() {
    return Math.max(1, slots * callerSlots / 100);
  }

  /** A process without a worker reads no dead letters, and may not be allowed to. */
  @Override
  public List<Place> places() {
    Place work = new Place.Queue("jobs.queue.url", queue.toString());
    return worker
        ? List.of(work, new Place.Queue("jobs.dead.letter.queue.url", deadLetterQueue.toString()))
        : List.of(work);
  }

  @Dependent
  static class Producer {
    @Produces
    @Singleton
    WorkerSettings read(Settings settings) {
      return from(settings);
    }
  }
}
