package ai.fileprocessing.faults;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;

/**
 * One call on its way to the server and back, on a connection of its own, so that it never meets
 * one that the server has given up. Request and answer pass at the same time: a server may answer,
 * or ask for the body, before it has the whole request.
 */
final class Forwarding {
  private final Socket client;
  private final Socket server;
  private final Request request;
  private final Action action;
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean answered;

  Forwarding(Socket client, Socket server, Request request, Action action) {
    this.client = client;
    this.server = server;
    this.request = request;
    this.action = action;
  }

  /** Sends the request from this thread while another passes the answer on. */
  void start(Executor threads) throws IOException {
    threads.execute(this::passAnswer);
    try {
      action.send(request, new BufferedOutputStream(server.getOutputStream(), HttpBody.PIECE));
    } catch (ReceiverGoneException e) {
      // The server may have said why before it closed.
      finish();
      Sockets.close(client);
    }
  }

  /** Waits until the client has the answer, or no connection any more. */
  void finish() throws IOException {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("The proxy closes", e);
    }
  }

  /** Gives up a call that is under way. */
  void abandon() {
    Sockets.reset(server);
  }

  private void passAnswer() {
    try {
      answer();
      answered = true;
    } catch (IOException e) {
      // Whichever side failed, the client must not take what it has for an answer.
    } finally {
      if (!answered) {
        Sockets.reset(client);
      }
      // A reset leaves no port behind that waits for stragglers: there may be thousands of calls.
      Sockets.reset(server);
      over.countDown();
    }
  }

  private void answer() throws IOException {
    Wire wire = new Wire(server.getInputStream());
    OutputStream out = new BufferedOutputStream(client.getOutputStream(), HttpBody.PIECE);
    boolean bodyWanted = !request.head().expectsContinue();
    HttpHead head = next(wire);
    while (head.status() < 200) {
      bodyWanted = true;
      out.write(head.bytes());
      out.flush();
      head = next(wire);
    }
    HttpBody body = HttpBody.ofAnswer(head, request.head().method(), wire);
    action.answer(head, body, out);
    // A client that was never asked for the body may send it or not: what follows is anyone's
    // guess.
    if (!bodyWanted
        || body.endsWithConnection()
        || head.closesConnection()
        || request.head().closesConnection()) {
      answered = true;
      Sockets.close(client);
    }
  }

  private static HttpHead next(Wire wire) throws IOException {
    return HttpHead.read(wire).orElseThrow(() -> new EOFException("The server closed unasked"));
  }
}
