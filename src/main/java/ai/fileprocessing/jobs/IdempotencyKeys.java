package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Row;
import ai.fileprocessing.platform.Sha256;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Remembers under which key which job was submitted ("The Idempotency-Key HTTP Header Field",
 * draft-ietf-httpapi-idempotency-key-header). A key is first reserved for a job that is about to be
 * stored, and done in the very write that makes the job real.
 */
@ApplicationScoped
class IdempotencyKeys {
  private static final System.Logger LOG = System.getLogger(IdempotencyKeys.class.getName());

  /** How long a key is remembered. */
  static final Duration REMEMBERED = Duration.ofHours(24);

  /** After this long whoever reserved a key is believed to be gone. */
  private static final Duration ABANDONED = Duration.ofSeconds(30);

  /**
   * A key of a caller and what was asked under it.
   *
   * @param fingerprint the digest of the request's body
   */
  record Key(String userId, String name, String fingerprint) {}

  /** What is known of a key. */
  sealed interface Known {
    /** It was never used, or only by somebody who is gone. */
    record Free() implements Known {}

    /** It led to this job. */
    record Used(String jobId) implements Known {}

    /** A job is being stored under it at the moment. */
    record Reserved() implements Known {}

    /** It was used for another request. */
    record Other() implements Known {}
  }

  private final DynamoDbClient dynamodb;
  private final Clock clock;
  private final String table;

  @Inject
  IdempotencyKeys(DynamoDbClient dynamodb, Clock clock, JobsSettings settings) {
    this.dynamodb = dynamodb;
    this.clock = clock;
    table = settings.table();
  }

  Known look(Key key) {
    return known(
        key,
        dynamodb.getItem(get -> get.tableName(table).key(rowKey(key)).consistentRead(true)).item());
  }

  /** Reserves a key for a job. False when somebody else has it. */
  boolean reserve(Key key, String jobId) {
    long now = now();
    Map<String, AttributeValue> row =
        new Row(rowKey(key))
            .text("fingerprint", key.fingerprint())
            .text("job_id", jobId)
            .number("reserved_at", now)
            .number("expires_at", now + REMEMBERED.toSeconds())
            .values();
    try {
      dynamodb.putItem(
          put ->
              put.tableName(table)
                  .item(row)
                  .conditionExpression(
                      "attribute_not_exists(row_id) OR expires_at <= :now"
                          + " OR (attribute_not_exists(done) AND reserved_at <= :abandoned)")
                  .expressionAttributeValues(
                      new Row()
                          .number(":now", now)
                          .number(":abandoned", now - ABANDONED.toSeconds())
                          .values())
                  .returnValuesOnConditionCheckFailure(
                      ReturnValuesOnConditionCheckFailure.ALL_OLD));
      return true;
    } catch (ConditionalCheckFailedException e) {
      // The SDK repeats a write whose answer was lost, and then finds its own.
      return e.hasItem() && jobId.equals(new Row(e.item()).optionalText("job_id").orElse(""));
    }
  }

  /** Frees a key whose job could not be stored; where that fails, it is free after a while. */
  void free(Key key, String jobId) {
    try {
      dynamodb.deleteItem(
          delete ->
              delete
                  .tableName(table)
                  .key(rowKey(key))
                  .conditionExpression("job_id = :job AND attribute_not_exists(done)")
                  .expressionAttributeValues(new Row().text(":job", jobId).values()));
    } catch (ConditionalCheckFailedException e) {
      // Somebody else has reserved it by now.
    } catch (SdkException e) {
      LOG.log(Level.WARNING, "job_id=" + jobId + " keeps its Idempotency-Key for a while", e);
    }
  }

  /** The write that makes a reservation final; it fails when the key is no longer this job's. */
  TransactWriteItem done(Key key, String jobId) {
    return TransactWriteItem.builder()
        .update(
            update ->
                update
                    .tableName(table)
                    .key(rowKey(key))
                    .conditionExpression("job_id = :job")
                    .updateExpression("SET done = :done")
                    .expressionAttributeValues(
                        new Row().text(":job", jobId).text(":done", "yes").values()))
        .build();
  }

  private Known known(Key key, Map<String, AttributeValue> values) {
    Row row = new Row(values);
    if (values.isEmpty() || row.number("expires_at") <= now()) {
      return new Known.Free();
    }
    if (!row.text("fingerprint").equals(key.fingerprint())) {
      return new Known.Other();
    }
    if (row.has("done")) {
      return new Known.Used(row.text("job_id"));
    }
    return row.number("reserved_at") <= now() - ABANDONED.toSeconds()
        ? new Known.Free()
        : new Known.Reserved();
  }

  /** In a partition beside the owner's, so that no list of jobs ever meets a key. */
  private static Map<String, AttributeValue> rowKey(Key key) {
    return JobRowFormat.key("#keys/" + key.userId(), Sha256.of(key.name()));
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
