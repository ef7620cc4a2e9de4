package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.DownloadLinks;
import ai.fileprocessing.platform.Place;
import ai.fileprocessing.platform.RoomSettings;
import ai.fileprocessing.platform.SettingType;
import ai.fileprocessing.platform.Settings;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/**
 * The settings of this room; those of its worker are {@link
 * ai.fileprocessing.jobs.worker.WorkerSettings}.
 *
 * @param attempts model calls begun for one file before it fails; throttled ones do not count
 * @param deadline how long after it was submitted what has not ended fails
 * @param retention how long after its deadline a job's rows are kept
 * @param usageRetention how long what a job used is kept after it was submitted, whatever becomes
 *     of the job
 * @param sweep how often open jobs are looked for that need attention
 * @param sweepAfter how long after it was submitted a job is first looked at; then ever less often
 * @param maxFiles the most files and texts of one job
 * @param togetherFiles the most of them in mode together, where they share one conversation
 * @param openJobs the most jobs of one caller that have not ended
 * @param openFiles the most files of one caller's jobs that have not ended
 * @param backlogAge how long a caller's oldest file may wait for its turn before new jobs of the
 *     caller are refused
 * @param watches how many may wait for changes of jobs at once in this process
 * @param callerWatches how many of them one caller may have
 */
public record JobsSettings(
    String table,
    String resultsBucket,
    int attempts,
    Duration deadline,
    Duration retention,
    Duration usageRetention,
    Duration sweep,
    Duration sweepAfter,
    int maxFiles,
    int togetherFiles,
    int openJobs,
    int openFiles,
    Duration backlogAge,
    Duration linkLifetime,
    int watches,
    int callerWatches)
    implements RoomSettings {

  private static final SettingType<Duration> PERIOD =
      SettingType.duration(Duration.ofSeconds(1), Duration.ofDays(3650));

  /** Reads them; a missing or wrong one is a ConfigurationException. */
  public static JobsSettings from(Settings settings) {
    return new JobsSettings(
        settings.required("jobs.table", SettingType.TEXT),
        settings.required("jobs.results.bucket", SettingType.TEXT),
        settings.withDefault("jobs.attempts", SettingType.number(1, 100), "5"),
        settings.withDefault("jobs.deadline", PERIOD, "PT24H"),
        settings.withDefault("jobs.retention", PERIOD, "P90D"),
        settings.withDefault("jobs.usage.retention", PERIOD, "P400D"),
        settings.withDefault("jobs.sweep", PERIOD, "PT15S"),
        settings.withDefault("jobs.sweep.after", PERIOD, "PT1M"),
        settings.withDefault("jobs.max.files", SettingType.number(1, NewJob.MOST_FILES), "1000"),
        settings.withDefault("jobs.together.files", SettingType.number(1, 1_000), "20"),
        settings.withDefault("jobs.open.jobs", SettingType.number(1, 1_000_000), "1000"),
        settings.withDefault("jobs.open.files", SettingType.number(1, 1_000_000), "20000"),
        settings.withDefault("jobs.backlog.age", PERIOD, "PT6H"),
        settings.withDefault("jobs.link.lifetime", DownloadLinks.LIFETIME, "PT15M"),
        settings.withDefault("jobs.watches", SettingType.number(1, 1_000_000), "2000"),
        settings.withDefault("jobs.caller.watches", SettingType.number(1, 1_000_000), "100"));
  }

  /** When the records of a job end, in seconds since the Unix epoch; a retry does not move that. */
  long expiresAt(JobSpec spec) {
    return spec.createdAt() + deadline.plus(retention).toSeconds();
  }

  @Override
  public List<Place> places() {
    return List.of(
        new Place.Table("jobs.table", table, "user_id", "row_id"),
        new Place.Bucket("jobs.results.bucket", resultsBucket));
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
