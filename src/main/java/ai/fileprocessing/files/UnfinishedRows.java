package ai.fileprocessing.files;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * The rows that no reader sees: of files on their way in, from before their bytes until after them,
 * and of files on their way out, likewise. While there can be an object there is a row, and what
 * stays in between is found by an index.
 */
@ApplicationScoped
class UnfinishedRows {
  /** Every {@link FileRowFormat#shard}. */
  private static final List<String> SHARDS = List.of("0123456789abcdef".split(""));

  /** A row that has been unfinished for too long. */
  record Overdue(String userId, String fileId, long since) {}

  private final DynamoDbClient dynamodb;
  private final String table;

  @Inject
  UnfinishedRows(DynamoDbClient dynamodb, FilesSettings settings) {
    this.dynamodb = dynamodb;
    table = settings.table();
  }

  /**
   * Begins an upload. The id is new: a row that is there already was written by an earlier try of
   * this very call, and may be finished by the time that a late one arrives.
   */
  void begin(StoredFile file) {
    try {
      dynamodb.putItem(
          put ->
              put.tableName(table)
                  .item(FileRowFormat.unfinished(file))
                  .conditionExpression("attribute_not_exists(file_id)"));
    } catch (ConditionalCheckFailedException e) {
      // As said above: begun.
    }
  }

  /**
   * Shows files to their readers, all or none. A transaction, also for one: its token makes a
   * repetition after a lost answer harmless.
   *
   * @param files as they were begun, at most 100 (DynamoDB API reference, TransactWriteItems)
   * @throws RuntimeException when one was withdrawn in the meantime
   */
  void finish(List<StoredFile> files) {
    List<TransactWriteItem> updates =
        files.stream()
            .map(file -> TransactWriteItem.builder().update(finish(file)).build())
            .toList();
    dynamodb.transactWriteItems(write -> write.transactItems(updates));
  }

  private Update finish(StoredFile file) {
    return Update.builder()
        .tableName(table)
        .key(FileRowFormat.key(file.userId(), file.fileId()))
        .updateExpression("REMOVE unfinished, unfinished_since")
        .conditionExpression("unfinished_since = :begun")
        .expressionAttributeValues(Map.of(":begun", number(file.lastModified())))
        .build();
  }

  /**
   * Hides a file for good, in whatever state it is: no reader finds it and no upload finishes it
   * any more, so that its object can go.
   *
   * @return whether it has a row
   */
  boolean withdraw(String userId, String fileId) {
    return withdraw(userId, fileId, "attribute_exists(file_id)", Map.of());
  }

  /**
   * Withdraws what is overdue, unless it was finished or withdrawn since it was read.
   *
   * @return whether it was withdrawn here
   */
  boolean withdraw(Overdue row) {
    return withdraw(
        row.userId(),
        row.fileId(),
        "unfinished_since = :since",
        Map.of(":since", number(row.since())));
  }

  private boolean withdraw(
      String userId, String fileId, String condition, Map<String, AttributeValue> compared) {
    Map<String, AttributeValue> values = new HashMap<>(compared);
    values.put(":shard", AttributeValue.fromS(FileRowFormat.shard(fileId)));
    values.put(":withdrawn", number(FileRowFormat.WITHDRAWN));
    try {
      dynamodb.updateItem(
          update ->
              update
                  .tableName(table)
                  .key(FileRowFormat.key(userId, fileId))
                  .updateExpression("SET unfinished = :shard, unfinished_since = :withdrawn")
                  .conditionExpression(condition)
                  .expressionAttributeValues(values));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  /** Removes a row that was withdrawn, after its object. */
  void remove(String userId, String fileId) {
    dynamodb.deleteItem(delete -> delete.tableName(table).key(FileRowFormat.key(userId, fileId)));
  }

  /**
   * What was begun before a time, and what was withdrawn at any time, read as one goes along. The
   * index lags behind the rows.
   *
   * @param before in seconds since the Unix epoch
   */
  Stream<Overdue> overdue(long before) {
    return SHARDS.stream().flatMap(shard -> overdue(shard, before));
  }

  private Stream<Overdue> overdue(String shard, long before) {
    return dynamodb
        .queryPaginator(
            query ->
                query
                    .tableName(table)
                    .indexName(FileRowFormat.INDEX)
                    .keyConditionExpression("unfinished = :shard AND unfinished_since < :before")
                    .expressionAttributeValues(
                        Map.of(":shard", AttributeValue.fromS(shard), ":before", number(before))))
        .items()
        .stream()
        .map(
            row ->
                new Overdue(
                    row.get(FileRowFormat.OWNER).s(),
                    row.get(FileRowFormat.ID).s(),
                    Long.parseLong(row.get(FileRowFormat.SINCE).n())));
  }

  private static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }
}
