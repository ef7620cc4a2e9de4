package ai.fileprocessing.local;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The CloudFormation template that production is made from, read as a stack called {@code local}.
 * Knows {@code Ref}, {@code Fn::Sub} and {@code Fn::GetAtt} in their long forms, for buckets,
 * tables and queues.
 */
final class Template {
  static final String ACCOUNT = "000000000000";
  static final String REGION = "us-east-1";

  /** Names another template than the project's own. */
  static final String PROPERTY = "stand-ins.template";

  private static final String STACK = "local";
  private static final Path PROJECT_TEMPLATE = Path.of("kubernetes", "aws", "resources.yaml");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^!}][^}]*)}");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** What is emulated, and the property that names one. */
  private static final Map<String, String> NAMED_BY =
      Map.of(
          "AWS::S3::Bucket", "BucketName",
          "AWS::DynamoDB::Table", "TableName",
          "AWS::SQS::Queue", "QueueName");

  /** A resource whose functions are resolved. */
  record Resource(String id, JsonNode properties) {

    /** Stops at a property that nobody thought of, which would otherwise be lost without a word. */
    void requireOnly(Set<String> emulated, Set<String> withoutEffectHere) {
      for (String name : properties.propertyNames()) {
        if (!emulated.contains(name) && !withoutEffectHere.contains(name)) {
          throw new IllegalArgumentException(
              "The stand-ins do not know the property %s of %s".formatted(name, id));
        }
      }
    }

    String text(String property) {
      return properties.required(property).asString();
    }
  }

  private final JsonNode root;
  private final URI sqs;

  private Template(JsonNode root, URI sqs) {
    this.root = root;
    this.sqs = sqs;
  }

  static Template parse(String yaml, URI sqs) {
    return new Template(new YAMLMapper().readTree(yaml), sqs);
  }

  static Template read(Path file, URI sqs) {
    return new Template(new YAMLMapper().readTree(file), sqs);
  }

  /** The file in this project, wherever in it the JVM was started. */
  static Path find() {
    String named = System.getProperty(PROPERTY);
    if (named != null) {
      return Path.of(named);
    }
    // Surefire says where the project is; the working folder may be another.
    Path start = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      Path file = folder.resolve(PROJECT_TEMPLATE);
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    throw new IllegalStateException(
        "No %s in or above %s; name it with -D%s=FILE"
            .formatted(PROJECT_TEMPLATE, start, PROPERTY));
  }

  List<Resource> resources(String type) {
    return root.path("Resources").properties().stream()
        .filter(e -> type.equals(e.getValue().path("Type").asString("")))
        .map(e -> new Resource(e.getKey(), resolve(e.getValue().path("Properties"))))
        .toList();
  }

  /** The outputs that refer to a bucket, a table or a queue; others are not of this machine. */
  Map<String, String> outputs() {
    Map<String, String> outputs = new LinkedHashMap<>();
    for (var output : root.path("Outputs").properties()) {
      JsonNode value = output.getValue().path("Value");
      if (NAMED_BY.containsKey(type(value.path("Ref").asString("")))) {
        outputs.put(output.getKey(), resolve(value).asString());
      }
    }
    return outputs;
  }

  private JsonNode resolve(JsonNode node) {
    if (node.isArray()) {
      ArrayNode resolved = NODES.arrayNode();
      node.forEach(element -> resolved.add(resolve(element)));
      return resolved;
    }
    if (!node.isObject()) {
      return node;
    }
    if (node.size() == 1) {
      Map.Entry<String, JsonNode> only = node.properties().iterator().next();
      String function = only.getKey();
      if (function.equals("Ref")) {
        return StringNode.valueOf(ref(only.getValue().asString()));
      } else if (function.equals("Fn::Sub")) {
        return StringNode.valueOf(substitute(only.getValue()));
      } else if (function.equals("Fn::GetAtt")) {
        JsonNode path = only.getValue();
        return StringNode.valueOf(attribute(path.path(0).asString(""), path.path(1).asString("")));
      } else if (function.startsWith("Fn::")) {
        throw new IllegalArgumentException("The stand-ins do not know the function " + function);
      }
    }
    ObjectNode resolved = NODES.objectNode();
    node.properties().forEach(e -> resolved.set(e.getKey(), resolve(e.getValue())));
    return resolved;
  }

  private String substitute(JsonNode template) {
    if (!template.isString()) {
      throw new IllegalArgumentException("Fn::Sub is known with a string only, not " + template);
    }
    return PLACEHOLDER
        .matcher(template.stringValue())
        .replaceAll(
            found -> {
              String[] path = found.group(1).split("\\.", 2);
              String value = path.length == 1 ? ref(path[0]) : attribute(path[0], path[1]);
              return Matcher.quoteReplacement(value);
            })
        .replace("${!", "${");
  }

  private String ref(String id) {
    return switch (id) {
      case "AWS::StackName" -> STACK;
      case "AWS::AccountId" -> ACCOUNT;
      case "AWS::Region" -> REGION;
      case "AWS::Partition" -> "aws";
      default -> {
        JsonNode parameter = root.path("Parameters").path(id).path("Default");
        if (!parameter.isMissingNode()) {
          yield parameter.asString();
        }
        yield type(id).equals("AWS::SQS::Queue") ? attribute(id, "QueueUrl") : name(id);
      }
    };
  }

  private String attribute(String id, String attribute) {
    String name = name(id);
    return switch (type(id) + "." + attribute) {
      case "AWS::S3::Bucket.Arn" -> "arn:aws:s3:::" + name;
      case "AWS::DynamoDB::Table.Arn" ->
          "arn:aws:dynamodb:%s:%s:table/%s".formatted(REGION, ACCOUNT, name);
      case "AWS::SQS::Queue.Arn" -> "arn:aws:sqs:%s:%s:%s".formatted(REGION, ACCOUNT, name);
      case "AWS::SQS::Queue.QueueName" -> name;
      case "AWS::SQS::Queue.QueueUrl" -> "%s/%s/%s".formatted(sqs, ACCOUNT, name);
      default ->
          throw new IllegalArgumentException(
              "The stand-ins do not know the attribute %s of %s".formatted(attribute, id));
    };
  }

  private String name(String id) {
    String property = NAMED_BY.get(type(id));
    if (property == null) {
      throw new IllegalArgumentException(
          "The template refers to %s, which is no bucket, table or queue".formatted(id));
    }
    JsonNode name = root.path("Resources").path(id).path("Properties").path(property);
    if (name.isMissingNode()) {
      throw new IllegalArgumentException("%s needs a %s".formatted(id, property));
    }
    return resolve(name).asString();
  }

  private String type(String id) {
    return root.path("Resources").path(id).path("Type").asString("");
  }
}
