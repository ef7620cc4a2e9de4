package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Backoff;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Writes and removes all the rows of a job's files, in batches and without conditions. Only the row
 * of a text's file leads to the text: that row is there before the text, and goes after it.
 */
@ApplicationScoped
class JobFileRows {
  /** The most writes of one batch (DynamoDB API reference, BatchWriteItem). */
  private static final int BATCH = 25;

  /** How much later than its job a file's row expires. */
  private static final Duration LATER = Duration.ofDays(7);

  /** How often what DynamoDB left unprocessed is written again. */
  private static final int TRIES = 8;

  private static final Backoff AGAIN = new Backoff(Duration.ofMillis(25), Duration.ofSeconds(2));

  private final DynamoDbClient dynamodb;
  private final JobRowFormat format;
  private final InParallel parallel;
  private final JobsSettings settings;

  @Inject
  JobFileRows(
      DynamoDbClient dynamodb, JobRowFormat format, InParallel parallel, JobsSettings settings) {
    this.dynamodb = dynamodb;
    this.format = format;
    this.parallel = parallel;
    this.settings = settings;
  }

  /** A job's own row is the first to expire: without it, the others are nobody's. */
  void write(Draft draft) {
    JobSpec spec = draft.spec();
    JobFiles files = draft.files();
    long expiresAt = settings.expiresAt(spec) + LATER.toSeconds();
    put(
        Stream.concat(
            files.units().stream().map(unit -> format.row(spec.jobId(), unit, expiresAt)),
            files.parts().stream().map(part -> format.row(spec.jobId(), part, expiresAt))));
    put(
        draft.texts().entrySet().stream()
            .map(text -> TextRows.row(ticket(spec, text.getKey()), text.getValue(), expiresAt)));
  }

  /** Removes those of a job that is being deleted. */
  void remove(JobSpec spec, JobFiles files) {
    remove(
        files
            .stored()
            .filter(JobInput::isText)
            .map(it -> TextRows.key(ticket(spec, it.file().fileId()))));
    remove(files.stored().map(it -> JobRowFormat.key(ticket(spec, it.file().fileId()))));
  }

  private static Ticket ticket(JobSpec spec, String fileId) {
    return new Ticket(spec.userId(), spec.jobId(), fileId);
  }

  private void put(Stream<Map<String, AttributeValue>> rows) {
    write(rows.map(row -> WriteRequest.builder().putRequest(it -> it.item(row)).build()).toList());
  }

  private void remove(Stream<Map<String, AttributeValue>> keys) {
    write(
        keys.map(key -> WriteRequest.builder().deleteRequest(it -> it.key(key)).build()).toList());
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
      if (tries > 1) {
        AGAIN.pause(tries);
      }
      Map<String, List<WriteRequest>> now = left;
      left = dynamodb.batchWriteItem(it -> it.requestItems(now)).unprocessedItems();
    }
  }
}
