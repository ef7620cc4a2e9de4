package ai.fileprocessing.inference;

import ai.fileprocessing.platform.Backoff;
import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Reads and writes saved prompts. The entries of a prompt in the lists of its owner and its group,
 * and the count of its owner, come, move and go in one transaction with its row.
 *
 * <p>Every write is a transaction, also of one row: its token makes a repetition after a lost
 * answer harmless.
 */
@ApplicationScoped
class PromptRows {
  private static final int TRIES = 10;

  /** Two transactions met on a row: an affair of milliseconds. */
  private static final Backoff AGAIN = new Backoff(Duration.ofMillis(20), Duration.ofMillis(500));

  private final DynamoDbClient dynamodb;
  private final String table;

  @Inject
  PromptRows(DynamoDbClient dynamodb, PromptSettings settings) {
    this.dynamodb = dynamodb;
    table = settings.table();
  }

  Optional<SavedPrompt> find(String promptId) {
    Map<String, AttributeValue> row =
        dynamodb
            .getItem(
                get -> get.tableName(table).key(PromptRowFormat.key(promptId)).consistentRead(true))
            .item();
    return row.isEmpty() ? Optional.empty() : Optional.of(PromptRowFormat.prompt(row));
  }

  /**
   * Many by id.
   *
   * @param ids at most 100 (DynamoDB API reference, BatchGetItem)
   */
  Map<String, SavedPrompt> findAll(List<String> ids) {
    KeysAndAttributes wanted =
        KeysAndAttributes.builder()
            .keys(ids.stream().map(PromptRowFormat::key).toList())
            .consistentRead(true)
            .build();
    Map<String, SavedPrompt> found = new HashMap<>();
    // The paginator asks again for what DynamoDB left unprocessed.
    dynamodb.batchGetItemPaginator(get -> get.requestItems(Map.of(table, wanted))).stream()
        .flatMap(answer -> answer.responses().getOrDefault(table, List.of()).stream())
        .map(PromptRowFormat::prompt)
        .forEach(prompt -> found.put(prompt.promptId(), prompt));
    return found;
  }

  /** The ids of a user's own prompts, newest first, from behind a position. */
  List<String> ownedBy(String userId, Optional<String> after, int limit) {
    return listed(PromptRowFormat.listOf(userId), after, limit);
  }

  /** The ids of the prompts shared with a group, newest first, from behind a position. */
  List<String> sharedWith(String group, Optional<String> after, int limit) {
    return listed(PromptRowFormat.listOfGroup(group), after, limit);
  }

  /**
   * Adds a prompt whose id is new.
   *
   * @return false when its owner has as many as one may have
   */
  boolean add(SavedPrompt prompt, int most) {
    List<TransactWriteItem> writes = new ArrayList<>();
    writes.add(
        TransactWriteItem.builder()
            .update(
                update ->
                    update
                        .tableName(table)
                        .key(PromptRowFormat.countOf(prompt.userId()))
                        .conditionExpression("attribute_not_exists(prompts) OR prompts < :most")
                        .updateExpression("ADD prompts :one")
                        .expressionAttributeValues(
                            new Row().number(":most", most).number(":one", 1).values()))
            .build());
    writes.add(put(PromptRowFormat.row(prompt)));
    writes.add(put(PromptRowFormat.entry(PromptRowFormat.listOf(prompt.userId()), prompt)));
    if (prompt.group() != null) {
      writes.add(put(PromptRowFormat.entry(PromptRowFormat.listOfGroup(prompt.group()), prompt)));
    }
    return write(writes);
  }

  /**
   * Puts a version in the place of another.
   *
   * @return false when that is no longer the last one
   */
  boolean replace(SavedPrompt seen, SavedPrompt changed) {
    List<TransactWriteItem> writes = new ArrayList<>();
    writes.add(
        TransactWriteItem.builder()
            .put(
                put ->
                    put.tableName(table)
                        .item(PromptRowFormat.row(changed))
                        .conditionExpression("version = :seen")
                        .expressionAttributeValues(
                            new Row().number(":seen", seen.version()).values()))
            .build());
    if (!Objects.equals(seen.group(), changed.group())) {
      if (seen.group() != null) {
        writes.add(delete(PromptRowFormat.entry(PromptRowFormat.listOfGroup(seen.group()), seen)));
      }
      if (changed.group() != null) {
        writes.add(
            put(PromptRowFormat.entry(PromptRowFormat.listOfGroup(changed.group()), changed)));
      }
    }
    return write(writes);
  }

  /**
   * Removes a prompt.
   *
   * @return false when this is no longer its last version
   */
  boolean remove(SavedPrompt seen) {
    List<TransactWriteItem> writes = new ArrayList<>();
    writes.add(
        TransactWriteItem.builder()
            .delete(
                delete ->
                    delete
                        .tableName(table)
                        .key(PromptRowFormat.key(seen.promptId()))
                        .conditionExpression("version = :seen")
                        .expressionAttributeValues(
                            new Row().number(":seen", seen.version()).values()))
            .build());
    writes.add(delete(PromptRowFormat.entry(PromptRowFormat.listOf(seen.userId()), seen)));
    if (seen.group() != null) {
      writes.add(delete(PromptRowFormat.entry(PromptRowFormat.listOfGroup(seen.group()), seen)));
    }
    writes.add(
        TransactWriteItem.builder()
            .update(
                update ->
                    update
                        .tableName(table)
                        .key(PromptRowFormat.countOf(seen.userId()))
                        .updateExpression("ADD prompts :less")
                        .expressionAttributeValues(new Row().number(":less", -1).values()))
            .build());
    return write(writes);
  }

  /** All or none. False when a condition does not hold. */
  private boolean write(List<TransactWriteItem> writes) {
    for (int tries = 1; tries <= TRIES; tries++) {
      try {
        dynamodb.transactWriteItems(write -> write.transactItems(writes));
        return true;
      } catch (TransactionCanceledException e) {
        List<String> reasons =
            e.cancellationReasons().stream().map(CancellationReason::code).toList();
        if (reasons.contains("ConditionalCheckFailed")) {
          return false;
        }
        if (!reasons.contains("TransactionConflict")) {
          throw e;
        }
        AGAIN.pause(tries);
      }
    }
    throw SdkException.builder()
        .message("Transactions on a saved prompt met again and again")
        .build();
  }

  private List<String> listed(String place, Optional<String> after, int limit) {
    Row values = new Row().text(":place", place);
    after.ifPresent(id -> values.text(":after", id));
    return dynamodb
        .queryPaginator(
            query ->
                query
                    .tableName(table)
                    .keyConditionExpression(
                        "place = :place" + (after.isPresent() ? " AND prompt_id < :after" : ""))
                    .expressionAttributeValues(values.values())
                    .scanIndexForward(false)
                    .consistentRead(true)
                    .limit(limit))
        .items()
        .stream()
        .limit(limit)
        .map(row -> new Row(row).text(PromptRowFormat.ID))
        .toList();
  }

  private TransactWriteItem put(Map<String, AttributeValue> row) {
    return TransactWriteItem.builder().put(put -> put.tableName(table).item(row)).build();
  }

  private TransactWriteItem delete(Map<String, AttributeValue> key) {
    return TransactWriteItem.builder().delete(delete -> delete.tableName(table).key(key)).build();
  }
}
