package ai.fileprocessing.files;

import ai.fileprocessing.platform.Page;
import ai.fileprocessing.platform.Paging;
import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/**
 * The rows of files. The partition is the owner, so that no key built here can reach somebody
 * else's row.
 */
@ApplicationScoped
class FileRows {
  /** The most keys of one BatchGetItem (DynamoDB API reference). */
  private static final int BATCH = 100;

  private final DynamoDbClient dynamodb;
  private final String table;

  @Inject
  FileRows(DynamoDbClient dynamodb, FilesSettings settings) {
    this.dynamodb = dynamodb;
    table = settings.table();
  }

  /** Unconditional, because the id is new: a repetition after a lost answer changes nothing. */
  void put(StoredFile file) {
    dynamodb.putItem(put -> put.tableName(table).item(row(file)));
  }

  Optional<StoredFile> find(String userId, String fileId) {
    Map<String, AttributeValue> row =
        dynamodb
            .getItem(get -> get.tableName(table).key(key(userId, fileId)).consistentRead(true))
            .item();
    return row.isEmpty() ? Optional.empty() : Optional.of(file(row));
  }

  Map<String, StoredFile> findAll(String userId, List<String> fileIds) {
    Map<String, StoredFile> found = new HashMap<>();
    for (int from = 0; from < fileIds.size(); from += BATCH) {
      KeysAndAttributes wanted =
          KeysAndAttributes.builder()
              .keys(
                  fileIds.subList(from, Math.min(from + BATCH, fileIds.size())).stream()
                      .map(id -> key(userId, id))
                      .toList())
              .consistentRead(true)
              .build();
      // The paginator asks again for what DynamoDB left unprocessed.
      dynamodb.batchGetItemPaginator(get -> get.requestItems(Map.of(table, wanted))).stream()
          .flatMap(answer -> answer.responses().getOrDefault(table, List.of()).stream())
          .map(FileRows::file)
          .forEach(file -> found.put(file.fileId(), file));
    }
    return found;
  }

  Page<StoredFile> list(String userId, Paging paging) {
    QueryResponse answer =
        dynamodb.query(
            query ->
                query
                    .tableName(table)
                    .keyConditionExpression("user_id = :user")
                    .expressionAttributeValues(Map.of(":user", AttributeValue.fromS(userId)))
                    .exclusiveStartKey(paging.after().map(id -> key(userId, id)).orElse(null))
                    .scanIndexForward(false)
                    .consistentRead(true)
                    .limit(paging.limit()));
    Optional<String> next =
        Optional.of(answer.lastEvaluatedKey())
            .filter(key -> !key.isEmpty())
            .map(key -> key.get("file_id").s());
    return new Page<>(answer.items().stream().map(FileRows::file).toList(), next);
  }

  boolean delete(String userId, String fileId) {
    return !dynamodb
        .deleteItem(
            delete ->
                delete.tableName(table).key(key(userId, fileId)).returnValues(ReturnValue.ALL_OLD))
        .attributes()
        .isEmpty();
  }

  private static Map<String, AttributeValue> key(String userId, String fileId) {
    return new Row().text("user_id", userId).text("file_id", fileId).values();
  }

  private static Map<String, AttributeValue> row(StoredFile file) {
    return new Row()
        .text("user_id", file.userId())
        .text("file_id", file.fileId())
        .text("filename", file.filename())
        .text("content_type", file.contentType())
        .number("size", file.size())
        .text("sha256", file.sha256())
        .number("last_modified", file.lastModified())
        .values();
  }

  private static StoredFile file(Map<String, AttributeValue> values) {
    Row row = new Row(values);
    return new StoredFile(
        row.text("file_id"),
        row.text("filename"),
        row.text("content_type"),
        row.number("size"),
        row.text("sha256"),
        row.text("user_id"),
        row.number("last_modified"));
  }
}
