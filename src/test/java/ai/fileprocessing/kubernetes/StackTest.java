package ai.fileprocessing.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The template, against AWS's published resource schemas and against what the rest of us takes it
 * for.
 */
class StackTest {
  private static final Shapes AWS = Shapes.read("cloudformation.json");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]+)}");
  private static final Set<String> OF_A_RESOURCE =
      Set.of(
          "Type", "Properties", "DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy");
  private static final Set<String> PSEUDO =
      Set.of("AWS::StackName", "AWS::AccountId", "AWS::Region", "AWS::Partition");

  private final Stack stack = Stack.read();

  @Test
  void everyResourceHasThePropertiesOfItsTypeOnly() {
    assertThat(faults(stack.template())).isEmpty();
  }

  @Test
  void aPropertyThatIsMistypedMissingOrOfAnotherTypeIsFound() {
    JsonNode wrong = stack.template().deepCopy();
    var table = (ObjectNode) wrong.at("/Resources/JobsTable/Properties");
    table.remove("KeySchema");
    table.put("TimeToLive", "expires_at");
    ((ObjectNode) wrong.at("/Resources/JobsQueue/Properties")).put("VisibilityTimeout", "a minute");
    ((ObjectNode) table.at("/GlobalSecondaryIndexes/0/Projection")).put("ProjectedType", "ALL");

    assertThat(faults(wrong))
        .containsExactlyInAnyOrder(
            "JobsTable: AWS::DynamoDB::Table.KeySchema is missing",
            "JobsTable: AWS::DynamoDB::Table.TimeToLive is unknown",
            "JobsTable: AWS::DynamoDB::Table.GlobalSecondaryIndexes[].Projection.ProjectedType is unknown",
            "JobsQueue: AWS::SQS::Queue.VisibilityTimeout is no integer");
  }

  @Test
  void whatIsReferredToIsThereAndWhatIsAskedForIsUsed() {
    Set<String> there = new HashSet<>(PSEUDO);
    there.addAll(stack.template().path("Parameters").propertyNames());
    there.addAll(stack.template().path("Resources").propertyNames());
    Set<String> references = new HashSet<>();
    for (JsonNode ref : stack.template().findValues("Ref")) {
      references.add(ref.asString());
    }
    for (JsonNode depends : stack.template().findValues("DependsOn")) {
      references.add(depends.asString());
    }
    List<String> attributes = new ArrayList<>();
    stack
        .template()
        .findValues("Fn::GetAtt")
        .forEach(it -> attributes.add(it.get(0).asString() + "." + it.get(1).asString()));
    for (JsonNode text : stack.template().findValues("Fn::Sub")) {
      PLACEHOLDER
          .matcher(text.asString())
          .results()
          .map(it -> it.group(1))
          .forEach(it -> (it.contains(".") ? attributes : references).add(it));
    }

    assertThat(there).containsAll(references);
    assertThat(references).containsAll(stack.template().path("Parameters").propertyNames());
    assertThat(attributes)
        .isNotEmpty()
        .allSatisfy(
            it -> {
              String[] path = it.split("\\.", 2);
              assertThat(AWS.attributes(stack.type(path[0]))).as(it).contains(path[1]);
            });
    for (JsonNode condition : stack.template().findValues("Condition")) {
      // In a policy it is an object.
      if (condition.isString()) {
        assertThat(stack.template().path("Conditions").has(condition.asString())).isTrue();
      }
    }
  }

  @Test
  void aStackThatIsDeletedLeavesWhatHoldsData() {
    for (String type :
        List.of("AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::Cognito::UserPool")) {
      assertThat(stack.resources(type)).isNotEmpty();
      for (String id : stack.resources(type).keySet()) {
        JsonNode resource = stack.template().path("Resources").path(id);
        assertThat(resource.path("DeletionPolicy").asString()).as(id).isEqualTo("Retain");
        assertThat(resource.path("UpdateReplacePolicy").asString()).as(id).isEqualTo("Retain");
      }
    }
  }

  @Test
  void bucketsAreEncryptedClosedToThePublicAndSpokenToByTlsOnly() {
    Map<String, JsonNode> buckets = stack.resources("AWS::S3::Bucket");
    for (JsonNode bucket : buckets.values()) {
      assertThat(bucket.findValue("SSEAlgorithm").asString()).isEqualTo("AES256");
      assertThat(bucket.path("PublicAccessBlockConfiguration").valueStream())
          .hasSize(4)
          .allMatch(JsonNode::booleanValue);
      assertThat(bucket.at("/OwnershipControls/Rules/0/ObjectOwnership").asString())
          .isEqualTo("BucketOwnerEnforced");
      assertThat(bucket.at("/CorsConfiguration/CorsRules/0/AllowedMethods").toString())
          .isEqualTo("[\"GET\",\"HEAD\"]");
      assertThat(bucket.findValues("AbortIncompleteMultipartUpload")).hasSize(1);
    }
    assertThat(stack.resources("AWS::S3::BucketPolicy").values())
        .hasSameSizeAs(buckets.values())
        .allSatisfy(
            it -> {
              JsonNode statement = it.at("/PolicyDocument/Statement/0");
              assertThat(statement.path("Effect").asString()).isEqualTo("Deny");
              assertThat(statement.at("/Condition/Bool/aws:SecureTransport").asString())
                  .isEqualTo("false");
            });
  }

  @Test
  void tablesArePaidPerRequestAndCanBeRestored() {
    assertThat(stack.resources("AWS::DynamoDB::Table").values())
        .hasSize(3)
        .allSatisfy(
            it -> {
              assertThat(it.path("BillingMode").asString()).isEqualTo("PAY_PER_REQUEST");
              assertThat(it.path("DeletionProtectionEnabled").booleanValue()).isTrue();
              assertThat(
                      it.at("/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled")
                          .booleanValue())
                  .isTrue();
            });
  }

  @Test
  void everyServiceAccountHasARoleThatOnlyItsPodsCanTake() {
    Map<String, String> roles = new TreeMap<>();
    for (JsonNode identity : stack.resources("AWS::EKS::PodIdentityAssociation").values()) {
      roles.put(
          identity.path("Namespace").asString() + "/" + identity.path("ServiceAccount").asString(),
          identity.path("RoleArn").asString());
    }
    Map<String, String> trusted = new TreeMap<>();
    for (JsonNode role : stack.resources("AWS::IAM::Role").values()) {
      JsonNode statement = role.at("/AssumeRolePolicyDocument/Statement/0");
      JsonNode tags = statement.at("/Condition/StringEquals");
      assertThat(statement.at("/Principal/Service").asString()).isEqualTo("pods.eks.amazonaws.com");
      assertThat(statement.path("Action").toString())
          .isEqualTo("[\"sts:AssumeRole\",\"sts:TagSession\"]");
      assertThat(tags.path("aws:RequestTag/eks-cluster-name").asString()).isEqualTo("CLUSTER");
      trusted.put(
          tags.path("aws:RequestTag/kubernetes-namespace").asString()
              + "/"
              + tags.path("aws:RequestTag/kubernetes-service-account").asString(),
          "arn:aws:iam::000000000000:role/" + role.path("RoleName").asString());
    }

    assertThat(roles).isEqualTo(trusted).containsKey("keda/keda-operator");
    assertThat(Overlay.of("keda").all(ServiceAccount.class))
        .extracting(HasMetadata::getMetadata)
        .allMatch(it -> roles.containsKey(it.getNamespace() + "/" + it.getName()));
  }

  /** Its operator can have one role in a cluster, and may have it from somebody else. */
  @Test
  void theRoleOfKedaIsMadeForThoseAloneWhoAskForIt() {
    assertThat(stack.template().at("/Parameters/KedaRole/Default").asString()).isEqualTo("no");
    for (String id : List.of("ScalerRole", "ScalerIdentity")) {
      assertThat(stack.template().at("/Resources/" + id + "/Condition").asString(""))
          .as(id)
          .isEqualTo("HasKedaRole");
    }
    assertThat(Settings.read("src/site/markdown/operations.md")).contains("KedaRole=yes");
  }

  @Test
  void theOutputsAreTheSettingsOfTheOverlay() {
    Map<String, String> file = new TreeMap<>();
    Settings.read("kubernetes/overlays/eks/aws.env")
        .lines()
        .forEach(it -> file.put(it.split("=", 2)[0], it.split("=", 2)[1]));

    assertThat(stack.environment()).isEqualTo(file);
    // Whoever forgets to fill the file is told so at the start.
    assertThat(Settings.required()).contains("COGNITO_ISSUER", "COGNITO_CLIENT_IDS");
    assertThat(file).containsEntry("COGNITO_ISSUER", "").containsEntry("COGNITO_CLIENT_IDS", "");
  }

  @Test
  void theModelsThatMayBeAskedAreTheDefaultOnes() {
    String models = Settings.ofTheApplication().get("INFERENCE_MODELS");
    JsonNode statement = statement("WorkerRole", "Models");

    assertThat(
            statement
                .path("Resource")
                .valueStream()
                .map(JsonNode::asString)
                .filter(it -> it.contains(":inference-profile/"))
                .map(it -> it.substring(it.indexOf('/') + 1)))
        .containsExactly(models.split(","));
    for (String model : models.split(",")) {
      assertThat(statement.path("Resource").valueStream().map(JsonNode::asString))
          .contains(
              "arn:aws:bedrock:us-east-1::foundation-model/" + model.replace("global.", ""),
              "arn:aws:bedrock:::foundation-model/" + model.replace("global.", ""));
    }
  }

  @Test
  void everyAlarmTellsSomebody() {
    assertThat(stack.resources("AWS::CloudWatch::Alarm").values())
        .hasSize(3)
        .allMatch(it -> it.at("/AlarmActions/0").asString().equals("ai-file-processing-alarms"));
  }

  @Test
  void throttledWritesOfATableAreThoseOfItsIndexesToo() {
    Set<String> expected = new HashSet<>(Permissions.indexes());
    expected.add("FilesTable");
    expected.add("JobsTable");
    Set<String> watched = new HashSet<>();
    for (JsonNode metric :
        stack.template().at("/Resources/ThrottledWritesAlarm/Properties/Metrics")) {
      JsonNode dimensions = metric.at("/MetricStat/Metric/Dimensions");
      if (dimensions.isArray()) {
        String table = dimensions.get(0).at("/Value/Ref").asString();
        watched.add(
            dimensions.has(1) ? table + "/" + dimensions.get(1).path("Value").asString() : table);
      }
    }

    assertThat(watched).isEqualTo(expected);
  }

  private JsonNode statement(String role, String sid) {
    return stack
        .resources("AWS::IAM::Role")
        .get(role)
        .at("/Policies/0/PolicyDocument/Statement")
        .valueStream()
        .filter(it -> it.path("Sid").asString().equals(sid))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> faults(JsonNode template) {
    List<String> faults = new ArrayList<>();
    for (var resource : template.path("Resources").properties()) {
      String id = resource.getKey();
      String type = resource.getValue().path("Type").asString("");
      resource.getValue().propertyNames().stream()
          .filter(it -> !OF_A_RESOURCE.contains(it))
          .forEach(it -> faults.add(id + ": " + it + " is unknown"));
      if (!AWS.has(type)) {
        faults.add(id + ": the type " + type + " is unknown");
      }
      AWS.faults(type, resource.getValue().path("Properties"))
          .forEach(it -> faults.add(id + ": " + it));
    }
    return faults;
  }
}
