package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.jobs.worker.WaitReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Two processes on the same stores whose clocks are twenty minutes apart. */
class ClocksApartTest {
  private static final Duration WRONG = Duration.ofMinutes(10);
  private static final Results.Result RESULT =
      new Results.Result(1, Usage.NONE, "end_turn", List.of(), "00");

  private final TestJobs fast = new TestJobs();
  private final TestJobs slow =
      new TestJobs(Map.of("jobs.queue.url", fast.worker.settings().queue().toString()));
  private final Job job = slow.job(slow.alice, 1);
  private final Ticket ticket = TestJobs.ticket(job, 0);

  ClocksApartTest() {
    fast.clock.tick(WRONG);
    slow.clock.tick(WRONG.negated());
    fast.worker.beat(fast.peers);
    slow.worker.beat(slow.peers);
  }

  @Test
  void whatEitherHasInWorkTheOtherDoesNotClaim() {
    Claim.Held held = slow.held(ticket);
    assertThat(fast.claim(ticket)).isInstanceOf(Claim.Taken.class);
    TestJobs.release(slow.claims, held, WaitReason.QUEUED, slow.clock.instant(), false, List.of());

    fast.held(ticket);
    assertThat(slow.claim(ticket)).isInstanceOf(Claim.Taken.class);
  }

  @Test
  void aLivingHolderIsNeverOvertakenHoweverLongItTakes() {
    slow.held(ticket);
    for (int i = 0; i < 50; i++) {
      pass(lease().dividedBy(3));
      slow.worker.beat(slow.peers);
      fast.worker.beat(fast.peers);
      assertThat(fast.claim(ticket)).isInstanceOf(Claim.Taken.class);
    }
  }

  @Test
  void aSilentHolderIsOvertakenAfterALeaseAllTheSameAndCanWriteNoMore() {
    for (TestJobs[] pair : List.of(new TestJobs[] {slow, fast}, new TestJobs[] {fast, slow})) {
      Ticket work = TestJobs.ticket(slow.job(slow.alice, 1), 0);
      Claim.Held old = pair[0].held(work);
      assertThat(pair[1].claim(work)).isInstanceOf(Claim.Taken.class);
      for (int i = 0; i < 5; i++) {
        pass(lease().dividedBy(3));
        pair[1].worker.beat(pair[1].peers);
      }

      Claim.Held taken = pair[1].held(work);

      assertThat(taken.fence()).isGreaterThan(old.fence());
      assertThat(pair[0].claims.succeed(old, RESULT, List.of()))
          .isEqualTo(Claims.Settled.OVERTAKEN);
      assertThat(pair[1].claims.succeed(taken, RESULT, List.of())).isEqualTo(Claims.Settled.HELD);
      slow.worker.beat(slow.peers);
      fast.worker.beat(fast.peers);
    }
  }

  @Test
  void sweepingTooEarlyOnlyDoublesMessages() {
    slow.tickets.send(List.of(ticket));

    assertThat(due(slow)).isEmpty();
    for (int i = 0; i < 6; i++) {
      fast.clock.tick(fast.settings.sweepAfter().multipliedBy(1L << i));
      due(fast).forEach(fast.sweep::sweep);
    }

    assertThat(slow.worker.depth().get(0)).isGreaterThan(1);
    assertThat(slow.file(ticket).status()).isEqualTo(FileStatus.PENDING);
    Claim.Held held = slow.held(ticket);
    assertThat(fast.claim(ticket)).isInstanceOf(Claim.Taken.class);
    slow.claims.succeed(held, RESULT, List.of());
    assertThat(fast.claim(ticket)).isInstanceOf(Claim.Over.class);
  }

  @Test
  void whatALivingProcessHasInWorkIsNotRungForByOneThatIsAhead() {
    slow.held(ticket);

    due(fast).forEach(fast.sweep::sweep);

    assertThat(slow.worker.depth()).containsExactly(0, 0);
  }

  @Test
  void aJobEndsAtItsDeadlineByTheClockOfWhoeverSeesItFirst() {
    fast.clock.tick(fast.settings.deadline().minus(WRONG));
    due(fast).forEach(fast.sweep::sweep);

    assertThat(slow.file(ticket).status()).isEqualTo(FileStatus.FAILED);
    assertThat(slow.claim(ticket)).isInstanceOf(Claim.Over.class);
  }

  /** On both machines: what a clock shows may be wrong, but it runs as fast as any other. */
  private void pass(Duration time) {
    for (TestJobs each : List.of(fast, slow)) {
      each.clock.tick(time);
      each.nanos.addAndGet(time.toNanos());
    }
  }

  private Duration lease() {
    return fast.worker.settings().lease();
  }

  private Stream<Attention.Due> due(TestJobs process) {
    return process
        .attention
        .due(process.clock.instant())
        .filter(it -> it.jobId().equals(job.jobId()));
  }
}
