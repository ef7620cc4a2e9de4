package ai.fileprocessing.jobs.worker;

import ai.fileprocessing.platform.Traces;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/** Receives the messages of one queue. */
final class ReceiveMessages {
  private final SqsClient sqs;
  private final String queue;

  ReceiveMessages(SqsClient sqs, String queue) {
    this.sqs = sqs;
    this.queue = queue;
  }

  List<Message> receive(int most, Duration hidden, Duration wait) {
    return sqs
        .receiveMessage(
            it ->
                it.queueUrl(queue)
                    .maxNumberOfMessages(most)
                    .visibilityTimeout((int) hidden.toSeconds())
                    .waitTimeSeconds((int) wait.toSeconds())
                    .messageSystemAttributeNames(
                        MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT,
                        MessageSystemAttributeName.MESSAGE_GROUP_ID,
                        MessageSystemAttributeName.SENT_TIMESTAMP)
                    .messageAttributeNames(Traces.FIELDS))
        .messages()
        .stream()
        .map(ReceiveMessages::message)
        .toList();
  }

  private static Message message(software.amazon.awssdk.services.sqs.model.Message message) {
    var attributes = message.attributes();
    return new Message(
        message.body(),
        attributes.getOrDefault(MessageSystemAttributeName.MESSAGE_GROUP_ID, ""),
        message.receiptHandle(),
        Integer.parseInt(
            attributes.getOrDefault(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1")),
        Instant.ofEpochMilli(
            Long.parseLong(
                attributes.getOrDefault(MessageSystemAttributeName.SENT_TIMESTAMP, "0"))),
        trace(message.messageAttributes()));
  }

  private static Map<String, String> trace(Map<String, MessageAttributeValue> attributes) {
    Map<String, String> trace = new HashMap<>(2);
    for (String field : Traces.FIELDS) {
      MessageAttributeValue value = attributes.get(field);
      if (value != null && value.stringValue() != null) {
        trace.put(field, value.stringValue());
      }
    }
    return Map.copyOf(trace);
  }
}
