package ai.fileprocessing.jobs;

import ai.fileprocessing.jobs.worker.SharedCount;
import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/** Who reads the dead letters, as a row beside the jobs. */
@ApplicationScoped
class TurnRows implements SharedCount {
  private static final Map<String, AttributeValue> KEY = JobRowFormat.key("#turns", "dead-letters");

  private final DynamoDbClient dynamodb;
  private final String table;

  @Inject
  TurnRows(DynamoDbClient dynamodb, JobsSettings settings) {
    this.dynamodb = dynamodb;
    table = settings.table();
  }

  @Override
  public long read() {
    return count(
        dynamodb.getItem(get -> get.tableName(table).key(KEY).consistentRead(true)).item());
  }

  @Override
  public boolean raise(long seen, String by) {
    Row values = new Row().number(":next", seen + 1).text(":by", by);
    if (seen > 0) {
      values.number(":seen", seen);
    }
    try {
      dynamodb.updateItem(
          update ->
              update
                  .tableName(table)
                  .key(KEY)
                  .conditionExpression(seen > 0 ? "turns = :seen" : "attribute_not_exists(turns)")
                  .updateExpression("SET turns = :next, taken_by = :by")
                  .expressionAttributeValues(values.values())
                  .returnValuesOnConditionCheckFailure(
                      ReturnValuesOnConditionCheckFailure.ALL_OLD));
      return true;
    } catch (ConditionalCheckFailedException e) {
      // The SDK repeats a write whose answer was lost, and then finds what the first one wrote.
      return e.hasItem()
          && count(e.item()) == seen + 1
          && new Row(e.item()).text("taken_by").equals(by);
    }
  }

  private static long count(Map<String, AttributeValue> row) {
    return new Row(row).number("turns");
  }
}
