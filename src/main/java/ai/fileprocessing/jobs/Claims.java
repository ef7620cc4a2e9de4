package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * Claims and settles the work of single files. A claim raises the row's fence, and a settlement
 * holds only under the fence of its claim: a worker that was overtaken cannot write (Kleppmann,
 * "How to do distributed locking", on fencing tokens).
 */
@ApplicationScoped
class Claims {
  private final DynamoDbClient dynamodb;
  private final JobRows rows;
  private final Ids ids;
  private final Clock clock;
  private final String table;

  @Inject
  Claims(DynamoDbClient dynamodb, JobRows rows, Ids ids, Clock clock, JobsSettings settings) {
    this.dynamodb = dynamodb;
    this.rows = rows;
    this.ids = ids;
    this.clock = clock;
    table = settings.table();
  }

  /** Claims a file's work and counts an attempt. */
  Claim claim(Ticket ticket) {
    String name = ids.next();
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":pending", AttributeValue.fromS(FileStatus.PENDING.name()));
    values.put(":processing", AttributeValue.fromS(FileStatus.PROCESSING.name()));
    values.put(":name", AttributeValue.fromS(name));
    values.put(":one", AttributeValue.fromN("1"));
    values.put(":now", now());
    try {
      Map<String, AttributeValue> row =
          dynamodb
              .updateItem(
                  update ->
                      update
                          .tableName(table)
                          .key(JobRowFormat.key(ticket))
                          .conditionExpression(
                              "#status IN (:pending, :processing)"
                                  + " AND (attribute_not_exists(claimed_by) OR claimed_by <> :name)")
                          .updateExpression(
                              "SET #status = :processing, claimed_by = :name, updated_at = :now"
                                  + " ADD fence :one, attempts :one")
                          .expressionAttributeNames(Map.of("#status", "status"))
                          .expressionAttributeValues(values)
                          .returnValues(ReturnValue.ALL_NEW)
                          .returnValuesOnConditionCheckFailure(
                              ReturnValuesOnConditionCheckFailure.ALL_OLD))
              .attributes();
      return held(ticket, row);
    } catch (ConditionalCheckFailedException e) {
      return e.hasItem() && name.equals(new Row(e.item()).optionalText("claimed_by").orElse(""))
          ? held(ticket, e.item())
          : new Claim.Over("it is settled or gone");
    }
  }

  private Claim held(Ticket ticket, Map<String, AttributeValue> row) {
    JobFile file = JobRowFormat.file(row);
    Optional<JobSpec> spec = rows.spec(ticket.userId(), ticket.jobId());
    return spec.isEmpty()
        ? new Claim.Over("its job is gone")
        : new Claim.Held(ticket, spec.get(), file, file.fence());
  }

  /** Records a result. Whether this claim still held. */
  boolean succeed(Claim.Held claim, Results.Result result) {
    Map<String, AttributeValue> values = usage(result.usage());
    values.put(":stop", AttributeValue.fromS(result.stopReason()));
    return settle(claim, FileStatus.SUCCEEDED, ", stop_reason = :stop", values);
  }

  /** Records that there will be no result. Whether this claim still held. */
  boolean fail(Claim.Held claim, JobFile.Error error, Usage usage) {
    Map<String, AttributeValue> values = usage(usage);
    values.put(":code", AttributeValue.fromS(error.code()));
    values.put(":message", AttributeValue.fromS(error.message()));
    return settle(
        claim, FileStatus.FAILED, ", error_code = :code, error_message = :message", values);
  }

  /** Takes an attempt back that came to nothing through no fault of the file. */
  void uncount(Claim.Held claim) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":fence", AttributeValue.fromN(Long.toString(claim.fence())));
    values.put(":counted", AttributeValue.fromN(Integer.toString(claim.file().attempts())));
    values.put(":less", AttributeValue.fromN(Integer.toString(claim.file().attempts() - 1)));
    values.put(":processing", AttributeValue.fromS(FileStatus.PROCESSING.name()));
    try {
      dynamodb.updateItem(
          update ->
              update
                  .tableName(table)
                  .key(JobRowFormat.key(claim.ticket()))
                  .conditionExpression(
                      "fence = :fence AND #status = :processing AND attempts = :counted")
                  .updateExpression("SET attempts = :less")
                  .expressionAttributeNames(Map.of("#status", "status"))
                  .expressionAttributeValues(values));
    } catch (ConditionalCheckFailedException e) {
      // Somebody else holds the claim now and counts for itself, or it is settled, or this is the
      // repetition of a write whose answer was lost.
    }
  }

  private boolean settle(
      Claim.Held claim, FileStatus status, String more, Map<String, AttributeValue> values) {
    values.put(":status", AttributeValue.fromS(status.name()));
    values.put(":processing", AttributeValue.fromS(FileStatus.PROCESSING.name()));
    values.put(":fence", AttributeValue.fromN(Long.toString(claim.fence())));
    values.put(":now", now());
    try {
      dynamodb.updateItem(
          update ->
              update
                  .tableName(table)
                  .key(JobRowFormat.key(claim.ticket()))
                  .conditionExpression("fence = :fence AND #status = :processing")
                  .updateExpression(
                      "SET #status = :status, updated_at = :now,"
                          + " input_tokens = :input, output_tokens = :output"
                          + more)
                  .expressionAttributeNames(Map.of("#status", "status"))
                  .expressionAttributeValues(values)
                  .returnValuesOnConditionCheckFailure(
                      ReturnValuesOnConditionCheckFailure.ALL_OLD));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return isOurs(e, claim, status);
    }
  }

  /**
   * The SDK repeats a write whose answer was lost; the repetition then finds what the first one
   * wrote.
   */
  private static boolean isOurs(
      ConditionalCheckFailedException failed, Claim.Held claim, FileStatus status) {
    if (!failed.hasItem()) {
      return false;
    }
    JobFile row = JobRowFormat.file(failed.item());
    return row.fence() == claim.fence() && row.status() == status;
  }

  private static Map<String, AttributeValue> usage(Usage usage) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":input", AttributeValue.fromN(Long.toString(usage.inputTokens())));
    values.put(":output", AttributeValue.fromN(Long.toString(usage.outputTokens())));
    return values;
  }

  private AttributeValue now() {
    return AttributeValue.fromN(Long.toString(clock.instant().getEpochSecond()));
  }
}
