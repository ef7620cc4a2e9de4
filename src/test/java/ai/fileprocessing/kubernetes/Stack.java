package ai.fileprocessing.kubernetes;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The CloudFormation template as a stack of some name in an account of zeros, with the functions
 * that it uses resolved as far as AWS's answers are known beforehand.
 */
record Stack(JsonNode template, String name) {
  static final String NAME = "ai-file-processing";
  static final String ACCOUNT = "000000000000";
  static final String REGION = "us-east-1";

  /** What the parameters without a default are set to. */
  private static final Map<String, String> PARAMETERS = Map.of("ClusterName", "CLUSTER");

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]+)}");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  static Stack read() {
    return new Stack(
        new YAMLMapper().readTree(Settings.read("kubernetes/aws/resources.yaml")), NAME);
  }

  /** Its resources of that type by their ids, resolved. */
  Map<String, JsonNode> resources(String type) {
    Map<String, JsonNode> found = new TreeMap<>();
    template.path("Resources").properties().stream()
        .filter(it -> it.getValue().path("Type").asString().equals(type))
        .forEach(it -> found.put(it.getKey(), resolve(it.getValue().path("Properties"))));
    return found;
  }

  /** Environment variables of its outputs: JobsQueueUrl becomes JOBS_QUEUE_URL. */
  Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    template
        .path("Outputs")
        .properties()
        .forEach(
            it ->
                environment.put(
                    variable(it.getKey()), resolve(it.getValue().path("Value")).asString()));
    return environment;
  }

  static String variable(String output) {
    return output.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase();
  }

  JsonNode resolve(JsonNode node) {
    if (node.isArray()) {
      ArrayNode resolved = NODES.arrayNode();
      node.forEach(it -> resolved.add(resolve(it)));
      return resolved;
    }
    if (!node.isObject()) {
      return node;
    }
    if (node.size() == 1) {
      var only = node.properties().iterator().next();
      switch (only.getKey()) {
        case "Ref" -> {
          return StringNode.valueOf(ref(only.getValue().asString()));
        }
        case "Fn::Sub" -> {
          return StringNode.valueOf(substitute(only.getValue().asString()));
        }
        case "Fn::GetAtt" -> {
          return StringNode.valueOf(
              attribute(only.getValue().get(0).asString(), only.getValue().get(1).asString()));
        }
        case "Fn::Join" -> {
          return resolve(only.getValue().get(1));
        }
        default -> {
          // An ordinary object with one field.
        }
      }
    }
    ObjectNode resolved = NODES.objectNode();
    node.properties().forEach(it -> resolved.set(it.getKey(), resolve(it.getValue())));
    return resolved;
  }

  private String substitute(String text) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            found -> {
              String[] path = found.group(1).split("\\.", 2);
              return Matcher.quoteReplacement(
                  path.length == 1 ? ref(path[0]) : attribute(path[0], path[1]));
            });
  }

  private String ref(String id) {
    return switch (id) {
      case "AWS::StackName" -> name;
      case "AWS::AccountId" -> ACCOUNT;
      case "AWS::Region" -> REGION;
      case "AWS::Partition" -> "aws";
      default -> {
        JsonNode parameter = template.path("Parameters").path(id);
        if (parameter.isObject()) {
          yield PARAMETERS.getOrDefault(id, parameter.path("Default").asString(""));
        }
        yield type(id).equals("AWS::SQS::Queue")
            ? "https://sqs.%s.amazonaws.com/%s/%s".formatted(REGION, ACCOUNT, named(id))
            : named(id);
      }
    };
  }

  private String attribute(String id, String attribute) {
    return switch (type(id) + "." + attribute) {
      case "AWS::S3::Bucket.Arn" -> "arn:aws:s3:::" + named(id);
      case "AWS::DynamoDB::Table.Arn" ->
          "arn:aws:dynamodb:%s:%s:table/%s".formatted(REGION, ACCOUNT, named(id));
      case "AWS::SQS::Queue.Arn" -> "arn:aws:sqs:%s:%s:%s".formatted(REGION, ACCOUNT, named(id));
      case "AWS::IAM::Role.Arn" -> "arn:aws:iam::%s:role/%s".formatted(ACCOUNT, named(id));
      case "AWS::SQS::Queue.QueueName" -> named(id);
      // Not known before the pool is.
      case "AWS::Cognito::UserPool.ProviderURL" -> "";
      default -> throw new IllegalArgumentException(id + "." + attribute);
    };
  }

  /** The name that a resource is given, or nothing where AWS gives it. */
  private String named(String id) {
    JsonNode properties = template.path("Resources").required(id).path("Properties");
    List<String> names =
        properties.propertyNames().stream()
            .filter(
                Set.of("BucketName", "TableName", "QueueName", "RoleName", "TopicName")::contains)
            .toList();
    return names.isEmpty() ? "" : resolve(properties.path(names.get(0))).asString();
  }

  String arn(String id) {
    return attribute(id, "Arn");
  }

  String type(String id) {
    return template.path("Resources").path(id).path("Type").asString("");
  }
}
