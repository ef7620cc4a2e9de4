package ai.fileprocessing.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.StandIns;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

class InterruptibleHttpTest {
  private static final Message HELLO =
      Message.builder().role("user").content(ContentBlock.fromText("hello")).build();
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Bedrock bedrock = StandIns.shared().bedrock();
  private final int port = StandIns.shared().ports().bedrock();

  @BeforeEach
  @AfterEach
  void reset() {
    bedrock.reset();
  }

  @Test
  void aCallThatTakesTooLongIsATimeoutAndNoInterruption() {
    bedrock.configure(Map.of("hang", true));

    try (BedrockRuntimeClient client = client(port, Duration.ofMillis(500))) {
      assertThatThrownBy(() -> converse(client)).isInstanceOf(ApiCallTimeoutException.class);
    }
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    Awaitility.await().until(() -> bedrock.stats().inFlight() == 0);
  }

  @Test
  void anAnswerThatStopsInTheMiddleCanBeInterruptedToo() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        BedrockRuntimeClient client = client(server.getLocalPort(), PATIENCE)) {
      CompletableFuture<Throwable> ended = new CompletableFuture<>();
      Thread thread =
          new Thread(() -> ended.complete(catchThrowable(() -> converse(client))), "asks");
      thread.start();
      try (Socket half = server.accept()) {
        half.getOutputStream()
            .write(
                "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"output\":"
                    .getBytes(StandardCharsets.US_ASCII));

        thread.interrupt();

        assertThat(ended)
            .succeedsWithin(Duration.ofSeconds(10))
            .satisfies(
                end -> assertThat(end).hasRootCauseInstanceOf(ClosedByInterruptException.class));
        assertLeft(half);
      }
    }
  }

  @Test
  void anAnswerThatIsLargerThanAnyIsLeft() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        BedrockRuntimeClient client = client(server.getLocalPort(), PATIENCE)) {
      CompletableFuture<Throwable> ended = new CompletableFuture<>();
      new Thread(() -> ended.complete(catchThrowable(() -> converse(client))), "asks").start();
      try (Socket endless = server.accept()) {
        OutputStream out = endless.getOutputStream();
        out.write(
            "HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        byte[] some = new byte[1 << 20];
        long sent = 0;
        try {
          while (sent < 1L << 30) {
            out.write(some);
            sent += some.length;
          }
        } catch (SocketException e) {
          assertThat(ended)
              .succeedsWithin(Duration.ofSeconds(10))
              .satisfies(
                  end -> assertThat(end).hasRootCauseInstanceOf(AnswerTooLargeException.class));
        }
        assertThat(sent).isBetween((long) InterruptibleHttp.MOST, 64L << 20);
      }
    }
  }

  @Test
  void aConnectionServesTheNextCallAfterAWholeAnswer() throws Exception {
    try (BedrockRuntimeClient client = client(port, PATIENCE)) {
      converse(client);
      converse(client);
    }
    assertThat(bedrock.stats().byOutcome()).containsEntry("end_turn", 2L);
  }

  /** The request may still be read; behind it is the end. */
  private static void assertLeft(Socket half) throws IOException {
    half.setSoTimeout(10_000);
    try {
      half.getInputStream().readAllBytes();
    } catch (SocketTimeoutException e) {
      throw new AssertionError("The connection is still open", e);
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  private static void converse(BedrockRuntimeClient client) {
    client.converse(call -> call.modelId("anthropic.claude").messages(HELLO));
  }

  private static BedrockRuntimeClient client(int port, Duration wholeCall) {
    return BedrockRuntimeClient.builder()
        .endpointOverride(URI.create("http://127.0.0.1:" + port))
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "secret")))
        .httpClientBuilder(
            new InterruptibleHttp.Builder(
                Apache5HttpClient.builder().maxConnections(1).socketTimeout(PATIENCE)))
        .overrideConfiguration(
            o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()).apiCallTimeout(wholeCall))
        .build();
  }
}
