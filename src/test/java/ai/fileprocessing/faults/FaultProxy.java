package ai.fileprocessing.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/**
 * Stands on a port of 127.0.0.1 before one stand-in and passes every byte on unchanged, but for
 * what a rule says:
 *
 * <pre>{@code
 * try (FaultProxy dynamodb = FaultProxy.to(standIns.ports().dynamodb())) {
 *   dynamodb.when(call("UpdateItem").containing("SUCCEEDED")).times(1).dropAnswer();
 *   // a server or client with dynamodb.uri() as its endpoint
 * }
 * }</pre>
 *
 * <p>It speaks HTTP/1.1 without TLS and holds no bodies, whatever their size, except for {@link
 * Rule#afterAnswer} and {@link Rule#delayAnswer}. Signatures hold, because the client signs for the
 * address it is told, which is the proxy's, and the stand-ins check the Host header they are sent.
 */
public final class FaultProxy implements AutoCloseable {
  private final Rules rules = new Rules();
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final Socket reserved = new Socket();
  private final ExecutorService threads = Executors.newCachedThreadPool(this::thread);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final InetSocketAddress server;
  private ServerSocket listener;

  private FaultProxy(int serverPort) throws IOException {
    server = new InetSocketAddress("127.0.0.1", serverPort);
    // Bound, never listening: while the proxy is down nobody else can take its port.
    reserved.setOption(StandardSocketOptions.SO_REUSEPORT, true);
    reserved.bind(new InetSocketAddress("127.0.0.1", 0));
  }

  /** Listens on a free port for what is meant for that one. */
  public static FaultProxy to(int serverPort) {
    try {
      FaultProxy proxy = new FaultProxy(serverPort);
      proxy.up();
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return reserved.getLocalPort();
  }

  /** The endpoint to give to a client or a server. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + port());
  }

  /**
   * A rule for such calls; it does nothing before its action is named. The first rule in force that
   * fits a call is the one that hits it.
   */
  public Rule when(Predicate<Exchange> calls) {
    return rules.add(calls);
  }

  /** Clears all rules and forgets what came by. */
  public void clear() {
    rules.clear();
  }

  /** How many calls of this operation came by, whatever befell them; see {@link Exchange}. */
  public long calls(String operation) {
    return rules.calls(operation);
  }

  /** The last 500 calls that came by, whatever befell them. */
  public List<Exchange> seen() {
    return rules.seen();
  }

  /** Refuses new connections and resets those that are open, with the calls on them. */
  public synchronized void down() {
    try {
      if (listener != null) {
        listener.close();
        listener = null;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    connections.forEach(Connection::reset);
  }

  /** Accepts connections again, on the same port. */
  public synchronized void up() {
    if (listener != null) {
      return;
    }
    try {
      ServerSocket opened = new ServerSocket();
      opened.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      opened.bind(new InetSocketAddress("127.0.0.1", port()), 1024);
      listener = opened;
      threads.execute(() -> accept(opened));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Resets what is open and ends every thread.
   *
   * @throws IllegalStateException when a hook of a rule failed, as an assertion in it may, or does
   *     not end when it is interrupted
   */
  @Override
  public void close() {
    down();
    threads.shutdownNow();
    Sockets.close(reserved);
    try {
      if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("A hook of a rule does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Throwable failed = failure.getAndSet(null);
    if (failed != null) {
      throw new IllegalStateException("A hook of a rule failed", failed);
    }
  }

  private void accept(ServerSocket from) {
    while (!from.isClosed()) {
      try {
        open(from.accept(), from);
      } catch (IOException e) {
        // Closed by down(), or a client that left in the queue.
      }
    }
  }

  private synchronized void open(Socket client, ServerSocket from) {
    if (from != listener) {
      Sockets.reset(client);
      return;
    }
    Connection connection = new Connection(client, server, rules, this::execute);
    connections.add(connection);
    execute(
        () -> {
          try {
            connection.run();
          } finally {
            connections.remove(connection);
          }
        });
  }

  private void execute(Runnable task) {
    threads.execute(
        () -> {
          try {
            task.run();
          } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
          }
        });
  }

  private Thread thread(Runnable task) {
    Thread thread = new Thread(task, "fault-proxy-" + port());
    thread.setDaemon(true);
    return thread;
  }
}
