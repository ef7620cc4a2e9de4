package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Backoff;
import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Makes a job real. It begins as one that is being deleted: nobody sees it, and what a crash leaves
 * of it the sweeper deletes as soon as who began it is dead, or the rows of its files would count
 * as open work of their owner for as long as rows are kept. When all its rows are there, one write
 * makes it real and ends the reservation of its idempotency key; not when the sweeper, or who began
 * it, has given it up by then.
 */
@ApplicationScoped
class CommitJob {
  /** The most writes of one batch (DynamoDB API reference, BatchWriteItem). */
  private static final int BATCH = 25;

  /**
   * How long a job may take to be stored before what is there of it is swept although who stores it
   * lives; longer than clocks may be apart, or a job would be swept while it is stored.
   */
  static final Duration STORING = Duration.ofMinutes(15);

  /** How much later than its job a file's row expires. */
  private static final Duration LATER = Duration.ofDays(7);

  /** Given up is what was swept. */
  private static final String BEGUN = "attribute_exists(deleting) AND attribute_not_exists(sweeps)";

  private static final String REAL = "REMOVE deleting, storer";

  /** How often what DynamoDB left unprocessed is written again. */
  private static final int TRIES = 8;

  private static final Backoff AGAIN = new Backoff(Duration.ofMillis(25), Duration.ofSeconds(2));

  private final DynamoDbClient dynamodb;
  private final JobRowFormat format;
  private final IdempotencyKeys keys;
  private final Holders holders;
  private final InParallel parallel;
  private final JobsSettings settings;

  @Inject
  CommitJob(
      DynamoDbClient dynamodb,
      JobRowFormat format,
      IdempotencyKeys keys,
      Holders holders,
      InParallel parallel,
      JobsSettings settings) {
    this.dynamodb = dynamodb;
    this.format = format;
    this.keys = keys;
    this.holders = holders;
    this.parallel = parallel;
    this.settings = settings;
  }

  /**
   * False when the key has become somebody else's in the meantime; then there is no job.
   *
   * @throws SdkException when it is not known whether there is one, or when it took too long
   */
  boolean commit(JobSpec spec, List<JobFile> files, Optional<IdempotencyKeys.Key> key) {
    String storer = holders.name();
    try {
      begin(spec, storer);
      writeFiles(spec, files);
      return key.isPresent() ? endWith(key.get(), spec) : end(spec);
    } finally {
      holders.drop(storer);
    }
  }

  /** Removes what was stored of a job, unless it has become real. Whether it never can any more. */
  boolean takeBack(JobSpec spec, List<JobFile> files) {
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
        return false;
      }
    }
    removeFiles(spec.userId(), spec.jobId(), files);
    dynamodb.deleteItem(it -> it.tableName(settings.table()).key(key(spec)));
    return true;
  }

  /** Removes the rows of the files of a job that is being deleted. */
  void removeFiles(String userId, String jobId, List<JobFile> files) {
    write(
        files.stream()
            .map(file -> JobRowFormat.key(new Ticket(userId, jobId, file.file().fileId())))
            .map(row -> WriteRequest.builder().deleteRequest(it -> it.key(row)).build())
            .toList());
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

  /** A job's own row is the first to expire: without it, the others are nobody's. */
  private void writeFiles(JobSpec spec, List<JobFile> files) {
    long expiresAt = settings.expiresAt(spec) + LATER.toSeconds();
    write(
        files.stream()
            .map(file -> format.row(spec.jobId(), file, expiresAt))
            .map(row -> WriteRequest.builder().putRequest(put -> put.item(row)).build())
            .toList());
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

  private void write(List<WriteRequest> writes) {
    parallel.forEach(InParallel.parts(writes, BATCH), this::writeBatch);
  }

  private void writeBatch(List<WriteRequest> batch) {
    Map<String, List<WriteRequest>> left = Map.of(settings.table(), batch);
    for (int tries = 1; !left.isEmpty(); tries++) {
      if (tries > TRIES) {
        throw SdkException.builder().message("DynamoDB left writes unprocessed").build();
      }
      pause(tries);
      Map<String, List<WriteRequest>> now = left;
      left = dynamodb.batchWriteItem(it -> it.requestItems(now)).unprocessedItems();
    }
  }

  private static void pause(int tries) {
    if (tries > 1) {
      try {
        Thread.sleep(AGAIN.delay(tries).toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
