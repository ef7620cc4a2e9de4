package ai.fileprocessing.files;

import ai.fileprocessing.platform.DownloadLinks;
import ai.fileprocessing.platform.Place;
import ai.fileprocessing.platform.RoomSettings;
import ai.fileprocessing.platform.SettingType;
import ai.fileprocessing.platform.Settings;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The settings of this room.
 *
 * @param maxUpload the most bytes that one {@code POST /files} may carry
 * @param maxJsonUpload the most bytes of content in the JSON form
 * @param linkLifetime how long a download URL works
 * @param spool the folder in which uploads wait for their store
 * @param sweep how often each process looks for uploads that never ended
 * @param unfinished how long an upload may take before it counts as one of those
 */
public record FilesSettings(
    String bucket,
    String table,
    long maxUpload,
    long maxJsonUpload,
    Duration linkLifetime,
    Path spool,
    Duration sweep,
    Duration unfinished)
    implements RoomSettings {
  private static final SettingType<Duration> SWEEP =
      SettingType.duration(Duration.ofSeconds(1), Duration.ofDays(1));

  /**
   * Longer than any upload: a form of 100 files whose calls to S3 each take the two minutes that
   * they may, between clocks that are ten minutes apart.
   */
  private static final SettingType<Duration> UNFINISHED =
      SettingType.duration(Duration.ofHours(4), Duration.ofDays(30));

  /** Reads them; a missing or wrong one is a ConfigurationException. */
  public static FilesSettings from(Settings settings) {
    return new FilesSettings(
        settings.required("files.bucket", SettingType.TEXT),
        settings.required("files.table", SettingType.TEXT),
        settings.withDefault("files.max.upload", SettingType.SIZE, "100MB"),
        settings.withDefault("files.max.json.upload", SettingType.SIZE, "10MB"),
        settings.withDefault("files.link.lifetime", DownloadLinks.LIFETIME, "PT15M"),
        settings
            .optional("files.spool", SettingType.FOLDER)
            .orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir"))),
        settings.withDefault("files.sweep", SWEEP, "PT15M"),
        settings.withDefault("files.unfinished", UNFINISHED, "PT24H"));
  }

  @Override
  public List<Place> places() {
    return List.of(
        new Place.Bucket("files.bucket", bucket),
        new Place.Table("files.table", table, "user_id", "file_id"));
  }

  @Dependent
  static class Producer {
    @Produces
    @Singleton
    FilesSettings read(Settings settings) {
      return from(settings);
    }
  }
}
