package ai.fileprocessing.local;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Pattern;

/**
 * What a producer sends.
 *
 * @param group whose message it is, for {@link FairOrder}
 */
record MessageContent(
    String body, Optional<String> group, SortedMap<String, MessageAttribute> attributes) {
  /** What XML 1.0 knows; SQS's API reference, SendMessage. */
  private static final Pattern BODY =
      Pattern.compile("[\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]*+");

  private static final Pattern GROUP = Pattern.compile("[\\x21-\\x7E]{1,128}");

  static MessageContent of(SqsRequest request) {
    String body = request.text("MessageBody");
    if (!BODY.matcher(body).matches()) {
      throw new SqsRefusedException(
          SqsFault.INVALID_MESSAGE_CONTENTS,
          "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF"
              + " | #xE000 to #xFFFD | #x10000 to #x10FFFF");
    }
    Optional<String> group = request.optional("MessageGroupId");
    if (group.isPresent() && !GROUP.matcher(group.get()).matches()) {
      throw SqsRefusedException.invalid(
          "MessageGroupId", group.get(), "Must be 1 to 128 letters, digits and punctuation.");
    }
    for (String unknown : new String[] {"MessageDeduplicationId", "MessageSystemAttributes"}) {
      if (request.json().path(unknown).size() > 0 || request.optional(unknown).isPresent()) {
        throw SqsRefusedException.invalid(
            unknown, request.json().path(unknown), "Not known to standard queues here.");
      }
    }
    return new MessageContent(
        body, group, MessageAttribute.parse(request.json().path("MessageAttributes")));
  }

  /** In bytes: the body, and every attribute's name, type and value. */
  int size() {
    int size = body.getBytes(StandardCharsets.UTF_8).length;
    for (var attribute : attributes.entrySet()) {
      MessageAttribute value = attribute.getValue();
      size += attribute.getKey().length() + value.dataType().length() + value.value().length;
    }
    return size;
  }
}
