package ai.fileprocessing.e2e;

import ai.fileprocessing.local.StandIns;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** Tables for servers whose jobs no other server is to look after. */
final class TestTable {
  private TestTable() {}

  /** Makes a table like that of the jobs and returns its name. */
  static String likeJobs(String name) {
    DynamoDbClient dynamodb = StandIns.shared().dynamodb();
    TableDescription jobs =
        dynamodb
            .describeTable(it -> it.tableName(StandIns.shared().environment().get("JOBS_TABLE")))
            .table();
    dynamodb.createTable(
        it ->
            it.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(jobs.keySchema())
                .attributeDefinitions(jobs.attributeDefinitions())
                .globalSecondaryIndexes(
                    jobs.globalSecondaryIndexes().stream()
                        .map(
                            index ->
                                GlobalSecondaryIndex.builder()
                                    .indexName(index.indexName())
                                    .keySchema(index.keySchema())
                                    .projection(index.projection())
                                    .build())
                        .toList()));
    return name;
  }
}
