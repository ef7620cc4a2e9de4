package ai.fileprocessing.crash;

import ai.fileprocessing.e2e.Deployment;
import ai.fileprocessing.faults.FaultProxy;
import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.StandIns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
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
  private final FaultProxy s3;
  private final FaultProxy dynamodb;
  private final FaultProxy sqs;
  private final FaultProxy bedrock;
  private volatile LocalServer server;
  private volatile boolean paused;
  private volatile CompletableFuture<URI> ready = new CompletableFuture<>();

  Pod(String name, StandIns standIns, Map<String, String> settings) {
    this.name = name;
    this.standIns = standIns;
    s3 = FaultProxy.to(standIns.ports().s3());
    dynamodb = FaultProxy.to(standIns.ports().dynamodb());
    sqs = FaultProxy.to(standIns.ports().sqs());
    bedrock = FaultProxy.to(standIns.ports().bedrock());
    environment = new HashMap<>(settings);
    environment.put("AWS_ENDPOINT_URL_S3", s3.uri().toString());
    environment.put("AWS_ENDPOINT_URL_DYNAMODB", dynamodb.uri().toString());
    environment.put("AWS_ENDPOINT_URL_SQS", sqs.uri().toString());
    environment.put("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", bedrock.uri().toString());
    environment.put("JOBS_QUEUE_URL", behindProxy("JOBS_QUEUE_URL"));
    environment.put("JOBS_DEAD_LETTER_QUEUE_URL", behindProxy("JOBS_DEAD_LETTER_QUEUE_URL"));
  }

  private String behindProxy(String queue) {
    return sqs.uri().resolve(URI.create(standIns.environment().get(queue)).getPath()).toString();
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

  FaultProxy s3() {
    return s3;
  }

  FaultProxy dynamodb() {
    return dynamodb;
  }

  FaultProxy sqs() {
    return sqs;
  }

  FaultProxy bedrock() {
    return bedrock;
  }

  /** Ends every rule of its proxies, and forgets what they saw. */
  void clear() {
    List.of(s3, dynamodb, sqs, bedrock).forEach(FaultProxy::clear);
  }

  /** Spares the drain, which others test. */
  @Override
  public void close() {
    if (server != null) {
      kill();
    }
    List.of(s3, dynamodb, sqs, bedrock).forEach(FaultProxy::close);
  }
}
