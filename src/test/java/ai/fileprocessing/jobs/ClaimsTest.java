package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.inference.ModelCall;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.jobs.worker.Peers;
import ai.fileprocessing.jobs.worker.WaitReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;

class ClaimsTest {
  private static final Results.Result RESULT =
      new Results.Result(1, new Usage(10, 2, 0, 0, 0), "end_turn", List.of(), "00");
  private static final JobFile.Error ERROR = new JobFile.Error("CODE", "Message.");
  private static final Instant LATER = Instant.ofEpochSecond(TestJobs.NOW + 60);

  private final TestJobs jobs = new TestJobs();
  private final Claims claims = jobs.claims;
  private final Job job = jobs.job(jobs.alice, 2);
  private final Ticket ticket = TestJobs.ticket(job, 0);

  @Test
  void aClaimRaisesTheFenceAndCountsAnAttempt() {
    jobs.clock.tick(Duration.ofSeconds(5));
    Claim.Held held = jobs.held(ticket);

    assertThat(held.fence()).isEqualTo(1);
    assertThat(held.file()).isEqualTo(file());
    assertThat(file().status()).isEqualTo(FileStatus.PROCESSING);
    assertThat(file().waiting()).isNull();
    assertThat(file().attemptCount()).isEqualTo(1);
    assertThat(file().progress().updatedAt()).isEqualTo(TestJobs.NOW + 5);
    assertThat(neighbour().status()).isEqualTo(FileStatus.PENDING);
  }

  @Test
  void whatThisProcessHasInWorkIsNotClaimedAgain() {
    jobs.held(ticket);

    assertThat(jobs.claim(ticket)).isInstanceOf(Claim.Taken.class);
    assertThat(file().progress().fence()).isEqualTo(1);
    assertThat(file().attemptCount()).isEqualTo(1);
  }

  @Test
  void whatALivingProcessHasInWorkIsNotClaimedAgain() {
    Peers other = jobs.peers();
    jobs.worker.beat(other);
    jobs.held(jobs.claimsOf(other), ticket);

    assertThat(jobs.claim(ticket)).isInstanceOf(Claim.Taken.class);
    assertThat(file().progress().fence()).isEqualTo(1);
  }

  @Test
  void whatASilentProcessHasInWorkIsTakenOverAfterALeaseAndTheLossIsTold() {
    Peers other = jobs.peers();
    jobs.worker.beat(other);
    jobs.held(jobs.claimsOf(other), ticket);
    assertThat(jobs.claim(ticket)).isInstanceOf(Claim.Taken.class);
    for (int third = 0; third < 4; third++) {
      jobs.nanos.addAndGet(jobs.worker.settings().lease().toNanos() / 3);
      jobs.worker.beat(jobs.peers);
    }

    assertThat(jobs.held(ticket).fence()).isEqualTo(2);
    assertThat(file().attemptCount()).isEqualTo(2);
    assertThat(file().attempts()).extracting(Attempt::outcome).containsExactly("WORKER_LOST");
  }

  @Test
  void whatAProcessHadThatEndedIsTakenOverAtOnce() {
    jobs.heldByTheDead(ticket);

    assertThat(jobs.held(ticket).fence()).isEqualTo(2);
  }

  @Test
  void aClaimThatThisProcessForgotIsTakenOver() {
    Claim.Held held = jobs.held(ticket);
    claims.forget(held);

    assertThat(jobs.held(ticket).fence()).isEqualTo(2);
  }

  @Test
  void ofClaimsAtOnceOneHolds() {
    List<Claim> all = IntStream.range(0, 20).parallel().mapToObj(i -> jobs.claim(ticket)).toList();

    assertThat(all).filteredOn(Claim.Held.class::isInstance).hasSize(1);
    assertThat(all).filteredOn(Claim.Taken.class::isInstance).hasSize(19);
  }

  @Test
  void anOvertakenClaimChangesNothing() {
    Claim.Held old = jobs.heldByTheDead(ticket);
    jobs.held(ticket);
    JobFile before = file();

    assertThat(claims.succeed(old, RESULT, List.of())).isEqualTo(Claims.Settled.OVERTAKEN);
    assertThat(claims.fail(old, ERROR, List.of(), Usage.NONE)).isEqualTo(Claims.Settled.OVERTAKEN);
    release(old, true);
    assertThat(file()).isEqualTo(before);
  }

  @Test
  void aSuccessIsSettledWithItsUsageAndCalls() {
    Claim.Held held = jobs.held(ticket);
    jobs.clock.tick(Duration.ofSeconds(9));

    assertThat(claims.succeed(held, RESULT, List.of(call("ANSWERED", 10, 2))))
        .isEqualTo(Claims.Settled.HELD);
    assertThat(file().status()).isEqualTo(FileStatus.SUCCEEDED);
    assertThat(file().usage()).isEqualTo(new Usage(10, 2, 0, 0, 0));
    assertThat(file().stopReason()).isEqualTo("end_turn");
    assertThat(file().error()).isNull();
    assertThat(file().attempts())
        .containsExactly(
            new Attempt(TestJobs.NOW, "ANSWERED", 1_500, new Usage(10, 2, 0, 0, 0), "request"));
    assertThat(file().progress().updatedAt()).isEqualTo(TestJobs.NOW + 9);
    assertThat(file().progress().claimedBy()).isEmpty();
  }

  @Test
  void aFailureIsSettledWithItsReasonAndUsage() {
    assertThat(
            claims.fail(
                jobs.held(ticket),
                ERROR,
                List.of(call("CODE", 3, 4)),
                Claims.usage(List.of(call("CODE", 3, 4)))))
        .isEqualTo(Claims.Settled.HELD);
    assertThat(jobs.meters.of("files_ended", "FAILED", ERROR.code())).isEqualTo(1);
    assertThat(file().status()).isEqualTo(FileStatus.FAILED);
    assertThat(file().error()).isEqualTo(ERROR);
    assertThat(file().usage()).isEqualTo(new Usage(3, 4, 0, 0, 0));
    assertThat(file().stopReason()).isNull();
  }

  @Test
  void whatIsSettledCannotBeClaimedOrSettledOtherwise() {
    Claim.Held held = jobs.held(ticket);
    claims.succeed(held, RESULT, List.of());
    JobFile before = file();

    assertThat(jobs.claim(ticket)).isInstanceOf(Claim.Over.class);
    assertThat(claims.fail(held, ERROR, List.of(), Usage.NONE)).isEqualTo(Claims.Settled.OVERTAKEN);
    release(held, true);
    assertThat(file()).isEqualTo(before);
  }

  @Test
  void whatIsReleasedWaitsForItsReasonAndCanBeClaimedAgain() {
    Claim.Held held = jobs.held(ticket);
    TestJobs.release(
        claims, held, WaitReason.RETRY_BACKOFF, LATER, true, List.of(call("MODEL_ERROR", 5, 1)));

    assertThat(file().status()).isEqualTo(FileStatus.PROCESSING);
    assertThat(file().waiting())
        .isEqualTo(new Waiting(WaitReason.RETRY_BACKOFF, LATER.getEpochSecond()));
    assertThat(file().attemptCount()).isEqualTo(1);
    assertThat(file().usage()).isEqualTo(new Usage(5, 1, 0, 0, 0));
    Claim.Held again = jobs.held(ticket);
    assertThat(again.fence()).isEqualTo(2);
    assertThat(file().waiting()).isNull();
    claims.succeed(again, RESULT, List.of(call("ANSWERED", 10, 2)));
    assertThat(file().usage()).isEqualTo(new Usage(15, 3, 0, 0, 0));
    assertThat(file().attempts())
        .extracting(Attempt::outcome)
        .containsExactly("MODEL_ERROR", "ANSWERED");
  }

  @Test
  void anAttemptThatDoesNotCountIsTakenBackAndTheFenceIsNot() {
    release(jobs.held(ticket), false);

    assertThat(file().attemptCount()).isZero();
    assertThat(file().progress().fence()).isEqualTo(1);
    assertThat(jobs.held(ticket).fence()).isEqualTo(2);
    assertThat(file().attemptCount()).isEqualTo(1);
  }

  @Test
  void onlyTheLatestAttemptsAreKept() {
    for (int i = 0; i < JobFile.KEPT + 5; i++) {
      TestJobs.release(
          claims,
          jobs.held(ticket),
          WaitReason.THROTTLED,
          LATER,
          false,
          List.of(call("MODEL_THROTTLED", i, 0)));
    }

    assertThat(file().attempts()).hasSize(JobFile.KEPT);
    assertThat(file().attempts().get(JobFile.KEPT - 1).usage().inputTokens())
        .isEqualTo(JobFile.KEPT + 4L);
  }

  @Test
  void whatIsBeingCancelledEndsWhereItWouldBeTriedAgain() {
    Claim.Held held = jobs.held(ticket);
    jobs.row.cancelLater(ticket, TestJobs.NOW);
    release(held, true);

    assertThat(file().status()).isEqualTo(FileStatus.CANCELLED);
    assertThat(jobs.claim(ticket)).isInstanceOf(Claim.Over.class);
  }

  @Test
  void whatIsBeingCancelledMayStillSucceed() {
    Claim.Held held = jobs.held(ticket);
    jobs.row.cancelLater(ticket, TestJobs.NOW);

    assertThat(claims.succeed(held, RESULT, List.of())).isEqualTo(Claims.Settled.HELD);
    assertThat(file().status()).isEqualTo(FileStatus.SUCCEEDED);
  }

  @Test
  void whatADeadProcessHadAndIsBeingCancelledIsCancelledByWhoeverIsAskedForIt() {
    jobs.heldByTheDead(ticket);
    jobs.row.cancelLater(ticket, TestJobs.NOW);

    assertThat(jobs.claim(ticket)).isInstanceOf(Claim.Over.class);
    assertThat(file().status()).isEqualTo(FileStatus.CANCELLED);
  }

  @Test
  void whatIsNotThereCannotBeClaimedNorIsItMade() {
    Ticket absent = new Ticket(jobs.alice, job.jobId(), jobs.ids.next());

    assertThat(jobs.claim(absent)).isInstanceOf(Claim.Over.class);
    assertThat(jobs.rows.file(absent)).isEmpty();
  }

  @Test
  void aJobDeletedBetweenClaimAndSettlementStaysAway() {
    Claim.Held held = jobs.held(ticket);
    jobs.delete.delete(jobs.stored(job));

    assertThat(claims.succeed(held, RESULT, List.of())).isEqualTo(Claims.Settled.GONE);
    release(held, true);
    assertThat(jobs.rows.file(ticket)).isEmpty();
    assertThat(jobs.rows.find(jobs.alice, job.jobId())).isEmpty();
  }

  @Test
  void anotherUsersTicketClaimsNothing() {
    assertThat(jobs.claim(new Ticket("mallory", ticket.jobId(), ticket.fileId())))
        .isInstanceOf(Claim.Over.class);
    assertThat(file().status()).isEqualTo(FileStatus.PENDING);
  }

  @Test
  void writesThatTheSdkRepeatsAfterALostAnswerCountOnce() {
    TestJobs repeating = new TestJobs(Map.of(), TestJobs.repeating());

    Claim.Held held = repeating.held(ticket);
    assertThat(held.fence()).isEqualTo(1);
    assertThat(file().attemptCount()).isEqualTo(1);
    TestJobs.release(
        repeating.claims,
        held,
        WaitReason.THROTTLED,
        LATER,
        false,
        List.of(call("MODEL_THROTTLED", 1, 1)));
    assertThat(file().attemptCount()).isZero();
    assertThat(file().usage()).isEqualTo(new Usage(1, 1, 0, 0, 0));
    Claim.Held again = repeating.held(ticket);
    assertThat(again.fence()).isEqualTo(2);
    assertThat(repeating.claims.succeed(again, RESULT, List.of())).isEqualTo(Claims.Settled.HELD);
    assertThat(file().status()).isEqualTo(FileStatus.SUCCEEDED);
    assertThat(file().usage()).isEqualTo(new Usage(11, 3, 0, 0, 0));
  }

  /** Its answer was lost, and nobody knows that it holds. */
  @Test
  void aClaimThatIsNotKnownToHoldIsTakenOverByTheNextMessage() {
    TestJobs losing = new TestJobs(Map.of(), TestJobs.failing("updateItem", false));
    // The claims of one process, by a client that loses answers and by one that does not.
    Claims lost = jobs.claims(losing.claimed, jobs.holders);

    assertThatThrownBy(() -> jobs.claim(lost, ticket)).isInstanceOf(SdkException.class);
    assertThat(jobs.claim(ticket)).isInstanceOf(Claim.Held.class);
  }

  private void release(Claim.Held held, boolean counted) {
    TestJobs.release(claims, held, WaitReason.RETRY_BACKOFF, LATER, counted, List.of());
  }

  private static ModelCall call(String outcome, int input, int output) {
    return new ModelCall(
        Instant.ofEpochSecond(TestJobs.NOW),
        outcome,
        Duration.ofMillis(1_500),
        new Usage(input, output, 0, 0, 0),
        "request");
  }

  private JobFile file() {
    return jobs.file(ticket);
  }

  private JobFile neighbour() {
    return jobs.file(TestJobs.ticket(job, 1));
  }
}
