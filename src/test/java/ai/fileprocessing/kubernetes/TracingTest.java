package ai.fileprocessing.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Traces are switched on by one component, and by nothing else. */
class TracingTest {
  /** Read by OpenTelemetry itself (its specification, "Environment Variable Specification"). */
  private static final Set<String> OF_OPENTELEMETRY =
      Set.of("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG");

  private static final String SWITCH = "OTEL_SDK_DISABLED";

  /** Beside an overlay, as an operator's own would name it. */
  @ParameterizedTest
  @ValueSource(strings = {"eks", "keda"})
  void anOverlayWithItTracesInEveryProcessAndLetsThemReachTheCollector(String overlay) {
    Overlay traced = Overlay.with("tracing", overlay);

    assertThat(PodsTest.servers(traced)).hasSize(2);
    for (Container server : PodsTest.servers(traced)) {
      Map<String, String> environment = PodsTest.environment(traced, server);
      assertThat(environment).containsEntry(SWITCH, "false");
      assertThat(environment.keySet().stream().filter(it -> it.startsWith("OTEL_")))
          .filteredOn(it -> !it.equals(SWITCH))
          .containsExactlyInAnyOrderElementsOf(OF_OPENTELEMETRY);
      assertThat(Double.parseDouble(environment.get("OTEL_TRACES_SAMPLER_ARG")))
          .isBetween(0.0, 1.0);
    }
    URI collector = URI.create(traced.settings().get("OTEL_EXPORTER_OTLP_ENDPOINT"));
    NetworkPolicy policy =
        traced.all(NetworkPolicy.class).stream()
            .filter(it -> it.getMetadata().getName().equals("to-collector"))
            .findFirst()
            .orElseThrow();
    NetworkPolicyEgressRule way = policy.getSpec().getEgress().get(0);
    assertThat(way.getPorts().get(0).getPort().getIntVal()).isEqualTo(collector.getPort());
    assertThat(way.getTo().get(0).getNamespaceSelector().getMatchLabels())
        .containsEntry(
            "kubernetes.io/metadata.name",
            collector.getHost().substring(collector.getHost().indexOf('.') + 1));
    assertThat(traced.pods()).isNotEmpty();
    traced
        .all(Deployment.class)
        .forEach(
            it ->
                assertThat(it.getSpec().getTemplate().getMetadata().getLabels())
                    .containsAllEntriesOf(policy.getSpec().getPodSelector().getMatchLabels()));
  }

  @Test
  void withoutItNothingIsTraced() {
    assertThat(Settings.ofTheApplication()).containsEntry(SWITCH, "true");
    for (Overlay overlay : Overlay.all()) {
      for (Container server : PodsTest.servers(overlay)) {
        assertThat(PodsTest.environment(overlay, server).keySet())
            .noneMatch(it -> it.startsWith("OTEL_"));
      }
    }
  }
}
