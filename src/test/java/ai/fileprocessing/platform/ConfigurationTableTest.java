package ai.fileprocessing.platform;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.files.FilesSettings;
import ai.fileprocessing.inference.InferenceSettings;
import ai.fileprocessing.inference.PromptSettings;
import ai.fileprocessing.jobs.JobsSettings;
import ai.fileprocessing.jobs.worker.WorkerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The README's table of configuration keys is the code's. */
class ConfigurationTableTest {
  private static final List<Consumer<Settings>> ROOMS =
      List.of(
          AwsSettings::from,
          Telemetry::from,
          CognitoSettings::from,
          FilesSettings::from,
          InferenceSettings::from,
          PromptSettings::from,
          JobsSettings::from,
          WorkerSettings::from);

  private static final Map<String, String> REQUIRED =
      Map.of(
          "aws.region", "eu-central-1",
          "cognito.issuer", "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc",
          "cognito.client.ids", "client",
          "files.bucket", "files",
          "files.table", "files",
          "inference.prompts.table", "prompts",
          "jobs.table", "jobs",
          "jobs.results.bucket", "results",
          "jobs.queue.url", "https://sqs.eu-central-1.amazonaws.com/1/jobs",
          "jobs.dead.letter.queue.url", "https://sqs.eu-central-1.amazonaws.com/1/dead");

  /** A line of the table. */
  record Line(String key, String variable, String defaultValue, String meaning) {
    static Line of(String markdown) {
      List<String> cells =
          Arrays.stream(markdown.split("(?<!\\\\)\\|")).skip(1).map(String::strip).toList();
      assertThat(cells).as(markdown).hasSize(4);
      return new Line(cells.get(0), cells.get(1), cells.get(2), cells.get(3));
    }
  }

  @Test
  void everyKeyOfTheCodeIsInTheTableOnceAndInItsOrder() throws IOException {
    assertThat(table())
        .extracting(Line::key)
        .containsExactlyElementsOf(keys().stream().map(key -> code(key.name())).toList());
  }

  @Test
  void everyVariableIsTheOneThatSetsItsKey() throws IOException {
    assertThat(table())
        .extracting(Line::variable)
        .containsExactlyElementsOf(keys().stream().map(key -> code(key.variable())).toList());
  }

  @Test
  void everyDefaultIsTheOneOfTheCode() throws IOException {
    List<Line> table = table();
    List<Settings.Key> keys = keys();
    for (int i = 0; i < keys.size(); i++) {
      Settings.Key key = keys.get(i);
      String told = table.get(i).defaultValue();
      if (REQUIRED.containsKey(key.name())) {
        assertThat(told).as(key.name()).isEqualTo("required");
      } else if (key.defaultValue().isEmpty()) {
        assertThat(told).as(key.name()).isNotEmpty().isNotEqualTo("required").doesNotContain("`");
      } else {
        assertThat(told).as(key.name()).isEqualTo(code(key.defaultValue()));
      }
    }
  }

  @Test
  void everyKeySaysWhatItMeans() throws IOException {
    assertThat(table()).allSatisfy(line -> assertThat(line.meaning()).hasSizeGreaterThan(10));
  }

  @Test
  void whatIsRequiredStopsTheStartWhenItIsMissingAndNothingElseDoes() {
    for (Settings.Key key : keys()) {
      boolean refused = refusedWithout(key.name());

      assertThat(refused).as(key.name()).isEqualTo(REQUIRED.containsKey(key.name()));
    }
  }

  private static boolean refusedWithout(String missing) {
    Settings settings =
        new Settings(
            key -> Optional.ofNullable(REQUIRED.get(key)).filter(value -> !key.equals(missing)));
    try {
      ROOMS.forEach(room -> room.accept(settings));
      return false;
    } catch (ConfigurationException e) {
      assertThat(e).hasMessageContaining(missing);
      return true;
    }
  }

  private static List<Settings.Key> keys() {
    Settings settings = new Settings(key -> Optional.ofNullable(REQUIRED.get(key)));
    ROOMS.forEach(room -> room.accept(settings));
    return settings.keys();
  }

  private static List<Line> table() throws IOException {
    String readme =
        Files.readString(Path.of(System.getProperty("basedir", "")).resolve("README.md"));
    assertThat(readme).containsOnlyOnce("<!-- configuration -->");
    assertThat(readme).containsOnlyOnce("<!-- /configuration -->");
    List<String> lines =
        readme
            .substring(
                readme.indexOf("<!-- configuration -->"), readme.indexOf("<!-- /configuration -->"))
            .lines()
            .filter(line -> line.startsWith("|"))
            .toList();
    assertThat(lines.get(0)).isEqualTo("| Key | Environment | Default | Meaning |");
    return lines.stream().skip(2).map(Line::of).toList();
  }

  private static String code(String text) {
    return "`" + text + "`";
  }
}
