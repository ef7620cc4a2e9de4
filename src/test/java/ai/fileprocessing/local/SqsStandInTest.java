package ai.fileprocessing.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchEntryIdsNotDistinctException;
import software.amazon.awssdk.services.sqs.model.BatchRequestTooLongException;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.EmptyBatchRequestException;
import software.amazon.awssdk.services.sqs.model.InvalidBatchEntryIdException;
import software.amazon.awssdk.services.sqs.model.InvalidMessageContentsException;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageNotInflightException;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiptHandleIsInvalidException;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SqsException;
import software.amazon.awssdk.services.sqs.model.TooManyEntriesInBatchRequestException;

/** Messages, as the SDK's client sees them. */
class SqsStandInTest {
  private static final int MEBIBYTE = 1024 * 1024;

  private final SqsClient sqs = StandIns.shared().sqs();
  private String queue;

  @BeforeEach
  void createQueue() {
    queue = sqs.createQueue(r -> r.queueName("test-" + System.nanoTime())).queueUrl();
  }

  @Test
  void aMessageIsHiddenUntilItsVisibilityIsGivenBack() {
    send("ring");
    Message received = receive().get(0);

    assertThat(receive()).isEmpty();

    changeVisibility(received, 0);
    assertThat(receive()).extracting(Message::body).containsExactly("ring");
  }

  @Test
  void aBatchIsSentAndDeletedWhole() {
    sqs.sendMessageBatch(r -> r.queueUrl(queue).entries(entry("a"), entry("b")));
    List<Message> messages = receive();
    assertThat(messages).extracting(Message::body).containsExactlyInAnyOrder("a", "b");

    var answer =
        sqs.deleteMessageBatch(
            r ->
                r.queueUrl(queue)
                    .entries(
                        messages.stream()
                            .map(
                                m ->
                                    DeleteMessageBatchRequestEntry.builder()
                                        .id(m.body())
                                        .receiptHandle(m.receiptHandle())
                                        .build())
                            .toList()));
    assertThat(answer.successful()).hasSize(2);
    assertThat(answer.failed()).isEmpty();
    assertThat(depth()).containsExactly(0, 0, 0);
  }

  @Test
  void visibleHiddenAndDelayedMessagesAreCountedApart() {
    send("hidden");
    receive();
    send("visible");
    send("visible too");
    sqs.sendMessage(r -> r.queueUrl(queue).messageBody("delayed").delaySeconds(900));

    assertThat(depth()).containsExactly(2, 1, 1);
  }

  @Test
  void aReceiveGivesOneMessageUnlessMoreAreAskedForAndTenAtMost() {
    IntStream.range(0, 12).forEach(i -> send("m" + i));

    assertThat(receive(ReceiveMessageRequest.builder())).hasSize(1);
    assertThat(receive()).hasSize(10);
    assertInvalid(() -> receive(ReceiveMessageRequest.builder().maxNumberOfMessages(11)));
    assertInvalid(() -> receive(ReceiveMessageRequest.builder().maxNumberOfMessages(0)));
  }

  @Test
  void timesOutOfRangeAreRefused() {
    send("m");
    Message message = receive().get(0);

    assertInvalid(() -> receive(ReceiveMessageRequest.builder().waitTimeSeconds(21)));
    assertInvalid(() -> receive(ReceiveMessageRequest.builder().visibilityTimeout(43_201)));
    assertInvalid(() -> receive(ReceiveMessageRequest.builder().visibilityTimeout(-1)));
    assertInvalid(() -> changeVisibility(message, 43_201));
    assertInvalid(() -> sqs.sendMessage(r -> r.queueUrl(queue).messageBody("m").delaySeconds(901)));
  }

  @Test
  void everyReceiveHasItsOwnReceiptAndOnlyTheLastCounts() {
    send("m");
    Message first = receive().get(0);
    changeVisibility(first, 0);
    Message second = receive().get(0);

    assertThat(second.receiptHandle()).isNotEqualTo(first.receiptHandle());
    assertInvalid(() -> changeVisibility(first, 10));
    delete(first);
    assertThat(depth()).containsExactly(0, 1, 0);
    delete(second);
    assertThat(depth()).containsExactly(0, 0, 0);
  }

  @Test
  void whatIsDeletedMayBeDeletedAgainButNotExtended() {
    send("m");
    Message message = receive().get(0);
    delete(message);

    delete(message);
    assertInvalid(() -> changeVisibility(message, 10));
  }

  @Test
  void theVisibilityOfAMessageThatIsNotInFlightIsNotChanged() {
    send("m");
    Message message = receive().get(0);
    changeVisibility(message, 0);

    assertThatThrownBy(() -> changeVisibility(message, 10))
        .isInstanceOf(MessageNotInflightException.class);
  }

  @Test
  void whatIsNoReceiptIsRefused() {
    assertThatThrownBy(() -> sqs.deleteMessage(r -> r.queueUrl(queue).receiptHandle("nonsense")))
        .isInstanceOf(ReceiptHandleIsInvalidException.class);
  }

  @Test
  void entriesOfABatchFailEachForItself() {
    send("held");
    send("lost");
    send("visible");
    List<Message> messages = receive();
    delete(messages.get(1));
    changeVisibility(messages.get(2), 0);

    var answer =
        sqs.changeMessageVisibilityBatch(
            r ->
                r.queueUrl(queue)
                    .entries(
                        messages.stream()
                            .map(
                                m ->
                                    ChangeMessageVisibilityBatchRequestEntry.builder()
                                        .id(m.body())
                                        .receiptHandle(m.receiptHandle())
                                        .visibilityTimeout(100)
                                        .build())
                            .toList()));
    assertThat(answer.successful()).extracting(it -> it.id()).containsExactly("held");
    assertThat(answer.failed())
        .allMatch(BatchResultErrorEntry::senderFault)
        .extracting(it -> it.id() + " " + it.code())
        .containsExactly(
            "lost InvalidParameterValue", "visible AWS.SimpleQueueService.MessageNotInflight");
  }

  @Test
  void aBatchHasAtLeastOneEntryAndAtMostTen() {
    assertThatThrownBy(() -> sendBatch(Stream.empty()))
        .isInstanceOf(EmptyBatchRequestException.class);
    assertThatThrownBy(() -> sendBatch(IntStream.range(0, 11).mapToObj(i -> entry("m" + i))))
        .isInstanceOf(TooManyEntriesInBatchRequestException.class);
    assertThat(sendBatch(IntStream.range(0, 10).mapToObj(i -> entry("m" + i))).successful())
        .hasSize(10);
  }

  @Test
  void theEntriesOfABatchHaveDifferentIds() {
    assertThatThrownBy(() -> sendBatch(Stream.of(entry("a"), entry("a"))))
        .isInstanceOf(BatchEntryIdsNotDistinctException.class);
    assertThatThrownBy(() -> sendBatch(Stream.of(entry("not an id"))))
        .isInstanceOf(InvalidBatchEntryIdException.class);
  }

  @Test
  void aMessageHasUpToOneMebibyte() {
    send("x".repeat(MEBIBYTE));

    assertThat(receive().get(0).body()).hasSize(MEBIBYTE);
    assertInvalid(() -> send("x".repeat(MEBIBYTE + 1)));
    assertInvalid(() -> send("ä".repeat(MEBIBYTE / 2 + 1)));
    assertInvalid(
        () ->
            sqs.sendMessage(
                r ->
                    r.queueUrl(queue)
                        .messageBody("x".repeat(MEBIBYTE))
                        .messageAttributes(Map.of("n", text("v")))));
  }

  @Test
  void allMessagesOfABatchHaveOneMebibyteTogether() {
    String half = "x".repeat(MEBIBYTE / 2);
    assertThat(sendBatch(Stream.of(entry("a", half), entry("b", half))).successful()).hasSize(2);

    assertThatThrownBy(() -> sendBatch(Stream.of(entry("a", half), entry("b", half + "x"))))
        .isInstanceOf(BatchRequestTooLongException.class);
  }

  @Test
  void aQueueMayTakeSmallerMessagesOnly() {
    sqs.setQueueAttributes(
        r -> r.queueUrl(queue).attributes(Map.of(QueueAttributeName.MAXIMUM_MESSAGE_SIZE, "1024")));

    SendMessageBatchResponse answer =
        sendBatch(Stream.of(entry("fits", "x".repeat(1024)), entry("not", "x".repeat(1025))));
    assertThat(answer.successful()).extracting(it -> it.id()).containsExactly("fits");
    assertThat(answer.failed()).extracting(it -> it.id()).containsExactly("not");
  }

  @Test
  void aBodyIsTextAndNotEmpty() {
    String text = "tab\t, lines\r\n, emoji 😀 and \uFFFD";
    send(text);

    assertThat(receive().get(0).body()).isEqualTo(text);
    assertThatThrownBy(() -> send("a bell \u0007"))
        .isInstanceOf(InvalidMessageContentsException.class);
    assertThatThrownBy(() -> send("")).hasMessageContaining("MessageBody");
  }

  @Test
  void aMessageHasTheSystemAttributesThatAreAskedFor() {
    sqs.sendMessage(r -> r.queueUrl(queue).messageBody("m").messageGroupId("tenant"));
    Message first =
        receive(
                ReceiveMessageRequest.builder()
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
            .get(0);

    assertThat(first.attributes())
        .containsOnlyKeys(
            MessageSystemAttributeName.SENDER_ID,
            MessageSystemAttributeName.SENT_TIMESTAMP,
            MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT,
            MessageSystemAttributeName.APPROXIMATE_FIRST_RECEIVE_TIMESTAMP,
            MessageSystemAttributeName.MESSAGE_GROUP_ID)
        .containsEntry(MessageSystemAttributeName.MESSAGE_GROUP_ID, "tenant")
        .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1");
    assertThat(first.attributes().get(MessageSystemAttributeName.SENT_TIMESTAMP))
        .isLessThanOrEqualTo(
            first.attributes().get(MessageSystemAttributeName.APPROXIMATE_FIRST_RECEIVE_TIMESTAMP));

    changeVisibility(first, 0);
    assertThat(
            receive(
                    ReceiveMessageRequest.builder()
                        .messageSystemAttributeNames(
                            MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT))
                .get(0)
                .attributes())
        .isEqualTo(Map.of(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "2"));
  }

  @Test
  @SuppressWarnings("deprecation")
  void systemAttributesMayBeAskedForByTheirOlderParameter() {
    send("m");

    assertThat(
            receive(
                    ReceiveMessageRequest.builder()
                        .attributeNamesWithStrings("ApproximateReceiveCount"))
                .get(0)
                .attributesAsStrings())
        .isEqualTo(Map.of("ApproximateReceiveCount", "1"));
  }

  @Test
  void aMessageHasNoAttributesUnlessTheyAreAskedFor() {
    sqs.sendMessage(
        r -> r.queueUrl(queue).messageBody("m").messageAttributes(Map.of("n", text("v"))));
    Message message = receive().get(0);

    assertThat(message.hasAttributes()).isFalse();
    assertThat(message.hasMessageAttributes()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "All, trace.id trace.no raw",
    ".*, trace.id trace.no raw",
    "trace.*, trace.id trace.no",
    "raw, raw",
    "trace, ''"
  })
  void messageAttributesAreSelectedByNameAndPrefix(String asked, String given) {
    Map<String, MessageAttributeValue> attributes =
        Map.of(
            "trace.id", text("ä 😀"),
            "trace.no",
                MessageAttributeValue.builder().dataType("Number.int").stringValue("7").build(),
            "raw",
                MessageAttributeValue.builder()
                    .dataType("Binary")
                    .binaryValue(SdkBytes.fromByteArray(new byte[] {0, -1, 7}))
                    .build());
    // The client itself compares the digests of what it sent and of what it received.
    sqs.sendMessage(r -> r.queueUrl(queue).messageBody("m").messageAttributes(attributes));

    Message message = receive(ReceiveMessageRequest.builder().messageAttributeNames(asked)).get(0);
    String[] names = given.isEmpty() ? new String[0] : given.split(" ");
    assertThat(message.messageAttributes()).containsOnlyKeys(names);
    message
        .messageAttributes()
        .forEach((name, value) -> assertThat(value).isEqualTo(attributes.get(name)));
    assertThat(message.md5OfMessageAttributes() != null).isEqualTo(names.length > 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Text", "string", "String.", ""})
  void anAttributeOfAnUnknownTypeIsRefused(String type) {
    assertInvalid(
        () ->
            sqs.sendMessage(
                r ->
                    r.queueUrl(queue)
                        .messageBody("m")
                        .messageAttributes(
                            Map.of(
                                "n",
                                MessageAttributeValue.builder()
                                    .dataType(type)
                                    .stringValue("v")
                                    .build()))));
  }

  @Test
  void whatBelongsToFifoQueuesIsRefused() {
    assertInvalid(
        () ->
            sqs.sendMessage(
                r -> r.queueUrl(queue).messageBody("m").messageDeduplicationId("once")));
    assertInvalid(
        () -> sqs.sendMessage(r -> r.queueUrl(queue).messageBody("m").messageGroupId("a group")));
  }

  @Test
  void aQuietGroupIsServedBeforeANoisyOne() {
    sendBatch(IntStream.range(0, 10).mapToObj(i -> entry("noisy-" + i, "noisy-" + i, "noisy")));
    assertThat(receive(ReceiveMessageRequest.builder().maxNumberOfMessages(3)))
        .extracting(Message::body)
        .containsExactly("noisy-0", "noisy-1", "noisy-2");
    sendBatch(IntStream.range(0, 2).mapToObj(i -> entry("quiet-" + i, "quiet-" + i, "quiet")));

    List<String> next = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      receive(ReceiveMessageRequest.builder()).forEach(m -> next.add(m.body()));
    }
    assertThat(next).containsExactly("quiet-0", "quiet-1", "noisy-3", "noisy-4");
  }

  private void send(String body) {
    sqs.sendMessage(r -> r.queueUrl(queue).messageBody(body));
  }

  private SendMessageBatchResponse sendBatch(Stream<SendMessageBatchRequestEntry> entries) {
    return sqs.sendMessageBatch(r -> r.queueUrl(queue).entries(entries.toList()));
  }

  private static SendMessageBatchRequestEntry entry(String body) {
    return entry(body, body);
  }

  private static SendMessageBatchRequestEntry entry(String id, String body) {
    return entry(id, body, null);
  }

  private static SendMessageBatchRequestEntry entry(String id, String body, String group) {
    return SendMessageBatchRequestEntry.builder()
        .id(id)
        .messageBody(body)
        .messageGroupId(group)
        .build();
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }

  private List<Message> receive() {
    return receive(ReceiveMessageRequest.builder().maxNumberOfMessages(10));
  }

  private List<Message> receive(ReceiveMessageRequest.Builder request) {
    return sqs.receiveMessage(request.queueUrl(queue).build()).messages();
  }

  private void delete(Message message) {
    sqs.deleteMessage(r -> r.queueUrl(queue).receiptHandle(message.receiptHandle()));
  }

  private void changeVisibility(Message message, int seconds) {
    sqs.changeMessageVisibility(
        r -> r.queueUrl(queue).receiptHandle(message.receiptHandle()).visibilityTimeout(seconds));
  }

  /** Visible, in flight, delayed. */
  private List<Integer> depth() {
    var attributes =
        sqs.getQueueAttributes(r -> r.queueUrl(queue).attributeNames(QueueAttributeName.ALL))
            .attributes();
    return Stream.of(
            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED)
        .map(name -> Integer.valueOf(attributes.get(name)))
        .toList();
  }

  private static void assertInvalid(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SqsException.class,
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidParameterValue"));
  }
}
