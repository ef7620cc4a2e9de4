package ai.fileprocessing.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Whether a cluster would take what is applied, and all of it. */
class OverlaysTest {
  static final Shapes CUSTOM = Shapes.read("crds.json");

  private static final Set<Class<?>> OF_THE_CLUSTER =
      Set.of(Namespace.class, PersistentVolume.class);

  static List<Overlay> overlays() {
    return Overlay.all();
  }

  @Test
  void thereIsOneForEachWayToRunIt() {
    assertThat(overlays())
        .extracting(Overlay::name)
        .containsExactlyInAnyOrder("eks", "keda", "local");
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyDocumentIsOfAKnownKindAndHasItsFieldsOnly(Overlay overlay) {
    for (JsonNode document : overlay.documents()) {
      if (!StrictModels.knows(document)) {
        assertThat(CUSTOM.has(StrictModels.kind(document)))
            .as(StrictModels.kind(document))
            .isTrue();
        assertThat(CUSTOM.faults(StrictModels.kind(document), document.path("spec"))).isEmpty();
      }
    }
  }

  @Test
  void aMistypedFieldIsRefusedHoweverDeepItLies() {
    ObjectNode deployment = (ObjectNode) first("Deployment").deepCopy();
    ((ObjectNode) deployment.at("/spec/template/spec/containers/0/securityContext"))
        .put("readOnlyRootFileSystem", true);

    assertThatThrownBy(() -> StrictModels.parse(deployment))
        .hasMessageContaining("readOnlyRootFileSystem");
  }

  @Test
  void soIsOneOfAScaledObject() {
    JsonNode scaled = Overlay.of("keda").custom("ScaledObject").get(0).deepCopy();
    ((ObjectNode) scaled.at("/spec/triggers/0")).put("metaData", 1);
    ((ObjectNode) scaled.path("spec")).put("minReplicaCount", "0");

    assertThat(CUSTOM.faults("keda.sh/v1alpha1/ScaledObject", scaled.path("spec")))
        .hasSize(2)
        .anyMatch(it -> it.endsWith("triggers[].metaData is unknown"))
        .anyMatch(it -> it.endsWith("minReplicaCount is no integer"));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everythingIsInTheNamespaceWhichRestrictsItsPods(Overlay overlay) {
    assertThat(overlay.all(Namespace.class))
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.getMetadata().getName()).isEqualTo("ai-file-processing");
              assertThat(it.getMetadata().getLabels())
                  .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
            });
    assertThat(overlay.objects())
        .filteredOn(it -> !OF_THE_CLUSTER.contains(it.getClass()))
        .extracting(it -> it.getMetadata().getNamespace())
        .containsOnly("ai-file-processing");
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void nothingIsThereTwice(Overlay overlay) {
    assertThat(overlay.documents())
        .extracting(it -> StrictModels.kind(it) + " " + it.at("/metadata/name").asString())
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void whatIsScaledIsThereAndHasOneScalerAndNoNumberOfItsOwn(Overlay overlay) {
    List<String> scaled = new ArrayList<>();
    overlay
        .all(HorizontalPodAutoscaler.class)
        .forEach(it -> scaled.add(it.getSpec().getScaleTargetRef().getName()));
    overlay
        .custom("ScaledObject")
        .forEach(it -> scaled.add(it.at("/spec/scaleTargetRef/name").asString()));

    assertThat(scaled).doesNotHaveDuplicates();
    for (Deployment deployment : overlay.all(Deployment.class)) {
      boolean byItself = !scaled.remove(deployment.getMetadata().getName());
      assertThat(deployment.getSpec().getReplicas() != null).isEqualTo(byItself);
    }
    assertThat(scaled).isEmpty();
  }

  @Test
  void workersAreScaledByTheQueueThatTheyReadAndAreThereNowAndThenToSweep() {
    Overlay keda = Overlay.of("keda");
    JsonNode spec = keda.custom("ScaledObject").get(0).path("spec");
    Map<String, String> settings = keda.settings();
    String queue = settings.get("JOBS_QUEUE_URL");

    assertThat(spec.path("minReplicaCount").intValue()).isZero();
    assertThat(spec.at("/triggers").valueStream().map(it -> it.path("type").asString()))
        .containsExactly("aws-sqs-queue", "aws-cloudwatch", "cron");
    assertThat(spec.at("/triggers/0/metadata/queueURLFromEnv").asString())
        .isEqualTo("JOBS_QUEUE_URL");
    assertThat(spec.at("/triggers/1/metadata/dimensionValue").asString())
        .isEqualTo(queue.substring(queue.lastIndexOf('/') + 1));
    for (int trigger : List.of(0, 1)) {
      JsonNode one = spec.at("/triggers/" + trigger);
      assertThat(one.at("/metadata/awsRegion").asString()).isEqualTo(settings.get("AWS_REGION"));
      assertThat(one.at("/authenticationRef/name").asString())
          .isEqualTo(keda.custom("TriggerAuthentication").get(0).at("/metadata/name").asString());
    }
  }

  private static JsonNode first(String kind) {
    return Overlay.of("eks").documents().stream()
        .filter(it -> it.path("kind").asString().equals(kind))
        .findFirst()
        .orElseThrow();
  }
}
