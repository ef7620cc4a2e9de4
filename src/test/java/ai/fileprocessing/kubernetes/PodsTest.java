package ai.fileprocessing.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every pod of every overlay keeps to. */
class PodsTest {
  /** Liberty's quiesce, which the operator cannot set. */
  private static final long QUIESCE = 30;

  static List<Overlay> overlays() {
    return Overlay.all();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void noPodCanDoMoreThanItMust(Overlay overlay) {
    assertThat(overlay.pods()).isNotEmpty();
    for (PodSpec pod : overlay.pods()) {
      assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
      assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
      assertThat(pod.getSecurityContext().getSeccompProfile().getType())
          .isEqualTo("RuntimeDefault");
      assertThat(pod.getAutomountServiceAccountToken()).isFalse();
      assertThat(pod.getHostNetwork()).isNull();
      assertThat(pod.getVolumes())
          .allMatch(it -> it.getEmptyDir() != null || it.getPersistentVolumeClaim() != null);
      for (Container container : pod.getContainers()) {
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getPrivileged()).isNull();
        assertThat(container.getSecurityContext().getCapabilities().getDrop())
            .containsExactly("ALL");
        assertThat(container.getSecurityContext().getCapabilities().getAdd()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void memoryThatIsPromisedIsThereAndNoMoreIsTaken(Overlay overlay) {
    for (Container container : containers(overlay)) {
      var requests = container.getResources().getRequests();
      var limits = container.getResources().getLimits();
      assertThat(requests).containsKeys("cpu", "memory", "ephemeral-storage");
      assertThat(limits.get("memory")).isEqualTo(requests.get("memory"));
      assertThat(limits.get("ephemeral-storage")).isEqualTo(requests.get("ephemeral-storage"));
    }
    for (PodSpec pod : overlay.pods()) {
      assertThat(pod.getVolumes())
          .filteredOn(it -> it.getEmptyDir() != null)
          .allMatch(it -> it.getEmptyDir().getSizeLimit() != null);
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void theImageIsOneAndTheSameAndItsTagDoesNotMove(Overlay overlay) {
    assertThat(containers(overlay))
        .extracting(Container::getImage)
        .allMatch(it -> it.matches("[a-z0-9./-]+(:[\\w.-]+|@sha256:[0-9a-f]{64})"), "tag or digest")
        .noneMatch(it -> it.endsWith(":latest"))
        .containsOnly(containers(overlay).get(0).getImage());
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void startedLiveAndReadyAreAskedOfEveryServer(Overlay overlay) {
    for (Container server : servers(overlay)) {
      assertThat(path(server, server.getStartupProbe())).isEqualTo("/health/started");
      assertThat(path(server, server.getLivenessProbe())).isEqualTo("/health/live");
      assertThat(path(server, server.getReadinessProbe())).isEqualTo("/health/ready");
    }
    assertThat(containers(overlay))
        .allMatch(
            it ->
                it.getStartupProbe() != null
                    && it.getLivenessProbe() != null
                    && it.getReadinessProbe() != null);
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyServerListensWhereItsPortSays(Overlay overlay) {
    for (Container server : servers(overlay)) {
      assertThat(server.getPorts())
          .singleElement()
          .satisfies(
              it ->
                  assertThat(it.getContainerPort().toString())
                      .isEqualTo(environment(overlay, server).get("HTTP_PORT")));
    }
    for (PodSpec pod : overlay.pods()) {
      assertThat(pod.getContainers())
          .flatExtracting(Container::getPorts)
          .extracting(ContainerPort::getContainerPort)
          .doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void aServerHasSomewhereToWriteAndSharesItWithNobody(Overlay overlay) {
    for (Container server : servers(overlay)) {
      assertThat(server.getVolumeMounts())
          .filteredOn(it -> !Boolean.TRUE.equals(it.getReadOnly()))
          .extracting(VolumeMount::getMountPath)
          .containsExactlyInAnyOrder("/opt/ol/wlp/output", "/logs", "/tmp");
    }
    for (PodSpec pod : overlay.pods()) {
      assertThat(pod.getContainers())
          .flatExtracting(Container::getVolumeMounts)
          .extracting(it -> it.getName() + "/" + it.getSubPath())
          .doesNotHaveDuplicates()
          .allMatch(it -> pod.getContainers().size() == 1 || !it.endsWith("/null") || isSource(it));
      assertThat(pod.getVolumes())
          .extracting(Volume::getName)
          .containsAll(
              pod.getContainers().stream()
                  .flatMap(it -> it.getVolumeMounts().stream())
                  .map(VolumeMount::getName)
                  .toList());
      assertThat(overlay.all(PersistentVolumeClaim.class))
          .extracting(it -> it.getMetadata().getName())
          .containsAll(
              pod.getVolumes().stream()
                  .map(Volume::getPersistentVolumeClaim)
                  .filter(Objects::nonNull)
                  .map(it -> it.getClaimName())
                  .toList());
    }
  }

  /** That is read, and by one. */
  private static boolean isSource(String mount) {
    return mount.startsWith("source/");
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void aPodThatStopsHasTheTimeThatItsServersTake(Overlay overlay) {
    for (PodSpec pod : overlay.pods()) {
      for (Container server : servers(pod)) {
        long before =
            server.getLifecycle() == null
                ? 0
                : server.getLifecycle().getPreStop().getSleep().getSeconds();
        boolean works = environment(overlay, server).get("JOBS_WORKER").equals("true");
        long drain = works ? Settings.drain().toSeconds() + 5 : 0;

        assertThat(pod.getTerminationGracePeriodSeconds())
            .isGreaterThanOrEqualTo(before + QUIESCE + drain + 10);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void theHeapIsTheMeasuredOne(Overlay overlay) {
    for (Container server : servers(overlay)) {
      assertThat(server.getResources().getLimits().get("memory")).hasToString("512Mi");
      assertThat(Settings.reliability())
          .contains(environment(overlay, server).get("JVM_ARGS").split(" "));
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void newPodsAreReadyBeforeOldOnesGo(Overlay overlay) {
    for (Deployment deployment : overlay.all(Deployment.class)) {
      if (!overlay.name().equals("local")) {
        var rolling = deployment.getSpec().getStrategy().getRollingUpdate();
        assertThat(rolling.getMaxUnavailable().getIntVal()).isZero();
        assertThat(rolling.getMaxSurge().getIntVal()).isPositive();
        assertThat(deployment.getSpec().getTemplate().getSpec().getTopologySpreadConstraints())
            .extracting(it -> it.getTopologyKey())
            .containsExactly("topology.kubernetes.io/zone", "kubernetes.io/hostname");
      }
    }
  }

  static List<Container> containers(Overlay overlay) {
    return overlay.pods().stream().flatMap(it -> it.getContainers().stream()).toList();
  }

  /** Without the stand-ins. */
  static List<Container> servers(Overlay overlay) {
    return overlay.pods().stream().flatMap(it -> servers(it).stream()).toList();
  }

  private static List<Container> servers(PodSpec pod) {
    return pod.getContainers().stream().filter(it -> !it.getEnvFrom().isEmpty()).toList();
  }

  /** What the process in it sees. */
  static Map<String, String> environment(Overlay overlay, Container container) {
    Map<String, String> environment = new HashMap<>();
    if (!container.getEnvFrom().isEmpty()) {
      environment.putAll(overlay.settings());
    }
    for (EnvVar one : container.getEnv()) {
      environment.put(one.getName(), one.getValue());
    }
    return environment;
  }

  private static String path(Container container, Probe probe) {
    assertThat(container.getPorts())
        .extracting(ContainerPort::getName)
        .contains(probe.getHttpGet().getPort().getStrVal());
    return probe.getHttpGet().getPath();
  }
}
