package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.platform.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * What the jobs that have a {@code max_cost} have spent of it, counted in their own rows. Others
 * cost no call here.
 */
@ApplicationScoped
class Spending {
  static final String MAX_COST = "max_cost";
  private static final String SPENT = "spent";

  private final DynamoDbClient dynamodb;
  private final String table;

  @Inject
  Spending(DynamoDbClient dynamodb, JobsSettings settings) {
    this.dynamodb = dynamodb;
    table = settings.table();
  }

  /** Whether a job may spend no more; one that is gone may not. */
  boolean isOver(JobSpec spec) {
    if (spec.maxCost() == null) {
      return false;
    }
    // A retry may have raised the limit since the job's specification was read.
    Row row = read(spec);
    return !row.has(MAX_COST) || row.number(SPENT) >= row.number(MAX_COST);
  }

  /** What a job with a limit has spent, in millionths of a US dollar. */
  long spent(JobSpec spec) {
    return read(spec).number(SPENT);
  }

  /**
   * Counts what a file's calls have cost. It comes before the write to the file's row: who dies in
   * between has spent it, and where that write is made by another attempt it is counted twice. A
   * job can stop a little early by that, and never late.
   */
  void add(JobSpec spec, Usage usage) {
    if (spec.maxCost() == null || usage.estimatedCost() == 0) {
      return;
    }
    try {
      dynamodb.updateItem(
          update ->
              update
                  .tableName(table)
                  .key(key(spec))
                  .conditionExpression("attribute_exists(max_cost)")
                  .updateExpression("ADD spent :cost")
                  .expressionAttributeValues(
                      new Row().number(":cost", usage.estimatedCost()).values()));
    } catch (ConditionalCheckFailedException e) {
      // The job is gone, and its limit with it.
    }
  }

  private Row read(JobSpec spec) {
    return new Row(
        dynamodb
            .getItem(
                get ->
                    get.tableName(table)
                        .key(key(spec))
                        .projectionExpression(MAX_COST + ", " + SPENT)
                        .consistentRead(true))
            .item());
  }

  private static Map<String, AttributeValue> key(JobSpec spec) {
    return JobRowFormat.key(spec.userId(), spec.jobId());
  }
}
