package ai.fileprocessing.inference;

import ai.fileprocessing.local.StandIns;
import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.TestFloor;
import java.time.Clock;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The saved prompts over the stand-ins, for the tests of this room and of others. */
public final class TestPrompts {
  private TestPrompts() {}

  /** As they are in production. */
  public static Prompts over(Clock clock) {
    return over(rows(StandIns.shared().dynamodb()), clock, Map.of());
  }

  static Prompts over(PromptRows rows, Clock clock, Map<String, String> changes) {
    return new PromptStore(
        rows, new Ids(), clock, PromptSettings.from(TestFloor.settings(changes)));
  }

  static PromptRows rows(DynamoDbClient dynamodb) {
    return new PromptRows(dynamodb, PromptSettings.from(TestFloor.settings(Map.of())));
  }
}
