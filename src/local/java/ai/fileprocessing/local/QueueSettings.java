package ai.fileprocessing.local;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The attributes of a queue that can be set; SQS's API reference, SetQueueAttributes. */
record QueueSettings(Map<String, Integer> numbers, Optional<RedrivePolicy> redrive) {
  /** The largest message, and the largest batch of them, in bytes. */
  static final int LARGEST = 1024 * 1024;

  /** The longest visibility timeout, in seconds: twelve hours. */
  static final int LONGEST_VISIBILITY = 43_200;

  static final int LONGEST_DELAY = 900;
  static final int LONGEST_WAIT = 20;

  private static final String REDRIVE_POLICY = "RedrivePolicy";
  private static final Map<String, Range> RANGES =
      Map.of(
          "DelaySeconds", new Range(0, LONGEST_DELAY, 0),
          "MaximumMessageSize", new Range(1024, LARGEST, LARGEST),
          "MessageRetentionPeriod", new Range(60, 1_209_600, 345_600),
          "ReceiveMessageWaitTimeSeconds", new Range(0, LONGEST_WAIT, 0),
          "VisibilityTimeout", new Range(0, LONGEST_VISIBILITY, 30));

  private record Range(int least, int most, int usual) {}

  static QueueSettings usual() {
    Map<String, Integer> numbers = new HashMap<>();
    RANGES.forEach((name, range) -> numbers.put(name, range.usual()));
    return new QueueSettings(numbers, Optional.empty());
  }

  /** With some changed; refuses what is unknown, because it would be without effect. */
  QueueSettings with(Map<String, String> changes) {
    Map<String, Integer> changed = new HashMap<>(numbers);
    Optional<RedrivePolicy> policy = redrive;
    for (var change : changes.entrySet()) {
      String name = change.getKey();
      String value = change.getValue();
      if (RANGES.containsKey(name)) {
        changed.put(name, number(name, value));
      } else if (name.equals(REDRIVE_POLICY)) {
        policy = value.isEmpty() ? Optional.empty() : Optional.of(RedrivePolicy.parse(value));
      } else {
        throw new SqsRefusedException(
            SqsFault.INVALID_ATTRIBUTE_NAME, "Unknown Attribute " + name + ".");
      }
    }
    return new QueueSettings(Map.copyOf(changed), policy);
  }

  Map<String, String> attributes() {
    Map<String, String> attributes = new TreeMap<>();
    numbers.forEach((name, value) -> attributes.put(name, value.toString()));
    redrive.ifPresent(policy -> attributes.put(REDRIVE_POLICY, policy.toString()));
    return attributes;
  }

  int delaySeconds() {
    return numbers.get("DelaySeconds");
  }

  int maximumMessageSize() {
    return numbers.get("MaximumMessageSize");
  }

  int retentionSeconds() {
    return numbers.get("MessageRetentionPeriod");
  }

  int waitSeconds() {
    return numbers.get("ReceiveMessageWaitTimeSeconds");
  }

  int visibilitySeconds() {
    return numbers.get("VisibilityTimeout");
  }

  private static int number(String name, String value) {
    Range range = RANGES.get(name);
    try {
      int number = Integer.parseInt(value);
      if (number >= range.least() && number <= range.most()) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a number out of range.
    }
    throw new SqsRefusedException(
        SqsFault.INVALID_ATTRIBUTE_VALUE, "Invalid value for the parameter " + name + ".");
  }
}
