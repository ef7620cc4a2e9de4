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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
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
                .attributes(Map.of(QueueAttributeName.RECEIVE_MESSAGE_WAIT_TIME_SECONDS, "20")));
    assertThat(poll(0)).succeedsWithin(SOON).isEqualTo(List.of());

    var patient =
        CompletableFuture.supplyAsync(
            () -> sqs.receiveMessage(r -> r.queueUrl(queue)).messages().size());
    awaitPolls(1);
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
    awaitPolls(1);
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
                    Map.of(
                        QueueAttributeName.REDRIVE_POLICY, new RedrivePolicy(arn, 1).toString())));
    var burial =
        CompletableFuture.supplyAsync(
            () -> sqs.receiveMessage(r -> r.queueUrl(dead).waitTimeSeconds(20)).messages().size());
    awaitPolls(dead, 1);
    send("poison");
    sqs.receiveMessage(r -> r.queueUrl(queue).visibilityTimeout(0));
    sqs.receiveMessage(r -> r.queueUrl(queue));

    assertThat(burial).succeedsWithin(SOON).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPollWhoseClientHasGoneTakesNoMessage(boolean reset) throws IOException {
    for (int i = 1; i <= 20; i++) {
      Socket gone = rawPoll(1);
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
    awaitPolls(0);
  }

  @Test
  void whatAClientDoesNotStayToReadIsVisibleAgain() throws IOException {
    // More than the buffers of a connection hold, so that the answer is still being written.
    IntStream.range(0, 10).forEach(i -> send("x".repeat(QueueSettings.LARGEST)));
    try (Socket leaving = rawPoll(10)) {
      await().until(() -> visible() == 0);
      leaving.setSoLinger(true, 0);
    }

    await().until(() -> visible() == 10);
  }

  @Test
  void whoWaitsLongestIsServedFirst() {
    var first = poll(20);
    awaitPolls(1);
    var second = poll(20);
    awaitPolls(2);
    send("a");
    send("b");

    assertThat(first).succeedsWithin(SOON).isEqualTo(List.of("a"));
    assertThat(second).succeedsWithin(SOON).isEqualTo(List.of("b"));
  }

  @Test
  void morePollsWaitTogetherThanTheServerHasThreads() {
    int polls = 300;
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(LoopbackServer.uri(standIns.ports().sqs()))
            .header("X-Amz-Target", "AmazonSQS.ReceiveMessage")
            .POST(HttpRequest.BodyPublishers.ofString(body(1)))
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

  private void awaitPolls(int count) {
    awaitPolls(queue, count);
  }

  private void awaitPolls(String url, int count) {
    await().until(() -> standIns.queues().waitingPolls(url) == count);
  }

  private int visible() {
    QueueAttributeName name = QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES;
    return Integer.parseInt(
        sqs.getQueueAttributes(r -> r.queueUrl(queue).attributeNames(name)).attributes().get(name));
  }

  private String body(int messages) {
    return "{\"QueueUrl\":\"%s\",\"WaitTimeSeconds\":20,\"MaxNumberOfMessages\":%d}"
        .formatted(queue, messages);
  }

  private Socket rawPoll(int messages) throws IOException {
    URI server = LoopbackServer.uri(standIns.ports().sqs());
    Socket socket = new Socket(server.getHost(), server.getPort());
    String body = body(messages);
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
