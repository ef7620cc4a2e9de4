package ai.fileprocessing.local;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What one receive of one message is known by.
 *
 * @param serial tells the receives of a message apart
 */
record ReceiptHandle(String queue, String message, long serial) {

  /** Refuses what no queue of this name ever gave. */
  static ReceiptHandle of(String text, String queue) {
    try {
      String[] parts =
          new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(" ");
      if (parts.length == 3 && parts[0].equals(queue)) {
        return new ReceiptHandle(parts[0], parts[1], Long.parseLong(parts[2]));
      }
    } catch (IllegalArgumentException e) {
      // Refused below, like a handle of another queue.
    }
    throw new SqsRefusedException(
        SqsFault.RECEIPT_HANDLE_IS_INVALID,
        "The input receipt handle \"%s\" is not a valid receipt handle.".formatted(text));
  }

  @Override
  public String toString() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((queue + " " + message + " " + serial).getBytes(StandardCharsets.UTF_8));
  }
}
