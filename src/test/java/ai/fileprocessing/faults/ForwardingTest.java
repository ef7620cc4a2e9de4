package ai.fileprocessing.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What passes byte by byte, between a client and a server that no SDK would be. */
class ForwardingTest {
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private ServerSocket server;
  private FaultProxy proxy;
  private Socket client;

  @BeforeEach
  void connect() throws IOException {
    server = new ServerSocket(0, 50, LOOPBACK);
    server.setSoTimeout(TIMEOUT_MILLIS);
    proxy = FaultProxy.to(server.getLocalPort());
    client = new Socket(LOOPBACK, proxy.port());
    client.setSoTimeout(TIMEOUT_MILLIS);
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    proxy.close();
    server.close();
  }

  @Test
  void aConnectionCarriesSeveralCallsAndNotAByteIsChanged() throws Exception {
    exchange(
        "GET /a HTTP/1.1\r\nhOST:  x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    exchange(
        "POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
    exchange("HEAD /c HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n");
    exchange("DELETE /d HTTP/1.1\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n");
    exchange(
        "PUT /e HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n");

    assertThat(proxy.seen())
        .extracting(Exchange::operation)
        .containsExactly("GET /a", "POST /b", "HEAD /c", "DELETE /d", "PUT /e");
    assertThat(proxy.seen())
        .extracting(Exchange::text)
        .containsExactly("", "abc0123456789", "", "", "abc");
  }

  @Test
  void aBodyWithoutALengthEndsWithItsConnection() throws Exception {
    send(client, "GET / HTTP/1.1\r\n\r\n");
    try (Socket accepted = accept("GET / HTTP/1.1\r\n\r\n")) {
      send(accepted, "HTTP/1.1 200 OK\r\n\r\nand so on");
    }

    assertThat(client.getInputStream().readAllBytes())
        .asString(StandardCharsets.ISO_8859_1)
        .isEqualTo("HTTP/1.1 200 OK\r\n\r\nand so on");
  }

  @Test
  void aServerMayRefuseABodyBeforeItIsSent() throws Exception {
    String head = "PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n";
    String answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    send(client, head);
    try (Socket accepted = accept(head)) {
      send(accepted, answer);
      assertThat(client.getInputStream().readAllBytes())
          .asString(StandardCharsets.ISO_8859_1)
          .isEqualTo(answer);
    }
  }

  @Test
  void aClientThatWaitsIsAskedForItsBodyByTheServer() throws Exception {
    String head = "PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
    String ask = "HTTP/1.1 100 Continue\r\n\r\n";
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    send(client, head);
    try (Socket accepted = accept(head)) {
      send(accepted, ask);
      receive(client, ask);
      send(client, "body");
      receive(accepted, "body");
      send(accepted, answer);
      receive(client, answer);
    }
  }

  @Test
  void aServerMayAnswerBeforeItHasTheWholeBody() throws Exception {
    String answer = "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n";
    send(client, "PUT / HTTP/1.1\r\nContent-Length: 10000000\r\n\r\n" + "x".repeat(100_000));
    try (Socket accepted = server.accept()) {
      send(accepted, answer);
      receive(client, answer);
    }
  }

  @Test
  void aServerHearsAtOnceThatItsClientHasGone() throws Exception {
    send(client, "GET / HTTP/1.1\r\n\r\n");
    try (Socket accepted = accept("GET / HTTP/1.1\r\n\r\n")) {
      client.close();
      Awaitility.await().until(() -> isOver(accepted));
    }
  }

  @Test
  void aCallThatItsClientGaveUpStillArrivesLate() throws Exception {
    String request = "PUT / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody";
    Rule rule = proxy.when(Call.anyCall()).hang();
    send(client, request);
    Awaitility.await().until(() -> rule.hits() == 1);

    client.close();
    rule.clear();

    accept(request).close();
  }

  @Test
  void aClientHearsThatItsServerHasGone() throws Exception {
    send(client, "GET / HTTP/1.1\r\n\r\n");
    accept("GET / HTTP/1.1\r\n\r\n").close();

    assertThat(isOver(client)).isTrue();
  }

  @Test
  void aBodyIsNotHeldUntilItIsComplete() throws Exception {
    String head = "PUT / HTTP/1.1\r\nContent-Length: 100000000\r\n\r\n";
    String start = "x".repeat(Request.TEXT_BYTES + 1);
    send(client, head + start);
    try (Socket accepted = server.accept()) {
      accepted.setSoTimeout(TIMEOUT_MILLIS);
      receive(accepted, head + start);
      send(client, "y");
      receive(accepted, "y");
    }
  }

  private void exchange(String request, String answer) throws IOException {
    send(client, request);
    try (Socket accepted = accept(request)) {
      send(accepted, answer);
      receive(client, answer);
    }
  }

  /** The connection on which this came. */
  private Socket accept(String request) throws IOException {
    Socket accepted = server.accept();
    accepted.setSoTimeout(TIMEOUT_MILLIS);
    receive(accepted, request);
    return accepted;
  }

  private static void send(Socket socket, String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void receive(Socket socket, String expected) throws IOException {
    InputStream in = socket.getInputStream();
    assertThat(new String(in.readNBytes(expected.length()), StandardCharsets.ISO_8859_1))
        .isEqualTo(expected);
  }

  private static boolean isOver(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }
}
