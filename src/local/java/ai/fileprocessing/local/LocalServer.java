package ai.fileprocessing.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The service in a process of its own, run as an operator runs it: {@code bin/server run},
 * configured by the environment alone. Several can run from one folder, since each writes to an
 * output folder of its own.
 */
public final class LocalServer implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(3);
  private static final Duration STOP = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final Command command;
  private final Process process;
  private final URI uri;
  private final Path log;

  /** Liberty's script. */
  private record Command(Path home, Map<String, String> environment) {
    Process start(String action, Path log) throws IOException {
      ProcessBuilder builder =
          new ProcessBuilder("sh", home.resolve("bin/server").toString(), action)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder.environment().putAll(environment);
      return builder.start();
    }
  }

  private LocalServer(Command command, Process process, URI uri, Path log) {
    this.command = command;
    this.process = process;
    this.uri = uri;
    this.log = log;
  }

  /**
   * Launches a server on a free port; {@link #awaitReady} waits until it serves.
   *
   * @param home an unpacked server with the application in it
   * @param environment all that configures it
   * @param output the folder for what it writes, its log {@code server.log} among that
   */
  public static LocalServer launch(Path home, Map<String, String> environment, Path output) {
    try {
      Path log = Files.createDirectories(output.toAbsolutePath()).resolve("server.log");
      int port = freePort();
      Map<String, String> all = new HashMap<>();
      all.put("JAVA_HOME", System.getProperty("java.home"));
      all.put("WLP_OUTPUT_DIR", output.toAbsolutePath().toString());
      all.put("LOG_DIR", output.toAbsolutePath().resolve("logs").toString());
      all.put("HTTP_HOST", LoopbackServer.HOST);
      all.put("HTTP_PORT", Integer.toString(port));
      all.putAll(environment);
      Command command = new Command(home, all);
      Process process = command.start("run", log);
      return new LocalServer(command, process, LoopbackServer.uri(port), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it serves. */
  public URI uri() {
    return uri;
  }

  /** What it printed. */
  public Path log() {
    return log;
  }

  /** The process, for tests that do to it what happens to processes. */
  public Process process() {
    return process;
  }

  /**
   * Has it stopped by Liberty's own command, {@code bin/server stop}, which returns when the server
   * has stopped, or after half a minute.
   */
  public void stop() throws IOException {
    command.start("stop", log.resolveSibling("stop.log"));
  }

  /** Waits until the server is ready to serve. */
  public LocalServer awaitReady() throws InterruptedException {
    Instant end = Instant.now().plus(START);
    while (!isReady()) {
      if (!process.isAlive()) {
        throw new IllegalStateException("The server stopped while it started; see " + log);
      }
      if (Instant.now().isAfter(end)) {
        throw new IllegalStateException("The server is not ready after " + START + "; see " + log);
      }
      process.waitFor(200, TimeUnit.MILLISECONDS);
    }
    return this;
  }

  /** Stops it as Kubernetes does, and kills it when that takes too long. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private boolean isReady() throws InterruptedException {
    HttpRequest ask =
        HttpRequest.newBuilder(uri.resolve("/health/ready")).timeout(Duration.ofSeconds(5)).build();
    try {
      return http.send(ask, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LoopbackServer.HOST))) {
      return socket.getLocalPort();
    }
  }
}
