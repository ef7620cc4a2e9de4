package ai.fileprocessing.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreferredWaitTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "wait=1                                | 1",
        "wait=30                               | 30",
        "wait=31                               | 30",
        "wait=99999999999999999999             | 30",
        "wait=007                              | 7",
        "WAIT=5                                | 5",
        "wait = 5                              | 5",
        "wait=\"5\"                            | 5",
        "wait=5; strictly=no                   | 5",
        "respond-async, wait=5                 | 5",
        "wait=5,return=minimal                 | 5",
        ", ,wait=5,                            | 5",
        "wait=5, wait=10                       | 5",
        "note=\"a, wait=7\", wait=5            | 5",
        "note=\"a \\\", wait=7\", wait=5       | 5"
      })
  void theFirstWaitCountsInSecondsUpToThirty(String header, int seconds) {
    assertThat(PreferredWait.in(List.of(header))).contains(new PreferredWait(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "wait",
        "wait=",
        "wait=0",
        "wait=-1",
        "wait=+1",
        "wait=1.5",
        "wait=1s",
        "wait=soon, wait=5",
        "await=5",
        "wait=\"5",
        "note=\"wait=5\"",
        "handling=lenient"
      })
  void whatIsNoNumberOfSecondsIsNoPreference(String header) {
    assertThat(PreferredWait.in(List.of(header))).isEmpty();
  }

  @Test
  void severalHeadersAreOneList() {
    assertThat(PreferredWait.in(List.of("respond-async", "wait=3", "wait=4")))
        .contains(new PreferredWait(3));
    assertThat(PreferredWait.in(null)).isEmpty();
  }

  @Test
  void theAnswerTellsTheWaitThatWasMeant() {
    assertThat(PreferredWait.in(List.of("wait=90")).orElseThrow().applied()).isEqualTo("wait=30");
  }

  @Test
  void aLongHeaderIsReadAsWell() {
    assertThat(PreferredWait.in(List.of("\"".repeat(20_001) + ",".repeat(20_000)))).isEmpty();
    assertThat(PreferredWait.in(List.of("wait=" + "0".repeat(50_000)))).isEmpty();
  }
}
