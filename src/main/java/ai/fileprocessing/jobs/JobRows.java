package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Page;
import ai.fileprocessing.platform.Paging;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** Stores and reads whole jobs. */
@ApplicationScoped
class JobRows {
  /** The most writes of one transaction (DynamoDB API reference, TransactWriteItems). */
  private static final int TRANSACTION = 100;

  /**
   * Ends a page early rather than read this many rows for one answer: jobs can have a thousand
   * files each.
   */
  private static final int ROWS_A_PAGE = 5_000;

  private final DynamoDbClient dynamodb;
  private final JobRowFormat format;
  private final String table;

  @Inject
  JobRows(DynamoDbClient dynamodb, JobRowFormat format, JobsSettings settings) {
    this.dynamodb = dynamodb;
    this.format = format;
    table = settings.table();
  }

  /**
   * Stores a job: the job's own row comes with the last transaction, and without it the rows of its
   * files are nobody's.
   */
  void commit(JobSpec spec, List<JobFile> files) {
    List<TransactWriteItem> writes = new ArrayList<>();
    for (JobFile file : files) {
      if (writes.size() == TRANSACTION) {
        write(writes);
      }
      writes.add(creation(format.row(spec.jobId(), file)));
    }
    if (writes.size() == TRANSACTION) {
      write(writes);
    }
    writes.add(creation(format.row(spec)));
    write(writes);
  }

  /** Takes a job back that nobody was told of, its own row first. */
  void remove(Job job) {
    delete(JobRowFormat.key(job.userId(), job.jobId()));
    job.inputFiles().stream()
        .map(it -> new Ticket(job.userId(), job.jobId(), it.file().fileId()))
        .forEach(ticket -> delete(JobRowFormat.key(ticket)));
  }

  Optional<JobSpec> spec(String userId, String jobId) {
    Map<String, AttributeValue> row = get(JobRowFormat.key(userId, jobId));
    return row.isEmpty() ? Optional.empty() : Optional.of(format.spec(row));
  }

  Optional<JobFile> file(Ticket ticket) {
    Map<String, AttributeValue> row = get(JobRowFormat.key(ticket));
    return row.isEmpty() ? Optional.empty() : Optional.of(JobRowFormat.file(row));
  }

  /** A whole job by one query, paged by DynamoDB at 1 MB where it is large. */
  Optional<Job> find(String userId, String jobId) {
    JobSpec spec = null;
    List<JobFile> files = new ArrayList<>();
    var pages =
        dynamodb.queryPaginator(
            query ->
                query
                    .tableName(table)
                    .keyConditionExpression("user_id = :user AND row_id BETWEEN :job AND :last")
                    .expressionAttributeValues(
                        Map.of(
                            ":user", AttributeValue.fromS(userId),
                            ":job", AttributeValue.fromS(jobId),
                            ":last", AttributeValue.fromS(jobId + "/~")))
                    .consistentRead(true));
    for (Map<String, AttributeValue> row : pages.items()) {
      if (JobRowFormat.isJob(row)) {
        spec = format.spec(row);
      } else {
        files.add(JobRowFormat.file(row));
      }
    }
    return spec == null ? Optional.empty() : Optional.of(Job.of(spec, files));
  }

  /**
   * The newest jobs after a position. Read backwards, each job's row closes the rows of its files,
   * so that one query gives whole jobs.
   */
  Page<Job> list(String userId, Paging paging, Optional<JobStatus> status) {
    List<Job> jobs = new ArrayList<>();
    List<JobFile> files = new ArrayList<>();
    String jobId = "";
    int rows = 0;
    for (Map<String, AttributeValue> row : backwards(userId, paging)) {
      rows++;
      if (!JobRowFormat.jobId(row).equals(jobId)) {
        // What is left here are files whose own job's row never came.
        files.clear();
        jobId = JobRowFormat.jobId(row);
      }
      if (!JobRowFormat.isJob(row)) {
        files.add(JobRowFormat.file(row));
        continue;
      }
      Job job = Job.of(format.spec(row), List.copyOf(files));
      files.clear();
      if (status.isEmpty() || status.get() == job.jobStatus()) {
        jobs.add(job);
      }
      if (jobs.size() == paging.limit() || rows >= ROWS_A_PAGE) {
        return new Page<>(jobs, Optional.of(jobId));
      }
    }
    return new Page<>(jobs, Optional.empty());
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

  private void write(List<TransactWriteItem> writes) {
    List<TransactWriteItem> items = List.copyOf(writes);
    dynamodb.transactWriteItems(transaction -> transaction.transactItems(items));
    writes.clear();
  }

  private TransactWriteItem creation(Map<String, AttributeValue> row) {
    return TransactWriteItem.builder()
        .put(
            put ->
                put.tableName(table).item(row).conditionExpression("attribute_not_exists(row_id)"))
        .build();
  }

  private Map<String, AttributeValue> get(Map<String, AttributeValue> key) {
    return dynamodb.getItem(get -> get.tableName(table).key(key).consistentRead(true)).item();
  }

  private void delete(Map<String, AttributeValue> key) {
    dynamodb.deleteItem(delete -> delete.tableName(table).key(key));
  }
}
