package ai.fileprocessing.local;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where a message goes instead of being received once more than {@code maxReceiveCount} times. */
record RedrivePolicy(String target, int maxReceiveCount) {
  private static final int MOST_RECEIVES = 1000;
  private static final JsonMapper JSON = JsonMapper.shared();

  static RedrivePolicy parse(String value) {
    try {
      JsonNode json = JSON.readTree(value);
      String target = json.path("deadLetterTargetArn").asString("");
      int receives = json.path("maxReceiveCount").asInt(0);
      if (!target.isEmpty() && receives >= 1 && receives <= MOST_RECEIVES) {
        return new RedrivePolicy(target, receives);
      }
    } catch (JacksonException e) {
      // Refused below, like every other value that is no policy.
    }
    throw SqsRefusedException.invalid(
        "RedrivePolicy",
        value,
        "Needs deadLetterTargetArn, and maxReceiveCount from 1 to " + MOST_RECEIVES + ".");
  }

  @Override
  public String toString() {
    return JSON.createObjectNode()
        .put("deadLetterTargetArn", target)
        .put("maxReceiveCount", maxReceiveCount)
        .toString();
  }
}
