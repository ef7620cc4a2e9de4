package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Makes a job real. It begins as one that is being deleted: nobody sees it, and what a crash leaves
 * of it the sweeper deletes as soon as who began it is dead, or the rows of its files would count
 * as open work of their owner for as long as rows are kept. When all its rows are there, one write
 * makes it real and ends the reservation of its idempotency key; not when the sweeper, or who began
 * it, has given it up by then.
 */
@ApplicationScoped
class CommitJob {
  private static final System.Logger LOG = System.getLogger(CommitJob.class.getName());

  /**
   * How long a job may take to be stored before what is there of it is swept although who stores it
   * lives; longer than clocks may be apart, or a job would be swept while it is stored.
   */
  static final Duration STORING = Duration.ofMinutes(15);

  /** Given up is what was swept. */
  private static final String BEGUN = "attribute_exists(deleting) AND attribute_not_exists(sweeps)";

  /** Who has stored it is to ring for it. */
  private static final String REAL = "SET unrung = storer REMOVE deleting, storer";

  private final DynamoDbClient dynamodb;
  private final JobRowFormat format;
  private final IdempotencyKeys keys;
  private final Holders holders;
  private final JobFileRows files;
  private final JobsSettings settings;

  @Inject
  CommitJob(
      DynamoDbClient dynamodb,
      JobRowFormat format,
      IdempotencyKeys keys,
      Holders holders,
      JobFileRows files,
      JobsSettings settings) {
    this.dynamodb = dynamodb;
    this.format = format;
    this.keys = keys;
    this.holders = holders;
    this.files = files;
    this.settings = settings;
  }

  /**
   * Stores a job. The name under which it is to be rung for, to be dropped after that; empty when
   * the key has become somebody else's in the meantime: then there is no job.
   *
   * @throws SdkException when it is not known whether there is one, or when it took too long
   */
  Optional<String> commit(Draft draft, Optional<IdempotencyKeys.Key> key) {
    JobSpec spec = draft.spec();
    String storer = holders.name();
    boolean real = false;
    try {
      begin(spec, storer);
      files.write(draft);
      real = key.isPresent() ? endWith(key.get(), spec) : end(spec);
    } finally {
      if (!real) {
        holders.drop(storer);
      }
    }
    return real ? Optional.of(storer) : Optional.empty();
  }

  /**
   * Gives a job up and removes what was stored of it, so that it never becomes real. Where it has,
   * it stays: then this is the name under which it is to be rung for.
   *
   * @throws SdkException when that is not known
   */
  Optional<String> takeBack(Draft draft) {
    JobSpec spec = draft.spec();
    try {
      dynamodb.updateItem(
          update ->
              update
                  .tableName(settings.table())
                  .key(key(spec))
                  .conditionExpression("attribute_exists(deleting)")
                  .updateExpression("ADD sweeps :one")
                  .expressionAttributeValues(new Row().number(":one", 1).values())
                  .returnValuesOnConditionCheckFailure(
                      ReturnValuesOnConditionCheckFailure.ALL_OLD));
    } catch (ConditionalCheckFailedException e) {
      if (e.hasItem()) {
        return Optional.of(JobRowFormat.marks(e.item()).ringer());
      }
    }
    try {
      files.remove(spec, draft.files());
      dynamodb.deleteItem(it -> it.tableName(settings.table()).key(key(spec)));
    } catch (SdkException e) {
      LOG.log(Level.WARNING, "job_id=" + spec.jobId() + " was not stored; its rows are swept", e);
    }
    return Optional.empty();
  }

  private void begin(JobSpec spec, String storer) {
    long swept = spec.createdAt() + settings.sweepAfter().toSeconds();
    Row row =
        new Row(format.row(spec, swept, settings.expiresAt(spec)))
            .number("deleting", spec.createdAt())
            .text("storer", storer);
    try {
      dynamodb.putItem(
          put ->
              put.tableName(settings.table())
                  .item(row.values())
                  .conditionExpression("attribute_not_exists(row_id)"));
    } catch (ConditionalCheckFailedException e) {
      // The id is new and ours: this is the SDK's repetition of a write whose answer was lost.
    }
  }

  private boolean end(JobSpec spec) {
    try {
      dynamodb.updateItem(
          update ->
              update
                  .tableName(settings.table())
                  .key(key(spec))
                  .conditionExpression(BEGUN)
                  .updateExpression(REAL)
                  .returnValuesOnConditionCheckFailure(
                      ReturnValuesOnConditionCheckFailure.ALL_OLD));
    } catch (ConditionalCheckFailedException e) {
      // Real is what the SDK's first try made so, before its answer was lost.
      if (!e.hasItem() || e.item().containsKey("deleting")) {
        throw SdkException.builder().message("The job took too long to store").build();
      }
    }
    return true;
  }

  private boolean endWith(IdempotencyKeys.Key key, JobSpec spec) {
    TransactWriteItem real =
        TransactWriteItem.builder()
            .update(
                update ->
                    update
                        .tableName(settings.table())
                        .key(key(spec))
                        .conditionExpression(BEGUN)
                        .updateExpression(REAL))
            .build();
    try {
      dynamodb.transactWriteItems(it -> it.transactItems(real, keys.done(key, spec.jobId())));
      return true;
    } catch (TransactionCanceledException e) {
      if (e.cancellationReasons().stream().anyMatch(it -> isLost(it.code()))) {
        return false;
      }
      throw e;
    }
  }

  private static Map<String, AttributeValue> key(JobSpec spec) {
    return JobRowFormat.key(spec.userId(), spec.jobId());
  }

  private static boolean isLost(String reason) {
    return "ConditionalCheckFailed".equals(reason);
  }
}
