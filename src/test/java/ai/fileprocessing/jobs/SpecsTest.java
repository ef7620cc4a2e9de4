package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SpecsTest {
  private final TestJobs jobs = new TestJobs();
  private final Specs specs = new Specs(jobs.rows, jobs.clock);
  private final Job job = jobs.job(jobs.alice, 2);
  private final Ticket ticket = TestJobs.ticket(job, 0);

  @Test
  void whatAJobIsToDoIsReadOnceForAllItsFiles() {
    JobSpec spec = specs.of(ticket).orElseThrow();

    assertThat(spec).isEqualTo(jobs.stored(job).spec());
    assertThat(specs.of(TestJobs.ticket(job, 1)).orElseThrow()).isSameAs(spec);
  }

  @Test
  void aJobThatIsNotThereIsLookedForEachTime() {
    JobSpec later = jobs.spec();
    Ticket early = new Ticket(jobs.alice, later.jobId(), jobs.ids.next());
    assertThat(specs.of(early)).isEmpty();

    jobs.commit.commit(TestJobs.draft(later, jobs.pending(jobs.alice, 1)), Optional.empty());

    assertThat(specs.of(early)).contains(later);
  }

  @Test
  void anotherUsersJobIsNotThere() {
    assertThat(specs.of(new Ticket("mallory", job.jobId(), ticket.fileId()))).isEmpty();
  }

  @Test
  void aDeadlineThatARetryMovedIsSeen() {
    specs.of(ticket);
    jobs.fail(ticket, ExpireJob.LATE);
    jobs.fail(TestJobs.ticket(job, 1), ExpireJob.LATE);
    jobs.clock.tick(Duration.ofSeconds(job.deadline() - TestJobs.NOW + 1));
    assertThat(specs.of(ticket).orElseThrow().isOver(jobs.clock.instant())).isTrue();

    jobs.retry.retry(jobs.stored(job), NewRetry.PLAIN);

    assertThat(specs.of(ticket).orElseThrow().isOver(jobs.clock.instant())).isFalse();
    assertThat(List.of(specs.of(ticket).orElseThrow().deadline()))
        .containsExactly(jobs.stored(job).spec().deadline());
  }
}
