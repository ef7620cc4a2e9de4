package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * What jobs have used, by the day on which they were submitted: small rows in a partition beside
 * the owner's, which outlive the jobs. A job has one, with the sums over its files, written anew as
 * a whole whenever somebody has read all of them: however often that is, it counts once. A call
 * that no row of a file counts any more has a row of its own.
 */
@ApplicationScoped
class UsageRows {
  /** An older look at the job must not undo a newer one, nor one at what a removal has left. */
  private static final String NOT_LESS =
      JobRowFormat.USAGE.keySet().stream()
          .map(name -> name + " <= :" + name)
          .collect(Collectors.joining(" AND ", "attribute_not_exists(row_id) OR (", ")"));

  /** The claim holds the file, or it has ended without a result and this one was not counted. */
  private static final String NOT_ANOTHERS =
      "fence = :fence OR #status IN (:failed, :cancelled)"
          + " AND (attribute_not_exists(counted) OR counted <> :counted)";

  private static final String READ =
      String.join(", ", JobRowFormat.USAGE.keySet()) + ", row_id, model, expires_at";

  /** What one row says. */
  record Used(String day, String jobId, String model, Usage usage) {}

  private final DynamoDbClient dynamodb;
  private final Clock clock;
  private final JobsSettings settings;

  @Inject
  UsageRows(DynamoDbClient dynamodb, Clock clock, JobsSettings settings) {
    this.dynamodb = dynamodb;
    this.clock = clock;
    this.settings = settings;
  }

  /** Writes what all files of a job have used so far, unless that is nothing. */
  void write(JobSpec spec, Usage sum) {
    if (sum.equals(Usage.NONE)) {
      return;
    }
    Row values = new Row();
    JobRowFormat.USAGE.forEach(
        (name, tokens) -> values.number(":" + name, tokens.applyAsLong(sum)));
    try {
      dynamodb.putItem(
          put ->
              put.tableName(settings.table())
                  .item(row(spec, spec.jobId(), sum))
                  .conditionExpression(NOT_LESS)
                  .expressionAttributeValues(values.values()));
    } catch (ConditionalCheckFailedException e) {
      // What is there is newer, or neither is; whoever looks next sees more than both.
    }
  }

  /** Writes what a file's calls under a claim have used whose row does not take it any more. */
  void writeLate(Claim.Held claim, Usage usage) {
    if (!usage.equals(Usage.NONE)) {
      put(row(claim, Long.toString(claim.fence()), usage));
    }
  }

  private void put(Map<String, AttributeValue> row) {
    dynamodb.putItem(put -> put.tableName(settings.table()).item(row));
  }

  /**
   * The same for an answer that is, or may be, kept as the file's result, and then counts for
   * whoever settles the file by it. Where that can be somebody else, it is left to them; otherwise
   * the file's row is marked in the same write, so that whoever finds the result does not count it.
   *
   * @param fence of the claim under which it was kept
   */
  void writeResult(Claim.Held claim, long fence, Usage usage) {
    if (usage.equals(Usage.NONE)) {
      return;
    }
    // Not the row of what else that claim took.
    Map<String, AttributeValue> row = row(claim, fence + "/result", usage);
    try {
      dynamodb.transactWriteItems(
          write ->
              write.transactItems(
                  mark(claim, fence),
                  TransactWriteItem.builder()
                      .put(put -> put.tableName(settings.table()).item(row))
                      .build()));
    } catch (TransactionCanceledException e) {
      CancellationReason reason = e.cancellationReasons().get(0);
      if (!"ConditionalCheckFailed".equals(reason.code())) {
        throw e;
      }
      if (!reason.hasItem()) {
        put(row);
      }
    }
  }

  private TransactWriteItem mark(Claim.Held claim, long fence) {
    return TransactWriteItem.builder()
        .update(
            update ->
                update
                    .tableName(settings.table())
                    .key(JobRowFormat.key(claim.ticket()))
                    .conditionExpression(NOT_ANOTHERS)
                    .updateExpression("SET counted = :counted ADD changes :one")
                    .expressionAttributeNames(Map.of("#status", "status"))
                    .expressionAttributeValues(
                        new Row()
                            .text(":failed", FileStatus.FAILED.name())
                            .text(":cancelled", FileStatus.CANCELLED.name())
                            .number(":fence", claim.fence())
                            .number(":counted", fence)
                            .number(":one", 1)
                            .values())
                    .returnValuesOnConditionCheckFailure(
                        ReturnValuesOnConditionCheckFailure.ALL_OLD))
        .build();
  }

  /** What a caller's jobs of these days have used, by day and job. */
  Stream<Used> of(String userId, Days days) {
    long now = clock.instant().getEpochSecond();
    // Sums lag behind the work anyway, so that the cheaper read will do.
    return dynamodb
        .queryPaginator(
            query ->
                query
                    .tableName(settings.table())
                    .keyConditionExpression("user_id = :user AND row_id BETWEEN :first AND :last")
                    .projectionExpression(READ)
                    .expressionAttributeValues(
                        new Row()
                            .text(":user", partition(userId))
                            .text(":first", days.from().toString())
                            .text(":last", days.to() + "/~")
                            .values()))
        .items()
        .stream()
        .map(Row::new)
        .filter(row -> row.number("expires_at") > now)
        .map(UsageRows::used);
  }

  private Map<String, AttributeValue> row(Claim.Held claim, String name, Usage usage) {
    Ticket ticket = claim.ticket();
    return row(claim.spec(), ticket.jobId() + "/" + ticket.fileId() + "/" + name, usage);
  }

  private Map<String, AttributeValue> row(JobSpec spec, String name, Usage usage) {
    Row row = new Row(JobRowFormat.key(partition(spec.userId()), day(spec) + "/" + name));
    JobRowFormat.USAGE.forEach((part, tokens) -> row.number(part, tokens.applyAsLong(usage)));
    return row.text("model", spec.ask().model())
        .number("expires_at", spec.createdAt() + settings.usageRetention().toSeconds())
        .values();
  }

  private static Used used(Row row) {
    String[] names = row.text(JobRowFormat.SORT).split("/", 3);
    return new Used(names[0], names[1], row.text("model"), JobRowFormat.usage(row));
  }

  private static String partition(String userId) {
    return "#usage/" + userId;
  }

  private static LocalDate day(JobSpec spec) {
    return LocalDate.ofInstant(Instant.ofEpochSecond(spec.createdAt()), ZoneOffset.UTC);
  }
}
