package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * The jobs that somebody must look at by a certain time. Every job that has not ended is among
 * them, so that none depends on a message, a process or a client.
 */
@ApplicationScoped
class Attention {
  private static final String INDEX = "attention";

  /** Open jobs are spread, since all writes to one partition of an index share its throughput. */
  private static final int SHARDS = 8;

  /** A job, and when it was due. */
  record Due(String userId, String jobId, long at) {}

  private final DynamoDbClient dynamodb;
  private final Ids ids;
  private final String table;

  @Inject
  Attention(DynamoDbClient dynamodb, Ids ids, JobsSettings settings) {
    this.dynamodb = dynamodb;
    this.ids = ids;
    table = settings.table();
  }

  static String shard(String jobId) {
    return shard(Math.floorMod(jobId.hashCode(), SHARDS));
  }

  private static String shard(int number) {
    return "open-" + number;
  }

  /**
   * The jobs that are due, those of each shard by their time. From which shard on is chance, or all
   * processes would try to take the same jobs in the same order.
   */
  Stream<Due> due(Instant now) {
    int first = ThreadLocalRandom.current().nextInt(SHARDS);
    return IntStream.range(first, first + SHARDS)
        .mapToObj(number -> shard(number % SHARDS))
        .flatMap(shard -> due(shard, now).stream());
  }

  private List<Due> due(String shard, Instant now) {
    return dynamodb
        .queryPaginator(
            query ->
                query
                    .tableName(table)
                    .indexName(INDEX)
                    .keyConditionExpression("attention = :shard AND attention_at <= :now")
                    .expressionAttributeValues(
                        new Row()
                            .text(":shard", shard)
                            .number(":now", now.getEpochSecond())
                            .values()))
        .items()
        .stream()
        .map(Attention::due)
        .toList();
  }

  private static Due due(Map<String, AttributeValue> values) {
    Row row = new Row(values);
    return new Due(
        row.text(JobRowFormat.PARTITION), row.text(JobRowFormat.SORT), row.number("attention_at"));
  }

  /**
   * Takes a due job and sets when it is due again.
   *
   * @return what is to happen to it as of this very write; empty when another process has taken it
   */
  Optional<StoredJob.Marks> take(Due due, long next) {
    String taker = ids.next();
    try {
      return Optional.of(
          JobRowFormat.marks(
              dynamodb
                  .updateItem(
                      update ->
                          update
                              .tableName(table)
                              .key(JobRowFormat.key(due.userId(), due.jobId()))
                              .conditionExpression("attention_at = :seen")
                              .updateExpression(
                                  "SET attention_at = :next, taken_by = :taker ADD sweeps :one")
                              .expressionAttributeValues(
                                  new Row()
                                      .number(":seen", due.at())
                                      .number(":next", next)
                                      .text(":taker", taker)
                                      .number(":one", 1)
                                      .values())
                              .returnValues(ReturnValue.ALL_NEW)
                              .returnValuesOnConditionCheckFailure(
                                  ReturnValuesOnConditionCheckFailure.ALL_OLD))
                  .attributes()));
    } catch (ConditionalCheckFailedException e) {
      // The SDK repeats a write whose answer was lost, and then finds what the first one wrote.
      return Optional.of(e)
          .filter(it -> it.hasItem() && isBy(taker, new Row(it.item())))
          .map(it -> JobRowFormat.marks(it.item()));
    }
  }

  private static boolean isBy(String taker, Row row) {
    return row.optionalText("taken_by").filter(taker::equals).isPresent();
  }

  /** Has a job that was taken, but could not be looked after, looked at again soon. */
  void hurry(Due due, long next, long soon) {
    update(
        due,
        "attention_at = :next",
        "SET attention_at = :soon",
        new Row().number(":next", next).number(":soon", soon));
  }

  /** Needs nobody's attention any more, unless somebody asked for it after {@link #take}. */
  void settle(Due due, long next, int sweeps) {
    update(
        due,
        "attention_at = :next AND sweeps = :sweeps",
        "REMOVE attention, attention_at",
        new Row().number(":next", next).number(":sweeps", sweeps));
  }

  private void update(Due due, String condition, String expression, Row values) {
    try {
      dynamodb.updateItem(
          update ->
              update
                  .tableName(table)
                  .key(JobRowFormat.key(due.userId(), due.jobId()))
                  .conditionExpression(condition)
                  .updateExpression(expression)
                  .expressionAttributeValues(values.values()));
    } catch (ConditionalCheckFailedException e) {
      // It was retried, cancelled or deleted in between, and is swept again for that.
    }
  }
}
