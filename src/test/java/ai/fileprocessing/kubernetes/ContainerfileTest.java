package ai.fileprocessing.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a build of the image would not say of itself. */
class ContainerfileTest {
  private static final Pattern COPIED = Pattern.compile("(?m)^COPY --chown=1001:0 (.*) /config/");

  private final String file = Settings.read("liberty/Containerfile");

  @Test
  void itsServerIsTheOneThatTheTestsRun() {
    String version =
        Settings.read("pom.xml")
            .replaceAll("(?s).*<liberty.version>(.*?)</liberty.version>.*", "$1");

    assertThat(file)
        .contains("open-liberty:" + version + "-kernel-slim-java25-")
        .doesNotContain(":latest");
  }

  @Test
  void everyFileThatItCopiesIsThereOrMadeByTheBuild() {
    List<String> copied =
        COPIED
            .matcher(file)
            .results()
            .flatMap(it -> Pattern.compile(" ").splitAsStream(it.group(1)))
            .toList();

    assertThat(copied)
        .contains("liberty/server.xml", "target/ai-file-processing.war")
        .filteredOn(it -> !it.startsWith("target/"))
        .allMatch(it -> Files.isRegularFile(Path.of(System.getProperty("basedir", ""), it)));
    assertThat(Settings.read("liberty/server.xml")).contains("location=\"ai-file-processing.war\"");
  }

  @Test
  void theJvmHasNoOptionsButOurs() {
    assertThat(file).containsPattern("(?m)^    JAVA_TOOL_OPTIONS=$");
  }

  @Test
  void itRunsAsNobodyInParticular() {
    // As what the base image says, which is 1001.
    assertThat(file).doesNotContain("USER root").doesNotContainPattern("(?m)^USER 0");
  }

  @Test
  void theOneStartOfTheBuildHasAllTheSettingsThatAStartNeeds() {
    assertThat(Settings.required()).isNotEmpty().allMatch(it -> file.contains(it + "="));
  }
}
