package ai.fileprocessing.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Polls that wait, which the queue of a stopped worker must survive. */
class SqsLongPollTest {
  private static final Duration SOON = Duration.ofSeconds(15);

  private final StandIns standIns = StandIns.shared();
  private final SqsClient sqs = standIns.sqs();
  private String queue;

  @BeforeEach
  void createQueue() {
    queue = sqs.createQueue(r -> r.queueName("test-" + System.nanoTime())).queueUrl();
    standIns.queues().resetCalls();
  }

  @Test
  void aPollEndsWithTheFirstMessage() {
    var poll = poll(20);
    awaitPolls(1);
    send("ring");

    assertThat(poll).succeedsWithin(SOON).isEqualTo(List.of("ring"));
  }

  @Test
  void aPollEndsWithoutAMessageWhenItsTimeIsOver() {
    assertThat(poll(1)).succeedsWithin(SOON).isEqualTo(List.of());
  }

  @Test
  void aPollWaitsAsLongAsItsQueueSaysUnlessItSaysSoItself() {
    sqs.setQueueAttributes(
        r ->
            r.queueUrl(queue)
                .attributes(
                    java.util.Map.of(QueueAttributeName.RECEIVE_MESSAGE_WAIT_TIME_SECONDS, "20")));
    assertThat(poll(0)).succeedsWithin(SOON).isEqualTo(List.of());

    var patient =
        CompletableFuture.supplyAsync(
            () -> sqs.receiveMessage(r -> r.queueUrl(queue)).messages().size());
    awaitPolls(2);
    send("ring");
    assertThat(patient).succeedsWithin(SOON).isEqualTo(1);
  }

  @Test
  void aPollSeesWhatBecomesVisibleWhileItWaits() {
    sqs.sendMessage(r -> r.queueUrl(queue).messageBody("delayed").delaySeconds(1));
    assertThat(poll(20)).succeedsWithin(SOON).isEqualTo(List.of("delayed"));

    send("times out");
    sqs.receiveMessage(r -> r.queueUrl(queue).visibilityTimeout(1));
    assertThat(poll(20)).succeedsWithin(SOON).isEqualTo(List.of("times out"));

    send("given back");
    Message held = sqs.receiveMessage(r -> r.queueUrl(queue)).messages().get(0);
    var poll = poll(20);
    awaitPolls(5);
    sqs.changeMessageVisibility(
        r -> r.queueUrl(queue).receiptHandle(held.receiptHandle()).visibilityTimeout(0));
    assertThat(poll).succeedsWithin(SOON).isEqualTo(List.of("given back"));
  }

  @Test
  void aPollOfTheDeadLettersSeesOneThatDies() {
    String dead = sqs.createQueue(r -> r.queueName("dead-" + System.nanoTime())).queueUrl();
    String arn = Queue.arn(dead.substring(dead.lastIndexOf('/') + 1));
    sqs.setQueueAttributes(
        r ->
            r.queueUrl(queue)
                .attributes(
                    java.util.Map.of(
                        QueueAttributeName.REDRIVE_POLICY, new RedrivePolicy(arn, 1).toString())));
    var burial =
        CompletableFuture.supplyAsync(
            () -> sqs.receiveMessage(r -> r.queueUrl(dead).waitTimeSeconds(20)).messages().size());
    awaitPolls(1);
    send("poison");
    sqs.receiveMessage(r -> r.queueUrl(queue).visibilityTimeout(0));
    sqs.receiveMessage(r -> r.queueUrl(queue));

    assertThat(burial).succeedsWithin(SOON).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPollWhoseClientHasGoneTakesNoMessage(boolean reset) throws IOException {
    for (int i = 1; i <= 20; i++) {
      Socket gone = rawPoll();
      awaitPolls(i);
      if (reset) {
        gone.setSoLinger(true, 0);
      }
      gone.close();
    }
    send("for the living");

    List<Message> messages =
        sqs.receiveMessage(
                r -> r.queueUrl(queue).messageSystemAttributeNames(MessageSystemAttributeName.ALL))
            .messages();
    assertThat(messages)
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.body()).isEqualTo("for the living");
              assertThat(message.attributes())
                  .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1");
            });
  }

  @Test
  void whoWaitsLongestIsServedFirst() {
    var first = poll(20);
    awaitPolls(1);
    var second = poll(20);
    awaitPolls(2);
    // Counted is not yet waiting: what is asked for after it has to wait for its turn.
    sqs.getQueueUrl(r -> r.queueName("local-jobs"));
    send("a");
    assertThat(CompletableFuture.anyOf(first, second)).succeedsWithin(SOON);
    send("b");

    assertThat(second).succeedsWithin(SOON);
    assertThat(Stream.of(first, second).flatMap(it -> it.join().stream()))
        .containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void morePollsWaitTogetherThanTheServerHasThreads() {
    int polls = 300;
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(LoopbackServer.uri(standIns.ports().sqs()))
            .header("X-Amz-Target", "AmazonSQS.ReceiveMessage")
            .POST(HttpRequest.BodyPublishers.ofString(body()))
            .build();
    List<CompletableFuture<HttpResponse<String>>> waiting =
        IntStream.range(0, polls)
            .mapToObj(i -> http.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
            .toList();
    awaitPolls(polls);
    assertThat(waiting).noneMatch(CompletableFuture::isDone);

    IntStream.range(0, polls).forEach(i -> send("m" + i));
    assertThat(waiting).allSatisfy(it -> assertThat(it.join().body()).contains("\"Messages\":[{"));
    assertThat(waiting.stream().map(it -> it.join().body()).distinct()).hasSize(polls);
  }

  private void send(String body) {
    sqs.sendMessage(r -> r.queueUrl(queue).messageBody(body));
  }

  private CompletableFuture<List<String>> poll(int seconds) {
    return CompletableFuture.supplyAsync(
        () ->
            sqs.receiveMessage(r -> r.queueUrl(queue).waitTimeSeconds(seconds)).messages().stream()
                .map(Message::body)
                .toList());
  }

  private void awaitPolls(long count) {
    await().until(() -> standIns.queues().calls().getOrDefault("ReceiveMessage", 0L) == count);
  }

  private String body() {
    return "{\"QueueUrl\":\"" + queue + "\",\"WaitTimeSeconds\":20}";
  }

  private Socket rawPoll() throws IOException {
    URI server = LoopbackServer.uri(standIns.ports().sqs());
    Socket socket = new Socket(server.getHost(), server.getPort());
    String body = body();
    String request =
        "POST / HTTP/1.1\r\nHost: sqs\r\nX-Amz-Target: AmazonSQS.ReceiveMessage\r\n"
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }
}
