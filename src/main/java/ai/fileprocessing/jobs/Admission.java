package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Problem;
import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Refuses more work of a caller at the door, while the caller can still do something else with it.
 * What is open is read from an index of the files that have not ended, so that it can never drift
 * from the truth; several requests at the same moment may together pass a limit a little.
 */
@ApplicationScoped
class Admission {
  private static final String INDEX = "open";
  private static final Duration SOON = Duration.ofSeconds(30);

  private final DynamoDbClient dynamodb;
  private final JobsSettings settings;
  private final Clock clock;

  @Inject
  Admission(DynamoDbClient dynamodb, JobsSettings settings, Clock clock) {
    this.dynamodb = dynamodb;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Lets one more job with so many files in.
   *
   * @return what is left afterwards
   * @throws Problem 429 with {@code Retry-After} when the caller has too much open, or what is open
   *     waits too long
   */
  Quota admit(String userId, int files) {
    Set<String> jobs = new HashSet<>();
    int open = 0;
    long oldest = Long.MAX_VALUE;
    for (Map<String, AttributeValue> values : open(userId)) {
      Row row = new Row(values);
      jobs.add(JobRowFormat.jobId(values));
      open++;
      if (row.text("status").equals(FileStatus.PENDING.name())) {
        oldest = Math.min(oldest, row.number("open_since"));
      }
      if (open >= settings.openFiles()) {
        break;
      }
    }
    Quota now =
        new Quota(
            settings.openJobs(),
            Math.max(0, settings.openJobs() - jobs.size()),
            settings.openFiles(),
            Math.max(0, settings.openFiles() - open));
    refuse(now, files, oldest);
    return now.less(1, files);
  }

  private void refuse(Quota now, int files, long oldest) {
    if (files > settings.openFiles()) {
      throw Problem.field(
          422,
          "TOO_MANY_FILES",
          "/files",
          "You may have at most " + settings.openFiles() + " files open at once. Split the job.");
    }
    if (now.jobsLeft() == 0) {
      throw full(
          429,
          "TOO_MANY_OPEN_JOBS",
          "You have " + settings.openJobs() + " jobs that have not ended, the most there may be.",
          now);
    }
    if (now.filesLeft() < files) {
      throw full(
          429,
          "TOO_MANY_OPEN_FILES",
          "Your jobs that have not ended leave room for "
              + now.filesLeft()
              + " of at most "
              + settings.openFiles()
              + " files.",
          now);
    }
    Instant bound = clock.instant().minus(settings.backlogAge());
    if (oldest < bound.getEpochSecond()) {
      throw full(429, "BACKLOG_FULL", "Your oldest file already waits too long for its turn.", now);
    }
  }

  private static Problem full(int status, String code, String detail, Quota quota) {
    return Problem.passing(
            status, code, detail + " Wait until some have ended, or cancel some.", SOON)
        .with(quota.headers());
  }

  private Iterable<Map<String, AttributeValue>> open(String userId) {
    return dynamodb
        .queryPaginator(
            query ->
                query
                    .tableName(settings.table())
                    .indexName(INDEX)
                    .keyConditionExpression("user_id = :user")
                    .expressionAttributeValues(new Row().text(":user", userId).values()))
        .items();
  }
}
