package ai.fileprocessing.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.platform.Meter;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
      if (known.size() > OF_ALL.size() || line.contains("fileprocessing_")) {
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
