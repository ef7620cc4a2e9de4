package ai.fileprocessing.files;

import ai.fileprocessing.platform.Page;
import ai.fileprocessing.platform.Paging;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/** The rows of files as their owners see them: only those that are finished. */
@ApplicationScoped
class FileRows {
  /** The most keys of one BatchGetItem (DynamoDB API reference). */
  private static final int BATCH = 100;

  /**
   * The fewest rows that a list reads at once: DynamoDB counts what it then hides, and a small page
   * among hidden rows would take a call for each of them.
   */
  private static final int FEWEST = 100;

  private final DynamoDbClient dynamodb;
  private final String table;

  @Inject
  FileRows(DynamoDbClient dynamodb, FilesSettings settings) {
    this.dynamodb = dynamodb;
    table = settings.table();
  }

  Optional<StoredFile> find(String userId, String fileId) {
    Map<String, AttributeValue> row =
        dynamodb
            .getItem(
                get ->
                    get.tableName(table)
                        .key(FileRowFormat.key(userId, fileId))
                        .consistentRead(true))
            .item();
    return Optional.of(row).filter(FileRowFormat::isFinished).map(FileRowFormat::file);
  }

  Map<String, StoredFile> findAll(String userId, List<String> fileIds) {
    Map<String, StoredFile> found = new HashMap<>();
    for (int from = 0; from < fileIds.size(); from += BATCH) {
      KeysAndAttributes wanted =
          KeysAndAttributes.builder()
              .keys(
                  fileIds.subList(from, Math.min(from + BATCH, fileIds.size())).stream()
                      .map(id -> FileRowFormat.key(userId, id))
                      .toList())
              .consistentRead(true)
              .build();
      // The paginator asks again for what DynamoDB left unprocessed.
      dynamodb.batchGetItemPaginator(get -> get.requestItems(Map.of(table, wanted))).stream()
          .flatMap(answer -> answer.responses().getOrDefault(table, List.of()).stream())
          .filter(FileRowFormat::isFinished)
          .map(FileRowFormat::file)
          .forEach(file -> found.put(file.fileId(), file));
    }
    return found;
  }

  Page<StoredFile> list(String userId, Paging paging) {
    int limit = paging.limit();
    // One more than the page holds tells whether another follows.
    List<StoredFile> found =
        dynamodb
            .queryPaginator(
                query ->
                    query
                        .tableName(table)
                        .keyConditionExpression("user_id = :user")
                        .filterExpression("attribute_not_exists(unfinished_since)")
                        .expressionAttributeValues(Map.of(":user", AttributeValue.fromS(userId)))
                        .exclusiveStartKey(
                            paging.after().map(id -> FileRowFormat.key(userId, id)).orElse(null))
                        .scanIndexForward(false)
                        .consistentRead(true)
                        .limit(Math.max(limit + 1, FEWEST)))
            .items()
            .stream()
            .limit(limit + 1L)
            .map(FileRowFormat::file)
            .toList();
    return found.size() > limit
        ? new Page<>(found.subList(0, limit), Optional.of(found.get(limit - 1).fileId()))
        : new Page<>(found, Optional.empty());
  }
}
