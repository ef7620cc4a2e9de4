package ai.fileprocessing.jobs.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** A queue in memory that notes what it is asked, and fails when it is told to. */
final class FakeSqs implements SqsClient {
  private static final Duration POLL = Duration.ofMillis(20);

  final BlockingQueue<Message> waiting = new LinkedBlockingQueue<>();
  final List<Integer> asked = new CopyOnWriteArrayList<>();
  final List<List<String>> deletes = new CopyOnWriteArrayList<>();
  final List<List<String>> extensions = new CopyOnWriteArrayList<>();
  final List<ChangeMessageVisibilityRequest> hidden = new CopyOnWriteArrayList<>();
  final List<SendMessageRequest> sent = new CopyOnWriteArrayList<>();
  final List<List<String>> batchesSent = new CopyOnWriteArrayList<>();
  final Set<String> refused = ConcurrentHashMap.newKeySet();

  /** Whether refusing is the sender's fault: the receipt is no longer good. */
  volatile boolean sendersFault = true;

  /** Thrown by every call of these names. */
  final Map<String, RuntimeException> failing = new ConcurrentHashMap<>();

  /** What to do before each call, by its name. */
  final Map<String, Runnable> before = new ConcurrentHashMap<>();

  static RuntimeException down() {
    return SqsException.builder().message("no answer").build();
  }

  /** Puts messages in whose receipts are their bodies. */
  FakeSqs put(String... bodies) {
    for (String body : bodies) {
      put(body, 1);
    }
    return this;
  }

  void put(String body, int receives) {
    waiting.add(
        Message.builder()
            .body(body)
            .receiptHandle(body)
            .attributes(
                Map.of(
                    MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT,
                    Integer.toString(receives)))
            .build());
  }

  FakeSqs put(int count) {
    return put(IntStream.range(0, count).mapToObj(i -> "m" + i).toArray(String[]::new));
  }

  /** All receipts that were deleted. */
  List<String> deleted() {
    return deletes.stream().flatMap(List::stream).toList();
  }

  /** For how many seconds a receipt was hidden, each time it was. */
  List<Integer> hidden(String receipt) {
    return hidden.stream()
        .filter(it -> it.receiptHandle().equals(receipt))
        .map(ChangeMessageVisibilityRequest::visibilityTimeout)
        .toList();
  }

  @Override
  public ReceiveMessageResponse receiveMessage(ReceiveMessageRequest request) {
    asked.add(request.maxNumberOfMessages());
    happen("receive");
    List<Message> messages = new ArrayList<>();
    if (request.waitTimeSeconds() > 0 && waiting.isEmpty()) {
      try {
        Message first = waiting.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          messages.add(first);
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    waiting.drainTo(messages, request.maxNumberOfMessages() - messages.size());
    return ReceiveMessageResponse.builder().messages(messages).build();
  }

  @Override
  public SendMessageResponse sendMessage(SendMessageRequest request) {
    happen("send");
    sent.add(request);
    return SendMessageResponse.builder().build();
  }

  @Override
  public SendMessageBatchResponse sendMessageBatch(SendMessageBatchRequest request) {
    happen("send");
    batchesSent.add(
        request.entries().stream().map(SendMessageBatchRequestEntry::messageBody).toList());
    return SendMessageBatchResponse.builder()
        .failed(
            refused(
                request.entries(),
                SendMessageBatchRequestEntry::messageBody,
                SendMessageBatchRequestEntry::id))
        .build();
  }

  @Override
  public DeleteMessageBatchResponse deleteMessageBatch(DeleteMessageBatchRequest request) {
    happen("delete");
    deletes.add(
        request.entries().stream().map(DeleteMessageBatchRequestEntry::receiptHandle).toList());
    return DeleteMessageBatchResponse.builder()
        .failed(
            refused(
                request.entries(),
                DeleteMessageBatchRequestEntry::receiptHandle,
                DeleteMessageBatchRequestEntry::id))
        .build();
  }

  @Override
  public ChangeMessageVisibilityResponse changeMessageVisibility(
      ChangeMessageVisibilityRequest request) {
    happen("hide");
    if (refused.contains(request.receiptHandle())) {
      throw down();
    }
    hidden.add(request);
    return ChangeMessageVisibilityResponse.builder().build();
  }

  @Override
  public ChangeMessageVisibilityBatchResponse changeMessageVisibilityBatch(
      ChangeMessageVisibilityBatchRequest request) {
    happen("extend");
    extensions.add(
        request.entries().stream()
            .map(ChangeMessageVisibilityBatchRequestEntry::receiptHandle)
            .toList());
    return ChangeMessageVisibilityBatchResponse.builder()
        .failed(
            refused(
                request.entries(),
                ChangeMessageVisibilityBatchRequestEntry::receiptHandle,
                ChangeMessageVisibilityBatchRequestEntry::id))
        .build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {
    // Nothing is open.
  }

  private void happen(String call) {
    before.getOrDefault(call, () -> {}).run();
    RuntimeException failure = failing.get(call);
    if (failure != null) {
      throw failure;
    }
  }

  private <T> List<BatchResultErrorEntry> refused(
      List<T> entries, Function<T, String> name, Function<T, String> id) {
    return entries.stream()
        .filter(it -> refused.contains(name.apply(it)))
        .map(id)
        .map(it -> BatchResultErrorEntry.builder().id(it).senderFault(sendersFault).build())
        .toList();
  }
}
