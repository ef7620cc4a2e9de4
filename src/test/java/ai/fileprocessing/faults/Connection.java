package ai.fileprocessing.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;

/** A client's connection, and one call on it after the other. */
final class Connection implements Runnable {
  private final Socket client;
  private final SocketAddress server;
  private final Rules rules;
  private final Executor threads;
  private volatile Forwarding current;

  Connection(Socket client, SocketAddress server, Rules rules, Executor threads) {
    this.client = client;
    this.server = server;
    this.rules = rules;
    this.threads = threads;
  }

  @Override
  public void run() {
    boolean ended = false;
    try {
      client.setTcpNoDelay(true);
      serve(new Wire(client.getInputStream()));
      ended = true;
    } catch (IOException e) {
      // A rule, or a side that has gone: for the client it is the same.
    } finally {
      if (ended) {
        Sockets.close(client);
        abandon();
      } else {
        reset();
      }
    }
  }

  /** Ends the connection as a failing network does, whatever is under way. */
  void reset() {
    Sockets.reset(client);
    abandon();
  }

  private void serve(Wire wire) throws IOException {
    Optional<HttpHead> head = HttpHead.read(wire);
    while (head.isPresent()) {
      serve(Request.read(head.get(), wire));
      // Returns early where the client gives up, so that the server hears of it at once.
      head = HttpHead.read(wire);
      if (head.isPresent() && current != null) {
        current.finish();
        current = null;
      }
    }
  }

  private void serve(Request request) throws IOException {
    Exchange exchange = request.exchange();
    Action action = rules.arrived(exchange);
    action.beforeForwarding();
    Optional<byte[]> answer = action.answerTo(exchange);
    if (answer.isPresent()) {
      answer(request, answer.get());
    } else if (!client.isClosed()) {
      forward(request, action);
    }
  }

  private void forward(Request request, Action action) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(server);
      socket.setTcpNoDelay(true);
    } catch (IOException e) {
      Sockets.close(socket);
      throw e;
    }
    current = new Forwarding(client, socket, request, action);
    if (client.isClosed()) {
      abandon();
    }
    current.start(threads);
  }

  private void answer(Request request, byte[] answer) throws IOException {
    boolean bodyComes = !request.head().expectsContinue();
    if (bodyComes) {
      request.discard();
    }
    OutputStream out = client.getOutputStream();
    out.write(answer);
    out.flush();
    if (!bodyComes) {
      Sockets.close(client);
    }
  }

  private void abandon() {
    Forwarding forwarding = current;
    if (forwarding != null) {
      forwarding.abandon();
    }
  }
}
