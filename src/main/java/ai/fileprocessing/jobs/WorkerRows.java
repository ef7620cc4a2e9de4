package ai.fileprocessing.jobs;

import ai.fileprocessing.jobs.worker.Beats;
import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** The processes that are alive, as rows beside the jobs: one each, in a partition of their own. */
@ApplicationScoped
class WorkerRows implements Beats {
  private static final String PARTITION = "#workers";

  /** For rows of processes that nobody outlived. */
  private static final Duration KEPT = Duration.ofDays(1);

  private final DynamoDbClient dynamodb;
  private final Clock clock;
  private final String table;

  @Inject
  WorkerRows(DynamoDbClient dynamodb, Clock clock, JobsSettings settings) {
    this.dynamodb = dynamodb;
    this.clock = clock;
    table = settings.table();
  }

  @Override
  public void beat(String worker) {
    long expires = clock.instant().plus(KEPT).getEpochSecond();
    dynamodb.updateItem(
        update ->
            update
                .tableName(table)
                .key(JobRowFormat.key(PARTITION, worker))
                .updateExpression("SET expires_at = :expires ADD beats :one")
                .expressionAttributeValues(
                    new Row().number(":expires", expires).number(":one", 1).values()));
  }

  @Override
  public Map<String, Long> all() {
    Map<String, Long> beats = new HashMap<>();
    for (Map<String, AttributeValue> values :
        dynamodb
            .queryPaginator(
                query ->
                    query
                        .tableName(table)
                        .keyConditionExpression("user_id = :workers")
                        .expressionAttributeValues(new Row().text(":workers", PARTITION).values())
                        .consistentRead(true))
            .items()) {
      Row row = new Row(values);
      beats.put(row.text(JobRowFormat.SORT), row.number("beats"));
    }
    return beats;
  }

  @Override
  public void remove(String worker, long beats) {
    try {
      dynamodb.deleteItem(
          delete ->
              delete
                  .tableName(table)
                  .key(JobRowFormat.key(PARTITION, worker))
                  .conditionExpression("beats = :seen")
                  .expressionAttributeValues(new Row().number(":seen", beats).values()));
    } catch (ConditionalCheckFailedException e) {
      // It lives, or somebody else was faster.
    }
  }

  @Override
  public void remove(String worker) {
    dynamodb.deleteItem(delete -> delete.tableName(table).key(JobRowFormat.key(PARTITION, worker)));
  }
}
