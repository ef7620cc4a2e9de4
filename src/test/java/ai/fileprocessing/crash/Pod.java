package ai.fileprocessing.crash;

import ai.fileprocessing.e2e.Deployment;
import ai.fileprocessing.faults.FaultProxy;
import ai.fileprocessing.faults.Proxies;
import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.StandIns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * One of several servers, and the proxies between it and the stand-ins, which outlive it as a
 * network does: what it sends, and nobody else, passes through them.
 */
final class Pod implements AutoCloseable {
  private final String name;
  private final StandIns standIns;
  private final Map<String, String> environment;
  private final Proxies proxies;
  private volatile LocalServer server;
  private volatile boolean paused;
  private volatile CompletableFuture<URI> ready = new CompletableFuture<>();

  Pod(String name, StandIns standIns, Map<String, String> settings) {
    this.name = name;
    this.standIns = standIns;
    proxies = Proxies.to(standIns);
    Map<String, String> direct = standIns.environment();
    environment = new HashMap<>(settings);
    environment.putAll(
        proxies.environment(
            direct.get("JOBS_QUEUE_URL"), direct.get("JOBS_DEAD_LETTER_QUEUE_URL")));
  }

  String name() {
    return name;
  }

  /** Starts a new process; {@link #awaitReady} waits for it, and {@link #address} does not. */
  void start() {
    LocalServer started = Deployment.launch(name, standIns, environment);
    server = started;
    ready =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return started.awaitReady().uri();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            task -> new Thread(task, "await-" + name).start());
  }

  /** Where it serves, as soon as it does. */
  URI awaitReady() {
    return ready.join();
  }

  /**
   * Where it serves; empty while it starts or is paused.
   *
   * @throws CompletionException when its process did not come up
   */
  Optional<URI> address() {
    return Optional.ofNullable(ready.getNow(null)).filter(it -> !paused);
  }

  /** {@code kill -9}; returns when the process is gone. */
  void kill() {
    ready = new CompletableFuture<>();
    try {
      server.process().destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Stops the process in its tracks; its connections stay open. */
  void pause() {
    paused = true;
    signal("-STOP");
  }

  /** Lets a paused process go on where it was. */
  void resume() {
    signal("-CONT");
    paused = false;
  }

  private void signal(String signal) {
    try {
      Process kill =
          new ProcessBuilder("kill", signal, Long.toString(server.process().pid())).start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("kill " + signal + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  Proxies proxies() {
    return proxies;
  }

  /** Ends every rule of its proxies, and forgets what they saw. */
  void clear() {
    proxies.all().forEach(FaultProxy::clear);
  }

  /** Spares the drain, which others test. */
  @Override
  public void close() {
    if (server != null) {
      kill();
    }
    proxies.close();
  }
}
