package ai.fileprocessing.wiring;

import ai.fileprocessing.local.StandIns;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Makes the server into which Arquillian deploys: ours without its application, in a user folder of
 * its own, pointed at the stand-ins. Stands before Arquillian's extension.
 */
public class WiringServer implements BeforeAllCallback {
  /** Arquillian brings this class into the server, where there is nothing to make. */
  private static final String INSIDE = "INSIDE_WIRING_SERVER";

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    if (System.getenv(INSIDE) != null || System.getProperty("wiring.port") != null) {
      return;
    }
    // Before a port is chosen, which one of them might take.
    Map<String, String> standIns = StandIns.shared().environment();
    String port = Integer.toString(freePort());
    Path project = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    Path user = project.resolve("target/wiring");
    Path server = Files.createDirectories(user.resolve("servers/wiring"));
    Files.writeString(
        server.resolve("server.xml"),
        Files.readString(project.resolve("liberty/server.xml"))
            .replaceAll("<webApplication [^>]*/>", ""));
    Files.writeString(server.resolve("server.env"), environment(standIns, port));
    System.setProperty("wiring.runtime", project.resolve("target/liberty/wlp").toString());
    System.setProperty("wiring.user", user.toString());
    System.setProperty("wiring.port", port);
  }

  private static String environment(Map<String, String> standIns, String port) {
    Map<String, String> environment = new TreeMap<>(standIns);
    environment.put(INSIDE, "true");
    environment.put("HTTP_HOST", "127.0.0.1");
    environment.put("HTTP_PORT", port);
    environment.put("JOBS_WORKER", "false");
    environment.put("WLP_SKIP_BOOTSTRAP_AGENT", "true");
    return environment.entrySet().stream()
        .map(it -> it.getKey() + "=" + it.getValue() + "\n")
        .collect(Collectors.joining());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }
}
