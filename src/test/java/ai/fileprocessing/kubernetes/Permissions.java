package ai.fileprocessing.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * What the template allows and defines, in the words of those who record calls: an action and the
 * id of its resource in the template, such as {@code sqs:SendMessage JobsQueue} or {@code
 * dynamodb:Query JobsTable/open}.
 */
public final class Permissions {
  private static final Stack STACK = Stack.read();

  private Permissions() {}

  public static Set<String> of(String role) {
    Set<String> allowed = new TreeSet<>();
    JsonNode statements =
        STACK.resources("AWS::IAM::Role").get(role).at("/Policies/0/PolicyDocument/Statement");
    for (JsonNode statement : statements) {
      for (JsonNode action : list(statement.path("Action"))) {
        for (JsonNode resource : list(statement.path("Resource"))) {
          allowed.add(action.asString() + " " + id(resource.asString()));
        }
      }
    }
    return allowed;
  }

  /** The partitions that the role may ask for in tables of which it may not ask for all. */
  public static Set<String> partitions(String role) {
    Set<String> partitions = new TreeSet<>();
    for (JsonNode statement :
        STACK.resources("AWS::IAM::Role").get(role).at("/Policies/0/PolicyDocument/Statement")) {
      for (var condition : statement.path("Condition").properties()) {
        for (var key : condition.getValue().properties()) {
          list(key.getValue()).forEach(it -> partitions.add(key.getKey() + " " + it.asString()));
        }
      }
    }
    return partitions;
  }

  /** The keys of each table, with their types. */
  public static Map<String, Set<String>> keys() {
    Map<String, Set<String>> keys = new TreeMap<>();
    STACK
        .resources("AWS::DynamoDB::Table")
        .forEach(
            (id, table) -> {
              Set<String> names = new TreeSet<>();
              for (JsonNode key : table.path("KeySchema")) {
                String name = key.path("AttributeName").asString();
                names.add(name + ":" + type(table, name));
              }
              keys.put(id, names);
            });
    return keys;
  }

  /** The attribute by which the rows of a table expire, for those that have one. */
  public static Map<String, String> expiring() {
    Map<String, String> attributes = new TreeMap<>();
    STACK
        .resources("AWS::DynamoDB::Table")
        .forEach(
            (id, table) -> {
              JsonNode specification = table.path("TimeToLiveSpecification");
              if (specification.path("Enabled").asBoolean(false)) {
                attributes.put(id, specification.path("AttributeName").asString());
              }
            });
    return attributes;
  }

  public static Set<String> indexes() {
    Set<String> indexes = new TreeSet<>();
    STACK
        .resources("AWS::DynamoDB::Table")
        .forEach(
            (id, table) ->
                table
                    .path("GlobalSecondaryIndexes")
                    .forEach(it -> indexes.add(id + "/" + it.path("IndexName").asString())));
    return indexes;
  }

  private static String type(JsonNode table, String attribute) {
    return table
        .path("AttributeDefinitions")
        .valueStream()
        .filter(it -> it.path("AttributeName").asString().equals(attribute))
        .findFirst()
        .orElseThrow()
        .path("AttributeType")
        .asString();
  }

  private static Iterable<JsonNode> list(JsonNode oneOrMore) {
    return oneOrMore.isArray() ? oneOrMore : List.of(oneOrMore);
  }

  private static String id(String arn) {
    if (arn.startsWith("arn:aws:bedrock:")) {
      return "models";
    }
    for (String type : List.of("AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::SQS::Queue")) {
      for (String id : STACK.resources(type).keySet()) {
        String own = STACK.arn(id);
        if (arn.equals(own) || arn.equals(own + "/*")) {
          return id;
        }
        if (arn.startsWith(own + "/index/")) {
          return id + "/" + arn.substring(arn.lastIndexOf('/') + 1);
        }
      }
    }
    throw new IllegalArgumentException(arn);
  }
}
