package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Backoff;
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
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Makes a job real: first the rows of its files, which are nobody's until then, and at last, in one
 * write, its own row and the end of its idempotency key's reservation. Rows that a crash leaves
 * without a job are never read and expire with the time that all rows of a job have.
 */
@ApplicationScoped
class CommitJob {
  private static final System.Logger LOG = System.getLogger(CommitJob.class.getName());

  /** The most writes of one batch (DynamoDB API reference, BatchWriteItem). */
  private static final int BATCH = 25;

  /** How often what DynamoDB left unprocessed is written again. */
  private static final int TRIES = 8;

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
      writeFiles(spec, files);
      begun = true;
      stored = writeJob(spec, key);
      ended = true;
    } finally {
      if (!stored) {
        takeBack(spec, files, key, begun && !ended);
      }
    }
    return stored;
  }

  private void writeFiles(JobSpec spec, List<JobFile> files) {
    long expiresAt = expiresAt(spec);
    write(
        files.stream()
            .map(file -> format.row(spec.jobId(), file, expiresAt))
            .map(row -> WriteRequest.builder().putRequest(put -> put.item(row)).build())
            .toList());
  }

  private boolean writeJob(JobSpec spec, Optional<IdempotencyKeys.Key> key) {
    long firstSweep = spec.createdAt() + settings.sweepAfter().toSeconds();
    Map<String, AttributeValue> row = format.row(spec, firstSweep, expiresAt(spec));
    return key.isPresent() ? putWith(key.get(), spec.jobId(), row) : put(row);
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
      }
    } catch (SdkException e) {
      LOG.log(Level.WARNING, "job_id=" + spec.jobId() + " was not stored; its rows expire", e);
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

  private boolean put(Map<String, AttributeValue> row) {
    try {
      dynamodb.putItem(
          put ->
              put.tableName(settings.table())
                  .item(row)
                  .conditionExpression("attribute_not_exists(row_id)"));
    } catch (ConditionalCheckFailedException e) {
      // The id is new and ours: this is the SDK's repetition of a write whose answer was lost.
    }
    return true;
  }

  private boolean putWith(IdempotencyKeys.Key key, String jobId, Map<String, AttributeValue> row) {
    TransactWriteItem creation =
        TransactWriteItem.builder()
            .put(
                put ->
                    put.tableName(settings.table())
                        .item(row)
                        .conditionExpression("attribute_not_exists(row_id)"))
            .build();
    try {
      dynamodb.transactWriteItems(it -> it.transactItems(creation, keys.done(key, jobId)));
      return true;
    } catch (TransactionCanceledException e) {
      if (e.cancellationReasons().stream().anyMatch(it -> isLost(it.code()))) {
        return false;
      }
      throw e;
    }
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
