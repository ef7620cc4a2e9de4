package ai.fileprocessing.local;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveSpecification;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import tools.jackson.databind.JsonNode;

/** Creates the template's tables, with their keys, indexes and time to live. */
final class Tables {
  private static final Set<String> EMULATED =
      Set.of(
          "TableName",
          "BillingMode",
          "AttributeDefinitions",
          "KeySchema",
          "GlobalSecondaryIndexes",
          "LocalSecondaryIndexes",
          "TimeToLiveSpecification");
  private static final Set<String> WITHOUT_EFFECT_HERE =
      Set.of(
          "PointInTimeRecoverySpecification",
          "SSESpecification",
          "DeletionProtectionEnabled",
          "OnDemandThroughput",
          "TableClass",
          "Tags");

  private Tables() {}

  static void create(Template template, DynamoDbClient dynamodb) {
    for (Template.Resource table : template.resources("AWS::DynamoDB::Table")) {
      table.requireOnly(EMULATED, WITHOUT_EFFECT_HERE);
      CreateTableRequest wanted = request(table);
      try {
        requireSame(wanted, dynamodb.describeTable(r -> r.tableName(wanted.tableName())).table());
      } catch (ResourceNotFoundException e) {
        dynamodb.createTable(wanted);
      }
      expire(table, dynamodb);
    }
  }

  private static CreateTableRequest request(Template.Resource table) {
    if (!table.text("BillingMode").equals("PAY_PER_REQUEST")) {
      throw new IllegalArgumentException(table.id() + " is not paid per request");
    }
    JsonNode properties = table.properties();
    CreateTableRequest.Builder request =
        CreateTableRequest.builder()
            .tableName(table.text("TableName"))
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .attributeDefinitions(
                elements(properties.required("AttributeDefinitions"))
                    .map(
                        attribute ->
                            AttributeDefinition.builder()
                                .attributeName(attribute.required("AttributeName").asString())
                                .attributeType(attribute.required("AttributeType").asString())
                                .build())
                    .toList())
            .keySchema(keys(properties));
    // An empty list is an error for DynamoDB, no list is not.
    if (properties.has("GlobalSecondaryIndexes")) {
      request.globalSecondaryIndexes(
          elements(properties.path("GlobalSecondaryIndexes"))
              .map(
                  index ->
                      GlobalSecondaryIndex.builder()
                          .indexName(index.required("IndexName").asString())
                          .keySchema(keys(index))
                          .projection(projection(index))
                          .build())
              .toList());
    }
    if (properties.has("LocalSecondaryIndexes")) {
      request.localSecondaryIndexes(
          elements(properties.path("LocalSecondaryIndexes"))
              .map(
                  index ->
                      LocalSecondaryIndex.builder()
                          .indexName(index.required("IndexName").asString())
                          .keySchema(keys(index))
                          .projection(projection(index))
                          .build())
              .toList());
    }
    return request.build();
  }

  private static List<KeySchemaElement> keys(JsonNode owner) {
    return elements(owner.required("KeySchema"))
        .map(
            key ->
                KeySchemaElement.builder()
                    .attributeName(key.required("AttributeName").asString())
                    .keyType(key.required("KeyType").asString())
                    .build())
        .toList();
  }

  private static Projection projection(JsonNode index) {
    JsonNode projection = index.required("Projection");
    Projection.Builder built =
        Projection.builder().projectionType(projection.required("ProjectionType").asString());
    if (projection.has("NonKeyAttributes")) {
      built.nonKeyAttributes(
          elements(projection.path("NonKeyAttributes")).map(JsonNode::asString).toList());
    }
    return built.build();
  }

  /** Rows kept from an earlier run may be of a table whose keys have changed since. */
  private static void requireSame(CreateTableRequest wanted, TableDescription found) {
    Map<String, Object> foundIndexes = new TreeMap<>();
    found.globalSecondaryIndexes().forEach(i -> foundIndexes.put(i.indexName(), i.keySchema()));
    found.localSecondaryIndexes().forEach(i -> foundIndexes.put(i.indexName(), i.keySchema()));
    Map<String, Object> wantedIndexes = new TreeMap<>();
    wanted.globalSecondaryIndexes().forEach(i -> wantedIndexes.put(i.indexName(), i.keySchema()));
    wanted.localSecondaryIndexes().forEach(i -> wantedIndexes.put(i.indexName(), i.keySchema()));
    if (!wanted.keySchema().equals(found.keySchema())
        || !Set.copyOf(wanted.attributeDefinitions())
            .equals(Set.copyOf(found.attributeDefinitions()))
        || !wantedIndexes.equals(foundIndexes)) {
      throw new IllegalStateException(
          "The table %s kept from an earlier run has other keys than the template: delete the data folder of the stand-ins"
              .formatted(wanted.tableName()));
    }
  }

  private static void expire(Template.Resource table, DynamoDbClient dynamodb) {
    JsonNode specification = table.properties().path("TimeToLiveSpecification");
    String name = table.text("TableName");
    if (!specification.path("Enabled").asBoolean(false)
        || dynamodb
                .describeTimeToLive(r -> r.tableName(name))
                .timeToLiveDescription()
                .timeToLiveStatus()
            == TimeToLiveStatus.ENABLED) {
      return;
    }
    dynamodb.updateTimeToLive(
        request ->
            request
                .tableName(name)
                .timeToLiveSpecification(
                    TimeToLiveSpecification.builder()
                        .enabled(true)
                        .attributeName(specification.required("AttributeName").asString())
                        .build()));
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return array.valueStream();
  }
}
