package ai.fileprocessing.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Before {@code mvn -Plocal} starts anything: makes sure that every port and the folder of the
 * stand-ins is free, and writes the environment of the server as a {@code server.env} file.
 */
public final class PrepareLocalMain {
  private PrepareLocalMain() {}

  /**
   * Runs it.
   *
   * @param arguments the file to write
   */
  public static void main(String[] arguments) throws IOException {
    Ports ports = Ports.fromProperties();
    int http = Integer.getInteger("http.port");
    try {
      ports.requireFree();
      Ports.requireFree("the service", "http", http);
      StandIns.requireUnused(Path.of(System.getProperty("stand-ins.data")));
    } catch (IllegalStateException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
    List<String> lines = new ArrayList<>();
    Environment.of(ports).forEach((name, value) -> lines.add(name + "=" + value));
    lines.add("HTTP_HOST=" + LoopbackServer.HOST);
    lines.add("HTTP_PORT=" + http);
    lines.add("CORS_ALLOWED_ORIGINS=" + System.getProperty("cors.allowed.origins"));
    Path file = Path.of(arguments[0]);
    Files.createDirectories(file.getParent());
    Files.write(file, lines);
  }
}
