package ai.fileprocessing.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether names lead to what they name. */
class ReferencesTest {
  /** Read by the JVM's launcher and, without an account, by the AWS SDK. */
  private static final Set<String> OF_OTHERS =
      Set.of("JVM_ARGS", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");

  static List<Overlay> overlays() {
    return Overlay.all();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everySelectorSelectsPods(Overlay overlay) {
    for (Deployment deployment : overlay.all(Deployment.class)) {
      PodTemplateSpec template = deployment.getSpec().getTemplate();
      assertThat(deployment.getSpec().getSelector()).matches(it -> selects(it, template));
      assertThat(template.getSpec().getTopologySpreadConstraints())
          .allMatch(it -> selects(it.getLabelSelector(), template));
      assertThat(others(overlay, deployment))
          .noneMatch(it -> selects(deployment.getSpec().getSelector(), it));
    }
    for (Service service : overlay.all(Service.class)) {
      assertThat(templates(overlay))
          .anyMatch(
              it -> labels(it).entrySet().containsAll(service.getSpec().getSelector().entrySet()));
    }
    for (PodDisruptionBudget budget : overlay.all(PodDisruptionBudget.class)) {
      assertThat(templates(overlay)).anyMatch(it -> selects(budget.getSpec().getSelector(), it));
    }
    for (NetworkPolicy policy : overlay.all(NetworkPolicy.class)) {
      assertThat(templates(overlay)).anyMatch(it -> selects(policy.getSpec().getPodSelector(), it));
    }
    assertThat(overlay.all(PodDisruptionBudget.class)).hasSameSizeAs(overlay.all(Deployment.class));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyPortThatIsNamedIsThere(Overlay overlay) {
    for (Service service : overlay.all(Service.class)) {
      assertThat(ports(overlay))
          .containsAll(
              service.getSpec().getPorts().stream()
                  .map(ServicePort::getTargetPort)
                  .map(IntOrString::getStrVal)
                  .toList());
    }
    for (NetworkPolicy policy : overlay.all(NetworkPolicy.class)) {
      assertThat(policy.getSpec().getIngress())
          .flatExtracting(it -> it.getPorts())
          .extracting(NetworkPolicyPort::getPort)
          .extracting(IntOrString::getStrVal)
          .allMatch(ports(overlay)::contains);
    }
    for (Ingress ingress : overlay.all(Ingress.class)) {
      assertThat(paths(ingress)).isNotEmpty().allMatch(it -> leadsSomewhere(overlay, ingress, it));
    }
  }

  @Test
  void nobodyOutsideSeesHealthOrMetrics() {
    Ingress ingress = Overlay.of("eks").all(Ingress.class).get(0);

    assertThat(paths(ingress))
        .filteredOn(it -> it.getBackend().getService().getName().equals("not-found"))
        .extracting(HTTPIngressPath::getPath)
        .containsExactly("/health", "/metrics");
    assertThat(ingress.getMetadata().getAnnotations())
        .containsEntry("alb.ingress.kubernetes.io/listen-ports", "[{\"HTTPS\": 443}]")
        .containsEntry("alb.ingress.kubernetes.io/healthcheck-path", "/health/ready");
  }

  @Test
  void theLoadBalancerClosesIdleConnectionsBeforeTheServerDoes() {
    String attributes =
        Overlay.of("eks")
            .all(Ingress.class)
            .get(0)
            .getMetadata()
            .getAnnotations()
            .get("alb.ingress.kubernetes.io/load-balancer-attributes");

    assertThat(seconds(attributes, "idle_timeout.timeout_seconds=(\\d+)"))
        .isLessThan(seconds(Settings.read("liberty/server.xml"), "persistTimeout=\"(\\d+)s\""));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everySettingIsOneThatIsReadAndNoneIsMissing(Overlay overlay) {
    Set<String> known = new TreeSet<>(Settings.ofTheApplication().keySet());
    known.addAll(Settings.ofTheServer());
    known.addAll(OF_OTHERS);
    for (Container server : PodsTest.servers(overlay)) {
      assertThat(PodsTest.environment(overlay, server).keySet())
          .isSubsetOf(known)
          .containsAll(Settings.required());
      assertThat(server.getEnvFrom())
          .extracting(it -> it.getConfigMapRef().getName())
          .containsExactly(overlay.all(ConfigMap.class).get(0).getMetadata().getName());
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyPodRunsUnderAnAccountThatIsThere(Overlay overlay) {
    assertThat(overlay.pods())
        .extracting(PodSpec::getServiceAccountName)
        .containsExactlyInAnyOrderElementsOf(names(overlay.all(ServiceAccount.class)));
    assertThat(overlay.all(ServiceAccount.class))
        .allMatch(it -> Boolean.FALSE.equals(it.getAutomountServiceAccountToken()));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void whatIsNotNamedNeitherComesInNorGoesOut(Overlay overlay) {
    Map<String, NetworkPolicy> policies =
        overlay.all(NetworkPolicy.class).stream()
            .collect(Collectors.toMap(it -> it.getMetadata().getName(), it -> it));

    NetworkPolicy deny = policies.get("deny-all");
    assertThat(deny.getSpec().getPodSelector().getMatchLabels()).isEmpty();
    assertThat(deny.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
    assertThat(deny.getSpec().getIngress()).isEmpty();
    assertThat(deny.getSpec().getEgress()).isEmpty();
    var out = policies.get("to-aws").getSpec().getEgress();
    // A label of ours among these, and no name would be resolved any more.
    assertThat(out.get(0).getTo().get(0).getPodSelector().getMatchLabels())
        .isEqualTo(Map.of("k8s-app", "kube-dns"));
    assertThat(out)
        .flatExtracting(it -> it.getPorts())
        .extracting(it -> it.getPort().getIntVal())
        .containsExactly(53, 53, 443, 80);
    assertThat(out.get(2).getTo().get(0).getIpBlock().getCidr()).isEqualTo("169.254.170.23/32");
  }

  private static boolean leadsSomewhere(Overlay overlay, Ingress ingress, HTTPIngressPath path) {
    var backend = path.getBackend().getService();
    if (backend.getPort().getName().equals("use-annotation")) {
      return ingress
          .getMetadata()
          .getAnnotations()
          .containsKey("alb.ingress.kubernetes.io/actions." + backend.getName());
    }
    return overlay.all(Service.class).stream()
        .filter(it -> it.getMetadata().getName().equals(backend.getName()))
        .flatMap(it -> it.getSpec().getPorts().stream())
        .anyMatch(it -> it.getName().equals(backend.getPort().getName()));
  }

  private static List<HTTPIngressPath> paths(Ingress ingress) {
    return ingress.getSpec().getRules().stream()
        .flatMap(it -> it.getHttp().getPaths().stream())
        .toList();
  }

  private static List<String> ports(Overlay overlay) {
    return PodsTest.containers(overlay).stream()
        .flatMap(it -> it.getPorts().stream())
        .map(ContainerPort::getName)
        .toList();
  }

  private static List<PodTemplateSpec> templates(Overlay overlay) {
    return overlay.all(Deployment.class).stream().map(it -> it.getSpec().getTemplate()).toList();
  }

  private static List<PodTemplateSpec> others(Overlay overlay, Deployment deployment) {
    return overlay.all(Deployment.class).stream()
        .filter(it -> it != deployment)
        .map(it -> it.getSpec().getTemplate())
        .toList();
  }

  private static boolean selects(LabelSelector selector, PodTemplateSpec template) {
    return selector.getMatchExpressions().isEmpty()
        && labels(template).entrySet().containsAll(selector.getMatchLabels().entrySet());
  }

  private static Map<String, String> labels(PodTemplateSpec template) {
    return template.getMetadata().getLabels();
  }

  private static List<String> names(List<? extends HasMetadata> objects) {
    return objects.stream().map(it -> it.getMetadata().getName()).toList();
  }

  private static int seconds(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(pattern).isTrue();
    return Integer.parseInt(matcher.group(1));
  }
}
