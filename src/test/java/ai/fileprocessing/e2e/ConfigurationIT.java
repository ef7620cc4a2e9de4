package ai.fileprocessing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.LocalServer;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A server that cannot work says why in a line for each reason, and ends. */
class ConfigurationIT {

  @Test
  void everyMissingOrWrongKeyIsNamedAndTheServerEndsByItself() throws Exception {
    try (LocalServer server =
        Deployment.launch(
            "misconfigured",
            Map.of(
                "FILES_BUCKET", "",
                "JOBS_QUEUE_URL", "not a url",
                "AWS_REGION", "mars-north-1",
                "JOBS_SLOTS", "many",
                "INFERENCE_MODEL_OVERRIDES", "{\"no.such-model\": {}}"))) {
      assertThat(server.process().waitFor(120, TimeUnit.SECONDS)).isTrue();

      assertThat(server.process().exitValue()).isNotZero();
      List<String> log = Files.readAllLines(server.log());
      assertOneLine(log, "files.bucket", "FILES_BUCKET", "is not set");
      assertOneLine(log, "jobs.queue.url", "JOBS_QUEUE_URL", "'not a url'");
      assertOneLine(log, "aws.region", "AWS_REGION", "'mars-north-1'");
      assertOneLine(
          log,
          "inference.model.overrides",
          "INFERENCE_MODEL_OVERRIDES",
          "'no.such-model', which inference.models lacks");
      assertThat(log).noneMatch(line -> line.startsWith("\tat "));
    }
  }

  private static void assertOneLine(List<String> log, String key, String variable, String what) {
    assertThat(log.stream().filter(line -> line.contains("Configuration key " + key + " ")))
        .singleElement()
        .asString()
        .contains(variable, what);
  }
}
