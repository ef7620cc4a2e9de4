package ai.fileprocessing.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Commands of the operations page, as an operator would copy them. */
class OperationsTest {
  private static final Pattern FILLING =
      Pattern.compile(
          "(?s)(aws cloudformation describe-stacks .*?) > kubernetes/overlays/eks/aws\\.env");

  private final String page = Settings.read("src/site/markdown/operations.md");

  @Test
  void theOutputsOfTheStackBecomeSettingsWithTheirValuesAsTheyAre() throws Exception {
    Map<String, String> outputs = new TreeMap<>();
    Map<String, String> settings = new TreeMap<>();
    Stack stack = Stack.read();
    stack
        .environment()
        .keySet()
        .forEach(it -> settings.put(it, "https://cognito.example/us-east-1_aBcDeFgHi/" + it));
    for (String output : stack.template().path("Outputs").propertyNames()) {
      outputs.put(output, settings.get(Stack.variable(output)));
    }
    Matcher command = FILLING.matcher(page);
    assertThat(command.find()).isTrue();

    String filled = shell(answering(outputs) + command.group(1));

    assertThat(filled.lines())
        .containsExactlyInAnyOrderElementsOf(
            settings.entrySet().stream().map(it -> it.getKey() + "=" + it.getValue()).toList());
  }

  /** Applying an overlay does not bring back what it leaves to an autoscaler, which lets 0 be. */
  @Test
  void whatIsScaledToNothingForARestoreIsBroughtBack() {
    String restore = page.replaceAll("(?s).*\n## Restore\n(.*?)\n## .*", "$1");
    Overlay eks = Overlay.of("eks");

    assertThat(restore).contains("scale deployment/api deployment/worker --replicas=0");
    for (HorizontalPodAutoscaler scaler : eks.all(HorizontalPodAutoscaler.class)) {
      assertThat(restore)
          .contains(
              "scale deployment/%s --replicas=%d"
                  .formatted(
                      scaler.getSpec().getScaleTargetRef().getName(),
                      scaler.getSpec().getMinReplicas()));
    }
    assertThat(restore.replaceAll("\\s+", " "))
        .contains("paused-replicas=0")
        .contains("paused-replicas-`");
  }

  /** In place of AWS's own command, which answers in columns between tabs. */
  private static String answering(Map<String, String> outputs) {
    StringBuilder text = new StringBuilder();
    outputs.forEach((key, value) -> text.append(key).append("\\t").append(value).append("\\n"));
    return "aws() { printf '" + text + "'; }\n";
  }

  private static String shell(String script) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("sh", "-c", script)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return out;
  }
}
