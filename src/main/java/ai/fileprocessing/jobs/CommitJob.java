package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Backoff;
import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
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
import software.amazon.awssdk.services.dynamodb.model.Update;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Makes a job real: first a draft of its own row, which its owner cannot see, then the rows of its
 * files, and at last, in one write, the end of the draft and of its idempotency key's reservation.
 * To everybody else a draft is a job that is being deleted: what a crash leaves of one is removed
 * by the sweeper, or its files would be counted against their owner until they expire.
 */
@ApplicationScoped
class CommitJob {
  private static final System.Logger LOG = System.getLogger(CommitJob.class.getName());

  /** The most writes of one batch (DynamoDB API reference, BatchWriteItem). */
  private static final int BATCH = 25;

  /** How often what DynamoDB left unprocessed is written again. */
  private static final int TRIES = 8;

  private static final Duration ABANDONED = Duration.ofMinutes(1);

  private static final Backoff AGAIN = new Backoff(Duration.ofMillis(25), Duration.ofSeconds(2));

  private final DynamoDbClient dynamodb;
  private final JobRowFormat format;
  private final IdempotencyKeys keys;
  private final InParallel parallel;
  private final JobsSettings settings;

  @Inject
  CommitJob(
      DynamoDbClient dynamodb,
      JobRowFormat format,
      IdempotencyKeys keys,
      InParallel parallel,
      JobsSettings settings) {
    this.dynamodb = dynamodb;
    this.format = format;
    this.keys = keys;
    this.parallel = parallel;
    this.settings = settings;
  }

  /** False when the key has become somebody else's in the meantime; then there is no job. */
  boolean commit(JobSpec spec, List<JobFile> files, Optional<IdempotencyKeys.Key> key) {
    boolean begun = false;
    boolean ended = false;
    boolean stored = false;
    try {
      begin(spec);
      writeFiles(spec, files);
      begun = true;
      stored = key.isPresent() ? endWith(key.get(), spec) : end(spec);
      ended = true;
    } finally {
      if (!stored) {
        takeBack(spec, files, key, begun && !ended);
      }
    }
    return stored;
  }

  private void begin(JobSpec spec) {
    Map<String, AttributeValue> row =
        new Row(format.row(spec, abandonedAt(spec), expiresAt(spec)))
            .number("deleting", spec.createdAt())
            .values();
    try {
      dynamodb.putItem(
          put ->
              put.tableName(settings.table())
                  .item(row)
                  .conditionExpression("attribute_not_exists(row_id)"));
    } catch (ConditionalCheckFailedException e) {
      // The id is new and ours: this is the SDK's repetition of a write whose answer was lost.
    }
  }

  private void writeFiles(JobSpec spec, List<JobFile> files) {
    long expiresAt = expiresAt(spec);
    write(
        files.stream()
            .map(file -> format.row(spec.jobId(), file, expiresAt))
            .map(row -> WriteRequest.builder().putRequest(put -> put.item(row)).build())
            .toList());
  }

  /**
   * Removes what expires anyway, to spare that time. A job's own row whose write failed may be
   * there all the same, since an answer can be lost: then its files stay, for a job is whole or not
   * there.
   */
  private void takeBack(
      JobSpec spec, List<JobFile> files, Optional<IdempotencyKeys.Key> key, boolean maybeStored) {
    try {
      boolean freed = key.isPresent() && keys.free(key.get(), spec.jobId());
      if (freed || !maybeStored) {
        removeFiles(spec.userId(), spec.jobId(), files);
        dynamodb.deleteItem(it -> it.tableName(settings.table()).key(key(spec)));
      }
    } catch (SdkException e) {
      LOG.log(
          Level.WARNING, "job_id=" + spec.jobId() + " was not stored; the sweeper removes it", e);
    }
  }

  /** Removes the rows of files of a job that has none of its own. */
  void removeFiles(String userId, String jobId, List<JobFile> files) {
    write(
        files.stream()
            .map(file -> JobRowFormat.key(new Ticket(userId, jobId, file.file().fileId())))
            .map(row -> WriteRequest.builder().deleteRequest(it -> it.key(row)).build())
            .toList());
  }

  long expiresAt(JobSpec spec) {
    return spec.deadline() + settings.retention().toSeconds();
  }

  private boolean end(JobSpec spec) {
    Update end = endOf(spec);
    try {
      dynamodb.updateItem(
          it ->
              it.tableName(end.tableName())
                  .key(end.key())
                  .conditionExpression(end.conditionExpression())
                  .updateExpression(end.updateExpression())
                  .expressionAttributeValues(end.expressionAttributeValues())
                  .returnValuesOnConditionCheckFailure(
                      ReturnValuesOnConditionCheckFailure.ALL_OLD));
    } catch (ConditionalCheckFailedException e) {
      // The SDK repeats a write whose answer was lost, and then finds what the first one wrote.
      if (!e.hasItem() || JobRowFormat.marks(e.item()).deleting()) {
        throw e;
      }
    }
    return true;
  }

  private boolean endWith(IdempotencyKeys.Key key, JobSpec spec) {
    TransactWriteItem end = TransactWriteItem.builder().update(endOf(spec)).build();
    try {
      dynamodb.transactWriteItems(it -> it.transactItems(end, keys.done(key, spec.jobId())));
      return true;
    } catch (TransactionCanceledException e) {
      if (e.cancellationReasons().stream().anyMatch(it -> isLost(it.code()))) {
        return false;
      }
      throw e;
    }
  }

  /** Holds until the sweeper has begun to remove the draft, and changes what it would begin by. */
  private Update endOf(JobSpec spec) {
    long firstSweep = spec.createdAt() + settings.sweepAfter().toSeconds();
    return Update.builder()
        .tableName(settings.table())
        .key(key(spec))
        .conditionExpression("deleting = :created AND attention_at = :abandoned")
        .updateExpression("REMOVE deleting SET attention_at = :first")
        .expressionAttributeValues(
            new Row()
                .number(":created", spec.createdAt())
                .number(":abandoned", abandonedAt(spec))
                .number(":first", firstSweep)
                .values())
        .build();
  }

  /** When whoever stores a job is believed to be gone; never the time of the first sweep. */
  private long abandonedAt(JobSpec spec) {
    return spec.createdAt() + settings.sweepAfter().plus(ABANDONED).toSeconds();
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
