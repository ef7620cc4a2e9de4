package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttentionTest {
  private static final long LATER = TestJobs.NOW + 5_000;

  private final TestJobs jobs = new TestJobs();
  private final Attention attention = jobs.attention;

  @Test
  void everyOpenJobIsDueInItsTimeWhateverItsShard() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      ids.add(jobs.job(jobs.alice, 1).jobId());
    }
    long first = TestJobs.NOW + jobs.settings.sweepAfter().toSeconds();

    assertThat(ids.stream().map(Attention::shard).distinct().count()).isGreaterThan(1);
    assertThat(dueAt(first - 1)).isEmpty();
    assertThat(dueAt(first)).containsExactlyInAnyOrderElementsOf(ids);
  }

  @Test
  void whoeverTakesAJobTakesItAlone() {
    Attention.Due due = due();

    long takers =
        IntStream.range(0, 8)
            .parallel()
            .filter(i -> attention.take(due, LATER + i).isPresent())
            .count();

    assertThat(takers).isOne();
    assertThat(dueAt(LATER - 1)).isEmpty();
    assertThat(dueAt(LATER + 8)).hasSize(1);
  }

  @Test
  void whoeverComesSecondHasNotTakenItAlthoughBothWouldSetTheSameTime() {
    Attention.Due due = due();

    assertThat(attention.take(due, LATER)).isPresent();
    assertThat(attention.take(due, LATER)).isEmpty();
  }

  @Test
  void aTakeWhoseAnswerWasLostAndThatTheSdkRepeatsIsATake() {
    Attention.Due due = due();

    assertThat(new TestJobs(Map.of(), TestJobs.repeating()).attention.take(due, LATER)).isPresent();
  }

  @Test
  void aJobThatIsSettledIsNeverDueAgain() {
    Attention.Due due = due();
    attention.take(due, LATER);

    attention.settle(due, LATER, 1);
    attention.settle(due, LATER, 1);

    assertThat(dueAt(Instant.MAX.getEpochSecond())).isEmpty();
  }

  @Test
  void aJobThatWasCalledForInBetweenIsNotSettled() {
    Attention.Due due = due();
    attention.take(due, LATER);
    jobs.marks.cancel(jobs.rows.spec(due.userId(), due.jobId()).orElseThrow());

    attention.settle(due, LATER, 1);

    assertThat(dueAt(LATER)).containsExactly(due.jobId());
  }

  private Attention.Due due() {
    String jobId = jobs.job(jobs.alice, 1).jobId();
    return attention
        .due(Instant.ofEpochSecond(LATER))
        .filter(it -> it.jobId().equals(jobId))
        .findFirst()
        .orElseThrow();
  }

  private List<String> dueAt(long epochSecond) {
    return attention
        .due(Instant.ofEpochSecond(epochSecond))
        .filter(it -> it.userId().equals(jobs.alice))
        .map(Attention.Due::jobId)
        .toList();
  }
}
