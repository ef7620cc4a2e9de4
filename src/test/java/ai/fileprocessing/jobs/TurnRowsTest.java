package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.jobs.worker.SharedCount;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TurnRowsTest {
  private final TestJobs jobs = new TestJobs();
  private final SharedCount turns = new TurnRows(jobs.dynamodb, jobs.settings);
  private final String self = UUID.randomUUID().toString();

  @Test
  void whoSawTheLastCountRaisesItAndNobodyElseDoes() {
    long seen = turns.read();

    assertThat(turns.raise(seen, self)).isTrue();
    assertThat(turns.raise(seen, "another")).isFalse();
    assertThat(turns.read()).isEqualTo(seen + 1);
  }

  @Test
  void ofManyWhoRaiseItAtOnceOneDoes() {
    long seen = turns.read();

    long raised =
        IntStream.range(0, 20).parallel().filter(i -> turns.raise(seen, self + i)).count();

    assertThat(raised).isOne();
  }

  @Test
  void aWriteThatTheSdkRepeatsAfterALostAnswerIsKnownAgain() {
    TestJobs repeating = new TestJobs(Map.of(), TestJobs.repeating());
    long seen = turns.read();

    assertThat(new TurnRows(repeating.dynamodb, jobs.settings).raise(seen, self)).isTrue();
    assertThat(turns.read()).isEqualTo(seen + 1);
  }
}
