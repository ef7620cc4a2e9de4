package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.local.StandIns;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;

/** Two processes on the same stores: one that stores jobs, and one that sweeps. */
class RingFilesTest {
  private static final int BACKLOG = 50;

  private final TestJobs sweeper = new TestJobs();
  private final String url = sweeper.worker.settings().queue().toString();
  private final TestJobs storer = new TestJobs(Map.of("jobs.queue.url", url));
  private final Draft draft = TestJobs.draft(storer.spec(), storer.pending(storer.alice, 12));

  RingFilesTest() {
    storer.worker.beat(storer.peers);
    JobSpec other = storer.spec();
    storer.tickets.send(
        IntStream.range(0, BACKLOG)
            .mapToObj(i -> new Ticket(other.userId(), other.jobId(), storer.ids.next()))
            .toList());
  }

  @Test
  void whatIsStoredByAProcessThatDiesBeforeItRingsIsRungForAtTheNextVisitBehindAnyBacklog() {
    storer.unrung(draft);
    storer.worker.leave(storer.peers);

    sweep();
    assertThat(waiting()).isEqualTo(BACKLOG + 12);
    assertThat(sweeper.meters.of("swept", "files without a message")).isEqualTo(12);

    sweep();
    assertThat(waiting()).isEqualTo(BACKLOG + 12);
  }

  @Test
  void whatALivingProcessIsAboutToRingForIsLeftToItBehindABacklog() {
    storer.unrung(draft);

    sweep();

    assertThat(waiting()).isEqualTo(BACKLOG);
  }

  @Test
  void whatIsRungForIsKnownToBeAndIsNotRungForAgain() {
    String ringer = commit(storer);
    storer.ring.ring(draft.spec(), tickets(), ringer);
    storer.worker.leave(storer.peers);

    sweep();

    assertThat(sweeper.rows.stored(storer.alice, draft.spec().jobId()).orElseThrow().marks())
        .isEqualTo(new StoredJob.Marks(false, false, 1, "", ""));
    assertThat(waiting()).isEqualTo(BACKLOG + 12);
  }

  @Test
  void whatALivingProcessCouldNotSendIsSentByWhoeverSweepsNext() {
    TestJobs unlucky = new TestJobs(Map.of("jobs.queue.url", url + "-is-not-there"));
    unlucky.worker.beat(unlucky.peers);
    unlucky.ring.ring(draft.spec(), tickets(), commit(unlucky));

    sweep();

    assertThat(waiting()).isEqualTo(BACKLOG + 12);
  }

  @Test
  void whatASweeperCouldNotSendIsSentAtTheVisitAfterThat() {
    storer.unrung(draft);
    storer.worker.leave(storer.peers);
    TestJobs unlucky = new TestJobs(Map.of("jobs.queue.url", url + "-is-not-there"));
    unlucky.clock.tick(Duration.ofMinutes(1));
    assertThatThrownBy(() -> unlucky.sweep.sweep(due().orElseThrow()))
        .isInstanceOf(SdkException.class);

    sweep();

    assertThat(waiting()).isEqualTo(BACKLOG + 12);
  }

  @Test
  void aProcessThatCouldNotSayThatItRangRingsTwiceAtMost() {
    TestJobs silent =
        new TestJobs(Map.of("jobs.queue.url", url), TestJobs.failing("updateItem", true));
    storer.unrung(draft);
    silent.ring.ring(draft.spec(), tickets(), storer.stored(job()).marks().ringer());
    storer.worker.leave(storer.peers);
    assertThat(waiting()).isEqualTo(BACKLOG + 12);

    sweep();
    sweep();

    assertThat(waiting()).isEqualTo(BACKLOG + 24);
  }

  @Test
  void filesOfARetryThatIsCutShortAreRungForLikeThoseOfANewJob() {
    String ringer = commit(storer);
    storer.ring.ring(draft.spec(), List.of(), ringer);
    tickets().forEach(it -> storer.fail(it, ExpireJob.LATE));
    TestJobs dying =
        new TestJobs(Map.of("jobs.queue.url", url + "-is-not-there"), StandIns.shared().dynamodb());
    dying.worker.beat(dying.peers);
    dying.retry.retry(storer.stored(job()), new NewRetry(null));

    sweep();

    assertThat(waiting()).isEqualTo(BACKLOG + 12);
  }

  /** Goes to the time when the job is due, and sweeps it. */
  private void sweep() {
    Attention.Due next = due().orElseThrow();
    Duration until = Duration.between(sweeper.clock.instant(), Instant.ofEpochSecond(next.at()));
    sweeper.clock.tick(until.isNegative() ? Duration.ZERO : until);
    sweeper.sweep.sweep(next);
  }

  private Optional<Attention.Due> due() {
    return sweeper
        .attention
        .due(sweeper.clock.instant().plus(Duration.ofHours(1)))
        .filter(it -> it.jobId().equals(draft.spec().jobId()))
        .findFirst();
  }

  private String commit(TestJobs process) {
    return process.commit.commit(draft, Optional.empty()).orElseThrow();
  }

  private Job job() {
    return sweeper.rows.find(storer.alice, draft.spec().jobId()).orElseThrow();
  }

  private List<Ticket> tickets() {
    return draft.files().units().stream().map(draft.spec()::ticket).toList();
  }

  private int waiting() {
    return sweeper.worker.depth().get(0);
  }
}
