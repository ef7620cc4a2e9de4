package ai.fileprocessing.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.platform.Meter;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Dashboard, alerts and pages speak of the figures that there are, by the names that they have. */
class MonitoringTest {
  private static final Path MONITORING = Path.of("kubernetes/components/monitoring");
  private static final Path OPERATIONS = Path.of("src/site/markdown/operations.md");

  private static final Pattern FIGURE =
      Pattern.compile("fileprocessing_([a-z_]+?)(_total|_seconds_count|_seconds_sum)?\\b");

  /** In braces behind a figure, and behind {@code by}. */
  private static final Pattern LABELS =
      Pattern.compile("([a-z_]+)\\s*=~?\\s*\\\\?\"|by \\(([^)]*)\\)");

  /** Set by Prometheus, for every figure. */
  private static final Set<String> OF_ALL = Set.of("namespace", "pod");

  private static final Map<String, Meter> METERS =
      new ClassFileImporter()
              .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
              .importPackages("ai.fileprocessing")
              .stream()
              .flatMap(type -> type.getFields().stream())
              .filter(field -> field.getRawType().isEquivalentTo(Meter.class))
              .map(MonitoringTest::value)
              .collect(Collectors.toMap(Meter::title, Function.identity()));

  @Test
  void anOverlayWithItOpensTheFiguresToPrometheusAndTheIngressDoesNot() {
    Overlay monitored = Overlay.with("monitoring", "keda");

    JsonNode monitor = monitored.custom("PodMonitor").get(0);
    for (JsonNode custom : List.of(monitor, monitored.custom("PrometheusRule").get(0))) {
      String kind = StrictModels.kind(custom);
      assertThat(OverlaysTest.CUSTOM.has(kind)).as(kind).isTrue();
      assertThat(OverlaysTest.CUSTOM.faults(kind, custom.path("spec"))).isEmpty();
    }
    assertThat(monitored.all(ConfigMap.class))
        .anySatisfy(it -> assertThat(it.getData()).containsEntry("METRICS_AUTHENTICATION", "false"))
        .anySatisfy(it -> assertThat(it.getData()).containsKey("ai-file-processing.json"));
    assertThat(monitored.pods())
        .isNotEmpty()
        .allSatisfy(
            pod ->
                assertThat(pod.getContainers().get(0).getPorts())
                    .extracting(ContainerPort::getName)
                    .contains(monitor.at("/spec/podMetricsEndpoints/0/port").asString()));
    assertThat(monitored.all(Ingress.class).get(0).getSpec().getRules().get(0).getHttp().getPaths())
        .filteredOn(it -> it.getPath().equals("/metrics"))
        .extracting(it -> it.getBackend().getService().getName())
        .containsExactly("not-found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dashboard.json", "alerts.yaml"})
  void whatIsAskedForIsMeasured(String file) throws IOException {
    String text = Files.readString(MONITORING.resolve(file));

    Set<String> asked =
        FIGURE.matcher(text).results().map(it -> it.group(1)).collect(Collectors.toSet());

    assertThat(asked).isNotEmpty().isSubsetOf(METERS.keySet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"dashboard.json", "alerts.yaml"})
  void figuresAreToldApartByTheLabelsThatTheyHave(String file) throws IOException {
    for (String line :
        Files.readString(MONITORING.resolve(file)).replace("\n            ", " ").split("\n")) {
      Set<String> known = new HashSet<>(OF_ALL);
      FIGURE.matcher(line).results().forEach(it -> known.addAll(METERS.get(it.group(1)).labels()));
      if (line.contains("fileprocessing_")) {
        assertThat(labels(line)).as(line).isSubsetOf(known);
      }
    }
  }

  @Test
  void everyFigureIsExplainedToOperatorsWithItsLabels() throws IOException {
    List<String> rows = Files.readAllLines(OPERATIONS);

    METERS
        .values()
        .forEach(
            meter ->
                assertThat(rows)
                    .anyMatch(
                        row ->
                            row.startsWith("| `")
                                && row.split("\\|")[1].contains("`" + meter.title() + "`")
                                && named(row.split("\\|")[3]).equals(meter.labels())));
  }

  @Test
  void everyAlertIsExplainedToOperators() throws IOException {
    String page = Files.readString(OPERATIONS);
    List<String> alerts =
        Pattern.compile("alert: (\\w+)")
            .matcher(Files.readString(MONITORING.resolve("alerts.yaml")))
            .results()
            .map(it -> it.group(1))
            .toList();

    assertThat(alerts).isNotEmpty().allMatch(it -> page.contains("| `" + it + "` |"));
  }

  /** Counters tell what happens; what goes on without happening again is told by gauges. */
  @Test
  void alertsAskForWhatIsThereInTheTroubleThatTheyName() throws IOException {
    Map<String, String> expressions = new HashMap<>();
    for (JsonNode rule :
        Overlay.documents(Files.readString(MONITORING.resolve("alerts.yaml")))
            .get(0)
            .at("/spec/groups/0/rules")) {
      expressions.put(rule.path("alert").asString(), rule.path("expr").asString());
    }

    assertThat(figures(expressions.get("ModelDown"))).containsExactly("breaker_open");
    assertThat(expressions.get("NobodyWorks")).contains(" unless on (namespace) ");
    assertThat(figures(expressions.get("NobodyWorks")))
        .containsExactly("messages_received", "queue_messages");
    assertThat(expressions.get("QueueUnseen")).startsWith("absent(").contains(" >= 0");
    assertThat(figures(expressions.get("StoreDoesNotAnswer")))
        .containsExactly("problems", "requests");
  }

  private static Set<String> figures(String expression) {
    return FIGURE
        .matcher(expression)
        .results()
        .map(it -> it.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> labels(String line) {
    return LABELS
        .matcher(line)
        .results()
        .flatMap(MonitoringTest::names)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toSet());
  }

  private static Stream<String> names(MatchResult found) {
    return found.group(1) != null
        ? Stream.of(found.group(1))
        : Arrays.stream(found.group(2).split(",")).map(String::strip);
  }

  private static List<String> named(String cell) {
    return Pattern.compile("`([a-z_]+)`").matcher(cell).results().map(it -> it.group(1)).toList();
  }

  private static Meter value(JavaField found) {
    try {
      Field field = found.reflect();
      field.setAccessible(true);
      return (Meter) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
