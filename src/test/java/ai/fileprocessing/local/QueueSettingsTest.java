package ai.fileprocessing.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueueSettingsTest {
  @Test
  void aQueueIsMadeWithTheDefaultsOfSqs() {
    assertThat(QueueSettings.usual().attributes())
        .isEqualTo(
            Map.of(
                "DelaySeconds", "0",
                "MaximumMessageSize", "1048576",
                "MessageRetentionPeriod", "345600",
                "ReceiveMessageWaitTimeSeconds", "0",
                "VisibilityTimeout", "30"));
  }

  @ParameterizedTest
  @CsvSource({
    "DelaySeconds, 0, 900",
    "MaximumMessageSize, 1024, 1048576",
    "MessageRetentionPeriod, 60, 1209600",
    "ReceiveMessageWaitTimeSeconds, 0, 20",
    "VisibilityTimeout, 0, 43200"
  })
  void everyNumberHasItsRange(String name, int least, int most) {
    for (int allowed : new int[] {least, most}) {
      assertThat(set(name, Integer.toString(allowed)).attributes())
          .containsEntry(name, Integer.toString(allowed));
    }
    for (String refused : new String[] {"" + (least - 1), "" + (most + 1), "many", ""}) {
      assertThatThrownBy(() -> set(name, refused))
          .hasMessage("Invalid value for the parameter %s.".formatted(name));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Policy", "FifoQueue", "KmsMasterKeyId", "QueueArn", "Colour"})
  void whatWouldHaveNoEffectIsRefused(String name) {
    assertThatThrownBy(() -> set(name, "1")).hasMessage("Unknown Attribute %s.".formatted(name));
  }

  @Test
  void anEmptyRedrivePolicyTakesItAway() {
    QueueSettings redriven =
        set("RedrivePolicy", "{\"deadLetterTargetArn\":\"arn:x\",\"maxReceiveCount\":\"3\"}");

    assertThat(redriven.redrive()).contains(new RedrivePolicy("arn:x", 3));
    assertThat(redriven.with(Map.of("RedrivePolicy", "")).redrive()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "{}",
        "{\"maxReceiveCount\":3}",
        "{\"deadLetterTargetArn\":\"arn:x\"}",
        "{\"deadLetterTargetArn\":\"arn:x\",\"maxReceiveCount\":0}",
        "{\"deadLetterTargetArn\":\"arn:x\",\"maxReceiveCount\":1001}"
      })
  void aRedrivePolicyNeedsATargetAndACount(String policy) {
    assertThatThrownBy(() -> set("RedrivePolicy", policy)).hasMessageContaining("RedrivePolicy");
  }

  private static QueueSettings set(String name, String value) {
    return QueueSettings.usual().with(Map.of(name, value));
  }
}
