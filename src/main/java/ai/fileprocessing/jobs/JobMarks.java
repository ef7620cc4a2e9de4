package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
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
  private static final String DELETING = "deleting";

  /** What one call sets, by which it knows its own write again. */
  private record Mark(String attribute, long value) {
    boolean isOn(Row row) {
      return row.number(attribute) == value && (attribute.equals(DELETING) || !isGone(row));
    }
  }

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
    return mark(spec, new Mark("cancelled_at", now()), "SET cancelled_at = :mark", new Row());
  }

  /** It is gone for its owner. False when it is by somebody else's doing, who removes it. */
  boolean delete(JobSpec spec) {
    return mark(spec, new Mark(DELETING, now()), "SET deleting = :mark", new Row());
  }

  /**
   * It has a new deadline, and is not cancelled any more. False when the job is gone.
   *
   * @param maxCost replaces the most that it may cost; null leaves that as it is
   * @param ringer who is to ring for its files
   */
  boolean reopen(JobSpec spec, long deadline, Long maxCost, String ringer) {
    Row values = new Row().text(":ringer", ringer);
    if (maxCost != null) {
      values.number(":max_cost", maxCost);
    }
    return mark(
        spec,
        new Mark("deadline", deadline),
        "REMOVE cancelled_at SET deadline = :mark, unrung = :ringer"
            + (maxCost == null ? "" : ", max_cost = :max_cost"),
        values);
  }

  /** It has been rung for by whoever was to do it. */
  void rung(JobSpec spec, String ringer) {
    ringing(spec, "REMOVE unrung SET ", new Row().text(":ringer", ringer));
  }

  /** It is to be rung for by whoever sweeps it next. */
  void leave(JobSpec spec, String ringer) {
    Row values = new Row().text(":ringer", ringer).text(":left", StoredJob.Marks.LEFT);
    ringing(spec, "SET unrung = :left, ", values);
  }

  /** Whoever was paused for long may have been taken for dead, and the job for settled. */
  private void ringing(JobSpec spec, String what, Row values) {
    try {
      dynamodb.updateItem(
          it ->
              it.tableName(settings.table())
                  .key(key(spec))
                  .conditionExpression("unrung = :ringer")
                  .updateExpression(
                      what
                          + "attention = if_not_exists(attention, :shard),"
                          + " attention_at = if_not_exists(attention_at, :soon)")
                  .expressionAttributeValues(
                      values
                          .text(":shard", Attention.shard(spec.jobId()))
                          .number(":soon", now() + settings.sweepAfter().toSeconds())
                          .values()));
    } catch (ConditionalCheckFailedException e) {
      // Somebody else has rung for it, or it is gone, or this is the SDK's repetition.
    }
  }

  /** Removes the row. */
  void remove(JobSpec spec) {
    dynamodb.deleteItem(it -> it.tableName(settings.table()).key(key(spec)));
  }

  /** Whether it was set, also where only the row itself can say so, since the answer was lost. */
  private boolean mark(JobSpec spec, Mark mark, String what, Row values) {
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
                          .number(":mark", mark.value())
                          .text(":shard", Attention.shard(spec.jobId()))
                          .number(":soon", now() + settings.sweepAfter().toSeconds())
                          .number(":zero", 0)
                          .values())
                  .returnValuesOnConditionCheckFailure(
                      ReturnValuesOnConditionCheckFailure.ALL_OLD));
      return true;
    } catch (ConditionalCheckFailedException e) {
      // The SDK repeats a write whose answer was lost, and then finds what the first one wrote.
      return mark.isOn(new Row(e.item()));
    } catch (SdkException e) {
      Row row =
          new Row(
              dynamodb
                  .getItem(it -> it.tableName(settings.table()).key(key(spec)).consistentRead(true))
                  .item());
      if (mark.isOn(row) || isGone(row)) {
        return mark.isOn(row);
      }
      throw e;
    }
  }

  private static boolean isGone(Row row) {
    return !row.has("row_id") || row.has(DELETING);
  }

  private static Map<String, AttributeValue> key(JobSpec spec) {
    return JobRowFormat.key(spec.userId(), spec.jobId());
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
