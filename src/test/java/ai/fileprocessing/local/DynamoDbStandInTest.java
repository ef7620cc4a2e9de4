package ai.fileprocessing.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

class DynamoDbStandInTest {
  private final StandIns standIns = StandIns.shared();
  private final DynamoDbClient dynamodb = standIns.dynamodb();
  private final String table = standIns.environment().get("FILES_TABLE");

  @Test
  void aConditionThatDoesNotHoldRefusesTheWrite() {
    put("conditional", "1");

    assertThatThrownBy(() -> put("conditional", "1"))
        .isInstanceOf(ConditionalCheckFailedException.class);
  }

  @Test
  void aTransactionWritesAllOrNothing() {
    put("transaction", "taken");

    TransactWriteItem fresh = write(put -> put.item(row("transaction", "new")));
    TransactWriteItem refused =
        write(
            put ->
                put.item(row("transaction", "taken"))
                    .conditionExpression("attribute_not_exists(file_id)"));

    assertThatThrownBy(() -> dynamodb.transactWriteItems(r -> r.transactItems(fresh, refused)))
        .isInstanceOf(TransactionCanceledException.class);

    assertThat(dynamodb.getItem(r -> r.tableName(table).key(row("transaction", "new"))).hasItem())
        .isFalse();
  }

  @Test
  void aQueryReadsOneOwnersRowsInOrder() {
    put("query", "b");
    put("query", "a");
    put("somebody-else", "c");

    assertThat(
            dynamodb
                .query(
                    r ->
                        r.tableName(table)
                            .keyConditionExpression("user_id = :u")
                            .expressionAttributeValues(Map.of(":u", AttributeValue.fromS("query"))))
                .items())
        .extracting(row -> row.get("file_id").s())
        .containsExactly("a", "b");
  }

  private TransactWriteItem write(Consumer<Put.Builder> put) {
    Put.Builder builder = Put.builder().tableName(table);
    put.accept(builder);
    return TransactWriteItem.builder().put(builder.build()).build();
  }

  private void put(String user, String file) {
    dynamodb.putItem(
        r ->
            r.tableName(table)
                .item(row(user, file))
                .conditionExpression("attribute_not_exists(file_id)"));
  }

  private static Map<String, AttributeValue> row(String user, String file) {
    return Map.of("user_id", AttributeValue.fromS(user), "file_id", AttributeValue.fromS(file));
  }
}
