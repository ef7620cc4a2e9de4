package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * Writes to a job's own row what is to happen to it, before any of it happens, and calls for
 * attention: whatever is then cut short, the sweeper goes on with. (A retry that is cut short has
 * opened some files, which it looks after; the others stay failed, and can be retried later.)
 */
@ApplicationScoped
class JobMarks {
  private final DynamoDbClient dynamodb;
  private final Clock clock;
  private final JobsSettings settings;

  @Inject
  JobMarks(DynamoDbClient dynamodb, Clock clock, JobsSettings settings) {
    this.dynamodb = dynamodb;
    this.clock = clock;
    this.settings = settings;
  }

  /** Its files are to be cancelled. False when the job is gone. */
  boolean cancel(JobSpec spec) {
    return mark(spec, "SET cancelled_at = :now", new Row().number(":now", now()));
  }

  /** It is gone for its owner. False when it was before. */
  boolean delete(JobSpec spec) {
    return mark(spec, "SET deleting = :now", new Row().number(":now", now()));
  }

  /**
   * It has a new deadline, and is not cancelled any more. False when the job is gone.
   *
   * @param maxCost replaces the most that it may cost; null leaves that as it is
   * @param ringer who is to ring for its files
   */
  boolean reopen(JobSpec spec, long deadline, Long maxCost, String ringer) {
    Row values = new Row().number(":deadline", deadline).text(":ringer", ringer);
    if (maxCost != null) {
      values.number(":max_cost", maxCost);
    }
    return mark(
        spec,
        "REMOVE cancelled_at SET deadline = :deadline, unrung = :ringer"
            + (maxCost == null ? "" : ", max_cost = :max_cost"),
        values);
  }

  /** It has been rung for by whoever was to do it. */
  void rung(JobSpec spec, String ringer) {
    ringing(spec, "REMOVE unrung", new Row().text(":ringer", ringer));
  }

  /** It is to be rung for by whoever sweeps it next. */
  void leave(JobSpec spec, String ringer) {
    Row values = new Row().text(":ringer", ringer).text(":left", StoredJob.Marks.LEFT);
    ringing(spec, "SET unrung = :left", values);
  }

  private void ringing(JobSpec spec, String what, Row values) {
    try {
      dynamodb.updateItem(
          it ->
              it.tableName(settings.table())
                  .key(key(spec))
                  .conditionExpression("unrung = :ringer")
                  .updateExpression(what)
                  .expressionAttributeValues(values.values()));
    } catch (ConditionalCheckFailedException e) {
      // Somebody else has rung for it, or it is gone, or this is the SDK's repetition.
    }
  }

  /** Removes the row. */
  void remove(JobSpec spec) {
    dynamodb.deleteItem(it -> it.tableName(settings.table()).key(key(spec)));
  }

  private boolean mark(JobSpec spec, String what, Row values) {
    try {
      dynamodb.updateItem(
          it ->
              it.tableName(settings.table())
                  .key(key(spec))
                  .conditionExpression(
                      "attribute_exists(row_id) AND attribute_not_exists(deleting)")
                  .updateExpression(
                      what + ", attention = :shard, attention_at = :soon, sweeps = :zero")
                  .expressionAttributeValues(
                      values
                          .text(":shard", Attention.shard(spec.jobId()))
                          .number(":soon", now() + settings.sweepAfter().toSeconds())
                          .number(":zero", 0)
                          .values())
                  .returnValuesOnConditionCheckFailure(
                      ReturnValuesOnConditionCheckFailure.ALL_OLD));
      return true;
    } catch (ConditionalCheckFailedException e) {
      // The SDK repeats a write whose answer was lost, and then finds what the first one wrote.
      return e.hasItem()
          && what.contains("deleting")
          && new Row(e.item()).number("deleting") == now();
    }
  }

  private static Map<String, AttributeValue> key(JobSpec spec) {
    return JobRowFormat.key(spec.userId(), spec.jobId());
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
