package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WorkerRowsTest {
  private final TestJobs jobs = new TestJobs();
  private final WorkerRows workers = jobs.workers;
  private final String self = UUID.randomUUID().toString();

  @Test
  void eachBeatCounts() {
    workers.beat(self);
    assertThat(workers.all()).containsEntry(self, 1L);
    workers.beat(self);
    assertThat(workers.all()).containsEntry(self, 2L);
  }

  @Test
  void aProcessThatEndsIsGoneAndMayEndTwice() {
    workers.beat(self);

    workers.remove(self);
    workers.remove(self);

    assertThat(workers.all()).doesNotContainKey(self);
  }

  @Test
  void aSilentProcessIsRemovedAndOneThatHasBeatenSinceIsNot() {
    workers.beat(self);
    workers.beat(self);

    workers.remove(self, 1);
    assertThat(workers.all()).containsKey(self);
    workers.remove(self, 2);
    assertThat(workers.all()).doesNotContainKey(self);
    workers.remove(self, 2);
  }

  @Test
  void aBeatThatTheSdkRepeatsOnlyCountsMore() {
    new TestJobs(Map.of(), TestJobs.repeating()).workers.beat(self);

    assertThat(workers.all().get(self)).isPositive();
  }
}
