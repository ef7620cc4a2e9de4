package ai.fileprocessing.local;

import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The actions on messages, but for receiving them, which may have to wait. */
final class MessageActions {
  private final QueueRegistry queues;

  MessageActions(QueueRegistry queues) {
    this.queues = queues;
  }

  Map<String, Function<SqsRequest, ObjectNode>> byName() {
    return Map.of(
        "SendMessage", request -> send(queue(request), request),
        "SendMessageBatch", this::sendBatch,
        "DeleteMessage", request -> delete(queue(request), request),
        "DeleteMessageBatch", request -> batch(request, MessageActions::delete),
        "ChangeMessageVisibility", request -> changeVisibility(queue(request), request),
        "ChangeMessageVisibilityBatch",
            request -> batch(request, MessageActions::changeVisibility));
  }

  @FunctionalInterface
  private interface OnQueue {
    ObjectNode apply(Queue queue, SqsRequest request);
  }

  private ObjectNode batch(SqsRequest request, OnQueue action) {
    Queue queue = queue(request);
    return SqsBatch.of(request).answer(entry -> action.apply(queue, entry));
  }

  private ObjectNode sendBatch(SqsRequest request) {
    Queue queue = queue(request);
    SqsBatch batch = SqsBatch.of(request);
    long size = batch.entries().stream().mapToLong(MessageActions::sizeOrNothing).sum();
    if (size > QueueSettings.LARGEST) {
      throw new SqsRefusedException(
          SqsFault.BATCH_REQUEST_TOO_LONG,
          "Batch requests cannot be longer than %d bytes. You have sent %d bytes."
              .formatted(QueueSettings.LARGEST, size));
    }
    return batch.answer(entry -> send(queue, entry));
  }

  /** What an entry that fails for itself weighs is not the batch's concern. */
  private static long sizeOrNothing(SqsRequest entry) {
    try {
      return MessageContent.of(entry).size();
    } catch (SqsRefusedException e) {
      return 0;
    }
  }

  private static ObjectNode send(Queue queue, SqsRequest request) {
    MessageContent content = MessageContent.of(request);
    int most = queue.settings().maximumMessageSize();
    if (content.size() > most) {
      throw new SqsRefusedException(
          SqsFault.INVALID_PARAMETER_VALUE,
          "One or more parameters are invalid. Reason: Message must be shorter than %d bytes."
              .formatted(most));
    }
    String id = queue.send(content, request.number("DelaySeconds", 0, QueueSettings.LONGEST_DELAY));
    ObjectNode json = empty().put("MessageId", id).put("MD5OfMessageBody", Md5.of(content.body()));
    if (!content.attributes().isEmpty()) {
      json.put("MD5OfMessageAttributes", Md5.of(content.attributes()));
    }
    return json;
  }

  private static ObjectNode delete(Queue queue, SqsRequest request) {
    queue.delete(request.text("ReceiptHandle"));
    return empty();
  }

  private static ObjectNode changeVisibility(Queue queue, SqsRequest request) {
    String receipt = request.text("ReceiptHandle");
    int seconds =
        request
            .number("VisibilityTimeout", 0, QueueSettings.LONGEST_VISIBILITY)
            .orElseThrow(
                () ->
                    new SqsRefusedException(
                        SqsFault.MISSING_PARAMETER,
                        "The request must contain the parameter VisibilityTimeout."));
    queue.changeVisibility(receipt, seconds);
    return empty();
  }

  private Queue queue(SqsRequest request) {
    return queues.byUrl(request.text("QueueUrl"));
  }

  private static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }
}
