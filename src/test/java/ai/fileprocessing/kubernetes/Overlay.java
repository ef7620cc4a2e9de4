package ai.fileprocessing.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What {@code kubectl apply -k} would send.
 *
 * @param documents each as it was rendered
 * @param objects those of Kubernetes' own kinds
 */
record Overlay(String name, List<JsonNode> documents, List<HasMetadata> objects) {
  static final Path FOLDER = Path.of(System.getProperty("basedir", ""), "kubernetes");

  private static final Map<String, Overlay> RENDERED = new ConcurrentHashMap<>();

  static List<Overlay> all() {
    try (Stream<Path> folders = Files.list(FOLDER.resolve("overlays"))) {
      return folders.map(it -> of(it.getFileName().toString())).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Overlay of(String name) {
    return RENDERED.computeIfAbsent(name, it -> render(it, FOLDER.resolve("overlays").resolve(it)));
  }

  /** One with a component, beside it, as an operator's own would name both. */
  static Overlay with(String component, String overlay) {
    Path folder = Path.of("target", "kubernetes", component + "-" + overlay);
    try {
      Files.createDirectories(folder);
      Files.writeString(
          folder.resolve("kustomization.yaml"),
          """
          apiVersion: kustomize.config.k8s.io/v1beta1
          kind: Kustomization
          namespace: ai-file-processing
          resources:
            - ../../../kubernetes/overlays/%s
          components:
            - ../../../kubernetes/components/%s
          """
              .formatted(overlay, component));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return render(component + "-" + overlay, folder);
  }

  static Overlay render(String name, Path folder) {
    List<JsonNode> documents = documents(kustomize(folder));
    assertThat(documents).as(name).isNotEmpty();
    return new Overlay(
        name,
        documents,
        documents.stream()
            .filter(StrictModels::knows)
            .map(StrictModels::parse)
            .map(HasMetadata.class::cast)
            .toList());
  }

  static List<JsonNode> documents(String yaml) {
    YAMLMapper mapper = new YAMLMapper();
    try (MappingIterator<JsonNode> all = mapper.readerFor(JsonNode.class).readValues(yaml)) {
      return new ArrayList<>(all.readAll());
    }
  }

  <T extends HasMetadata> List<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  List<JsonNode> custom(String kind) {
    return documents.stream().filter(it -> it.path("kind").asString().equals(kind)).toList();
  }

  List<PodSpec> pods() {
    return all(Deployment.class).stream().map(it -> it.getSpec().getTemplate().getSpec()).toList();
  }

  Map<String, String> settings() {
    assertThat(all(ConfigMap.class)).as(name).hasSize(1);
    return all(ConfigMap.class).get(0).getData();
  }

  @Override
  public String toString() {
    return name;
  }

  private static String kustomize(Path folder) {
    try {
      Process process =
          new ProcessBuilder("kubectl", "kustomize", folder.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String yaml = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as("exit status of kubectl kustomize %s", folder).isZero();
      return yaml;
    } catch (IOException e) {
      // Only where nobody would see that nothing was checked must it be there.
      assumeThat(System.getenv("CI"))
          .as("kubectl is not installed, so that the manifests are not checked: %s", e.getMessage())
          .isNull();
      throw new UncheckedIOException("Install kubectl: the manifests are checked with it", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
