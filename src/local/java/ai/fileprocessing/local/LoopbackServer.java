package ai.fileprocessing.local;

import java.net.URI;
import java.time.Duration;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A small HTTP server that can be reached from this machine only. */
final class LoopbackServer implements AutoCloseable {
  static final String HOST = "127.0.0.1";

  private final Server server;

  private LoopbackServer(Server server) {
    this.server = server;
  }

  static LoopbackServer start(String name, int port, Handler handler) {
    QueuedThreadPool threads = new QueuedThreadPool(200, 2);
    threads.setName(name);
    threads.setDaemon(true);
    Server server = new Server(threads);

    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    // Model ids may be ARNs, whose slashes arrive as %2F.
    http.setUriCompliance(UriCompliance.UNSAFE);
    // Tests ask for tokens with header fields of ten kilobytes in the query.
    http.setRequestHeaderSize(128 * 1024);

    ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(HOST);
    connector.setPort(port);
    connector.setAcceptQueueSize(1024);
    // Longer than any client's patience: who gives up first must be the client.
    connector.setIdleTimeout(Duration.ofMinutes(20).toMillis());
    server.addConnector(connector);
    server.setHandler(handler);
    server.setStopTimeout(0);
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException("The " + name + " stand-in did not start", e);
    }
    return new LoopbackServer(server);
  }

  static URI uri(int port) {
    return URI.create("http://" + HOST + ":" + port);
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("A stand-in did not stop", e);
    }
  }
}
