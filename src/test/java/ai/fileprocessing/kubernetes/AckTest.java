package ai.fileprocessing.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The resources for AWS Controllers for Kubernetes are those of the template: its buckets, tables,
 * queues and roles, in the words that ACK has for their properties.
 */
class AckTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonMapper JSON = new JsonMapper();

  /** Where ACK follows the AWS API and CloudFormation does not. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("BucketName", "name"),
          Map.entry("BucketEncryption", "encryption"),
          Map.entry("ServerSideEncryptionConfiguration", "rules"),
          Map.entry("ServerSideEncryptionByDefault", "applyServerSideEncryptionByDefault"),
          Map.entry("SSEAlgorithm", "sseAlgorithm"),
          Map.entry("PublicAccessBlockConfiguration", "publicAccessBlock"),
          Map.entry("BlockPublicAcls", "blockPublicACLs"),
          Map.entry("IgnorePublicAcls", "ignorePublicACLs"),
          Map.entry("CorsConfiguration", "cors"),
          Map.entry("ExposedHeaders", "exposeHeaders"),
          Map.entry("MaxAge", "maxAgeSeconds"),
          Map.entry("LifecycleConfiguration", "lifecycle"),
          Map.entry("PointInTimeRecoverySpecification", "continuousBackups"),
          Map.entry("TimeToLiveSpecification", "timeToLive"));

  private final Stack stack = Stack.read();
  private final Overlay ack =
      Overlay.render("ack-keda", Overlay.FOLDER.resolve("aws").resolve("ack-keda"));

  @Test
  void everyResourceHasTheFieldsOfItsKindOnly() {
    assertThat(ack.documents())
        .filteredOn(it -> !StrictModels.knows(it))
        .allSatisfy(
            it ->
                assertThat(OverlaysTest.CUSTOM.faults(StrictModels.kind(it), it.path("spec")))
                    .isEmpty());
  }

  @Test
  void bucketsAreThoseOfTheTemplateWithTheirPolicies() {
    Map<String, ObjectNode> expected = new TreeMap<>();
    for (JsonNode bucket : stack.resources("AWS::S3::Bucket").values()) {
      ObjectNode spec = (ObjectNode) translated(bucket);
      ArrayNode origins = NODES.arrayNode().add(spec.findValue("allowedOrigins").asString());
      ((ObjectNode) spec.at("/cors/corsRules/0")).set("allowedOrigins", origins);
      expected.put(spec.path("name").asString(), spec);
    }
    for (JsonNode policy : stack.resources("AWS::S3::BucketPolicy").values()) {
      expected.get(policy.path("Bucket").asString()).set("policy", policy.path("PolicyDocument"));
    }

    assertThat(specs("Bucket", "name")).isEqualTo(expected);
  }

  @Test
  void tablesAreThoseOfTheTemplate() {
    Map<String, JsonNode> expected = new TreeMap<>();
    stack
        .resources("AWS::DynamoDB::Table")
        .values()
        .forEach(it -> expected.put(it.path("TableName").asString(), translated(it)));

    assertThat(specs("Table", "tableName")).isEqualTo(expected);
  }

  @Test
  void queuesAreThoseOfTheTemplate() {
    Map<String, JsonNode> expected = new TreeMap<>();
    for (JsonNode queue : stack.resources("AWS::SQS::Queue").values()) {
      ObjectNode spec = NODES.objectNode();
      for (var property : queue.properties()) {
        // New queues are encrypted by SQS; the controller has no field for it.
        if (!property.getKey().equals("SqsManagedSseEnabled")) {
          JsonNode value = property.getValue();
          spec.set(
              lower(property.getKey()),
              value.isObject() ? value : NODES.stringNode(value.asString()));
        }
      }
      expected.put(queue.path("QueueName").asString(), spec);
    }

    assertThat(specs("Queue", "queueName")).isEqualTo(expected);
  }

  @Test
  void rolesAreThoseOfTheTemplateAndSoIsWhoTakesThem() {
    Map<String, JsonNode> roles = new TreeMap<>();
    Map<String, JsonNode> policies = new TreeMap<>();
    for (JsonNode role : stack.resources("AWS::IAM::Role").values()) {
      String name = role.path("RoleName").asString();
      ObjectNode spec = NODES.objectNode().put("name", name);
      spec.set("assumeRolePolicyDocument", role.path("AssumeRolePolicyDocument"));
      spec.putArray("policyRefs").addObject().putObject("from").put("name", name);
      roles.put(name, spec);
      ObjectNode policy = NODES.objectNode().put("name", name);
      policy.set("policyDocument", role.at("/Policies/0/PolicyDocument"));
      policies.put(name, policy);
    }
    Map<String, JsonNode> identities = new TreeMap<>();
    for (JsonNode identity : stack.resources("AWS::EKS::PodIdentityAssociation").values()) {
      String role = identity.path("RoleArn").asString();
      ObjectNode spec =
          NODES
              .objectNode()
              .put("clusterName", identity.path("ClusterName").asString())
              .put("namespace", identity.path("Namespace").asString())
              .put("serviceAccount", identity.path("ServiceAccount").asString());
      spec.putObject("roleRef")
          .putObject("from")
          .put("name", role.substring(role.indexOf('/') + 1));
      identities.put(spec.path("serviceAccount").asString(), spec);
    }

    assertThat(specs("Role", "name")).isEqualTo(roles);
    assertThat(specs("Policy", "name")).isEqualTo(policies);
    assertThat(specs("PodIdentityAssociation", "serviceAccount")).isEqualTo(identities);
  }

  @Test
  void aClusterWithoutKedaGetsNoRoleForIt() {
    Overlay alone = Overlay.render("ack", Overlay.FOLDER.resolve("aws").resolve("ack"));

    assertThat(alone.custom("PodIdentityAssociation"))
        .extracting(it -> it.at("/spec/serviceAccount").asString())
        .containsExactlyInAnyOrder("api", "worker");
    assertThat(alone.custom("Role")).hasSize(2);
    assertThat(ack.documents()).containsAll(alone.documents());
  }

  @Test
  void whatHoldsDataStaysWhenItsResourceIsDeleted() {
    assertThat(ack.documents())
        .filteredOn(it -> List.of("Bucket", "Table").contains(it.path("kind").asString()))
        .hasSize(5)
        .allMatch(
            it ->
                it.at("/metadata/annotations")
                    .path("services.k8s.aws/deletion-policy")
                    .asString("")
                    .equals("retain"));
  }

  /** The specifications of a kind by a field, with JSON in strings read. */
  private Map<String, JsonNode> specs(String kind, String field) {
    Map<String, JsonNode> specs = new LinkedHashMap<>();
    for (JsonNode document : ack.custom(kind)) {
      ObjectNode spec = (ObjectNode) document.path("spec").deepCopy();
      for (String name :
          List.of("policy", "policyDocument", "assumeRolePolicyDocument", "redrivePolicy")) {
        if (spec.has(name)) {
          spec.set(name, JSON.readTree(spec.path(name).asString()));
        }
      }
      specs.put(spec.path(field).asString(), spec);
    }
    return specs;
  }

  private static JsonNode translated(JsonNode node) {
    if (node.isArray()) {
      ArrayNode list = NODES.arrayNode();
      node.forEach(it -> list.add(translated(it)));
      return list;
    }
    if (!node.isObject()) {
      return node;
    }
    ObjectNode object = NODES.objectNode();
    for (var property : node.properties()) {
      if (property.getKey().equals("ExpirationInDays")) {
        object.putObject("expiration").set("days", property.getValue());
      } else {
        object.set(
            NAMES.getOrDefault(property.getKey(), lower(property.getKey())),
            translated(property.getValue()));
      }
    }
    return object;
  }

  private static String lower(String name) {
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }
}
