package ai.fileprocessing.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OverlayEnvironmentTest {
  @Test
  void theLocalOverlayPointsItsServersAtTheStandIns() throws IOException {
    Map<String, String> file = new TreeMap<>();
    Path env =
        Path.of(System.getProperty("basedir", ""), "kubernetes/overlays/local/stand-ins.env");
    Files.readAllLines(env).forEach(it -> file.put(it.split("=", 2)[0], it.split("=", 2)[1]));

    Map<String, String> environment =
        new TreeMap<>(Environment.of(new Ports(9081, 9082, 9083, 9084, 9085)));
    environment.remove("LOG_FORMAT");
    assertThat(file).isEqualTo(environment);
  }
}
