package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.DownloadLinks;
import ai.fileprocessing.platform.RoomSettings;
import ai.fileprocessing.platform.SettingType;
import ai.fileprocessing.platform.Settings;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;

/**
 * The settings of this room.
 *
 * @param worker whether this process works jobs, or only takes requests
 * @param slots files in work at once in this process
 * @param attempts model calls begun for one file before it fails; throttled ones do not count
 * @param lease how long a message stays with a worker that gives no sign of life; extended at a
 *     third of it
 * @param drain how long a process that stops waits for its work; what is not done by then is handed
 *     back
 * @param maxFiles the most files of one job
 */
public record JobsSettings(
    String table,
    String resultsBucket,
    URI queue,
    URI deadLetterQueue,
    boolean worker,
    int slots,
    int attempts,
    Duration lease,
    Duration drain,
    int maxFiles,
    Duration linkLifetime)
    implements RoomSettings {

  /** SQS takes whole seconds up to twelve hours; below three there is no time to extend it. */
  private static final SettingType<Duration> LEASE =
      SettingType.duration(Duration.ofSeconds(3), Duration.ofHours(12));

  private static final SettingType<Duration> DRAIN =
      SettingType.duration(Duration.ZERO, Duration.ofHours(1));

  /** Reads them; a missing or wrong one is a ConfigurationException. */
  public static JobsSettings from(Settings settings) {
    return new JobsSettings(
        settings.required("jobs.table", SettingType.TEXT),
        settings.required("jobs.results.bucket", SettingType.TEXT),
        settings.required("jobs.queue.url", SettingType.URL),
        settings.required("jobs.dead.letter.queue.url", SettingType.URL),
        settings.withDefault("jobs.worker", SettingType.SWITCH, "true"),
        settings.withDefault("jobs.slots", SettingType.number(1, 10_000), "50"),
        settings.withDefault("jobs.attempts", SettingType.number(1, 100), "5"),
        settings.withDefault("jobs.lease", LEASE, "PT60S"),
        settings.withDefault("jobs.drain", DRAIN, "PT20S"),
        settings.withDefault("jobs.max.files", SettingType.number(1, NewJob.MOST_FILES), "1000"),
        settings.withDefault("jobs.link.lifetime", DownloadLinks.LIFETIME, "PT15M"));
  }

  @Dependent
  static class Producer {
    @Produces
    @Singleton
    JobsSettings read(Settings settings) {
      return from(settings);
    }
  }
}
