package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Page;
import ai.fileprocessing.platform.Paging;
import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Reads jobs. */
@ApplicationScoped
class JobRows {
  /**
   * Ends a page early rather than read this many rows for one answer: jobs can have a thousand
   * files each.
   */
  private static final int ROWS_A_PAGE = 5_000;

  /**
   * Ends a page early rather than hold more characters of prompts and schemas than this for one
   * answer.
   */
  private static final int PROMPTS_A_PAGE = 1 << 20;

  private final DynamoDbClient dynamodb;
  private final JobRowFormat format;
  private final Clock clock;
  private final String table;

  @Inject
  JobRows(DynamoDbClient dynamodb, JobRowFormat format, Clock clock, JobsSettings settings) {
    this.dynamodb = dynamodb;
    this.format = format;
    this.clock = clock;
    table = settings.table();
  }

  /** A job's own row, also of one that is being deleted. */
  Optional<JobSpec> spec(String userId, String jobId) {
    Map<String, AttributeValue> row = get(JobRowFormat.key(userId, jobId));
    return row.isEmpty() ? Optional.empty() : Optional.of(format.spec(row));
  }

  /** What a job is to do, as far as its owner may see it. */
  Optional<JobSpec> seen(String userId, String jobId) {
    Map<String, AttributeValue> row = get(JobRowFormat.key(userId, jobId));
    return row.isEmpty() || !isSeen(row) ? Optional.empty() : Optional.of(format.spec(row));
  }

  /** A unit of work; empty also where there is only a part of one. */
  Optional<JobFile> file(Ticket ticket) {
    return Optional.of(get(JobRowFormat.key(ticket)))
        .filter(JobRowFormat::isUnit)
        .map(JobRowFormat::file);
  }

  /** Whether it is a part of a unit of work. */
  boolean isPart(Ticket ticket) {
    Map<String, AttributeValue> row = get(JobRowFormat.key(ticket));
    return !row.isEmpty() && !JobRowFormat.isUnit(row);
  }

  /** The parts of the unit of work of a job in mode together, in their order. */
  List<JobInput> parts(JobSpec spec) {
    List<Map<String, AttributeValue>> rows = new ArrayList<>();
    query(spec.userId(), spec.jobId() + "/", spec.jobId() + "/~").forEach(rows::add);
    return JobRowFormat.files(rows).parts().stream()
        .sorted(Comparator.comparingInt(JobInput::position))
        .toList();
  }

  /** A job as its owner may see it: not one that is being deleted. */
  Optional<Job> find(String userId, String jobId) {
    return stored(userId, jobId).filter(it -> !it.marks().deleting()).map(StoredJob::job);
  }

  /** A whole job by one query, paged by DynamoDB at 1 MB where it is large. */
  Optional<StoredJob> stored(String userId, String jobId) {
    JobSpec spec = null;
    StoredJob.Marks marks = null;
    List<Map<String, AttributeValue>> files = new ArrayList<>();
    for (Map<String, AttributeValue> row : query(userId, jobId, jobId + "/~")) {
      if (!JobRowFormat.isJob(row)) {
        files.add(row);
      } else if (!isExpired(row)) {
        spec = format.spec(row);
        marks = JobRowFormat.marks(row);
      }
    }
    return spec == null
        ? Optional.empty()
        : Optional.of(new StoredJob(spec, marks, JobRowFormat.files(files)));
  }

  /**
   * The newest jobs after a position. Read backwards, each job's row closes the rows of its files,
   * so that one query gives whole jobs.
   */
  Page<Job> list(String userId, Paging paging, Optional<JobStatus> status) {
    List<Job> jobs = new ArrayList<>();
    List<Map<String, AttributeValue>> files = new ArrayList<>();
    String jobId = "";
    int rows = 0;
    int prompts = 0;
    for (Map<String, AttributeValue> row : backwards(userId, paging)) {
      if (!JobRowFormat.jobId(row).equals(jobId)) {
        // Files whose own job's row never came can be more than those of any job.
        if (rows >= ROWS_A_PAGE) {
          return new Page<>(jobs, Optional.of(jobId));
        }
        files.clear();
        jobId = JobRowFormat.jobId(row);
      }
      rows++;
      if (!JobRowFormat.isJob(row)) {
        files.add(row);
        continue;
      }
      if (isSeen(row)) {
        Job job = Job.of(format.spec(row), JobRowFormat.files(files));
        if (status.isEmpty() || status.get() == job.jobStatus()) {
          jobs.add(job);
          prompts += job.prompt().length();
          prompts += job.output() == null ? 0 : job.output().schemaLength();
        }
      }
      files.clear();
      if (jobs.size() == paging.limit() || rows >= ROWS_A_PAGE || prompts >= PROMPTS_A_PAGE) {
        return new Page<>(jobs, Optional.of(jobId));
      }
    }
    return new Page<>(jobs, Optional.empty());
  }

  private boolean isSeen(Map<String, AttributeValue> job) {
    return !JobRowFormat.marks(job).deleting() && !isExpired(job);
  }

  /** DynamoDB removes expired rows within days, and in any order. */
  private boolean isExpired(Map<String, AttributeValue> job) {
    return new Row(job).number("expires_at") <= clock.instant().getEpochSecond();
  }

  private Iterable<Map<String, AttributeValue>> backwards(String userId, Paging paging) {
    String before = paging.after().orElse("~");
    return dynamodb
        .queryPaginator(
            query ->
                query
                    .tableName(table)
                    .keyConditionExpression("user_id = :user AND row_id < :before")
                    .expressionAttributeValues(
                        Map.of(
                            ":user", AttributeValue.fromS(userId),
                            ":before", AttributeValue.fromS(before)))
                    .scanIndexForward(false)
                    .consistentRead(true)
                    .limit(Math.min(1_000, paging.limit() * 10)))
        .items();
  }

  private Iterable<Map<String, AttributeValue>> query(String userId, String first, String last) {
    return dynamodb
        .queryPaginator(
            query ->
                query
                    .tableName(table)
                    .keyConditionExpression("user_id = :user AND row_id BETWEEN :first AND :last")
                    .expressionAttributeValues(
                        Map.of(
                            ":user", AttributeValue.fromS(userId),
                            ":first", AttributeValue.fromS(first),
                            ":last", AttributeValue.fromS(last)))
                    .consistentRead(true))
        .items();
  }

  private Map<String, AttributeValue> get(Map<String, AttributeValue> key) {
    return dynamodb.getItem(get -> get.tableName(table).key(key).consistentRead(true)).item();
  }
}
