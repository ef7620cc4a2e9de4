package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.jobs.worker.Peers;
import ai.fileprocessing.jobs.worker.WaitReason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** A process that lives and has forgotten a claim, and another that gets the file's message. */
class ForgottenClaimsTest {
  private static final Results.Result RESULT =
      new Results.Result(1, Usage.NONE, "end_turn", List.of(), "00");

  private final TestJobs jobs = new TestJobs();
  private final Ticket ticket = TestJobs.ticket(jobs.job(jobs.alice, 1), 0);
  private final ForgottenClaims forgotten = jobs.forgotten();
  private final Peers other = jobs.peers();
  private final Claims others = jobs.claimsOf(other);

  ForgottenClaimsTest() {
    live();
  }

  @Test
  void aClaimWhoseAnswerWasLostIsGivenUpAfterALease() {
    Claims lost = claims(TestJobs.failing("updateItem", false));
    assertThatThrownBy(() -> jobs.claim(lost, ticket)).isInstanceOf(SdkException.class);
    assertThat(jobs.file(ticket).progress().claimedBy()).isNotEmpty();

    assertIsGivenUp();
  }

  @Test
  void whatTheStoreNeverTookAsSettledIsGivenUpAfterALease() {
    Claim.Held held = jobs.held(ticket);
    Claims refused = claims(TestJobs.failing("updateItem", true));
    assertThatThrownBy(() -> refused.succeed(held, RESULT, List.of()))
        .isInstanceOf(SdkException.class);

    assertIsGivenUp();
    assertThat(jobs.claims.succeed(held, RESULT, List.of())).isEqualTo(Claims.Settled.OVERTAKEN);
  }

  @Test
  void whatItsTaskLeftWithoutAWordIsGivenUpAfterALease() {
    jobs.claims.forget(jobs.held(ticket));

    assertIsGivenUp();
  }

  @Test
  void whatIsWorkedIsNotGivenUpHoweverLongItTakes() {
    Claim.Held held = jobs.held(ticket);
    for (int i = 0; i < 10; i++) {
      passLease();
      forgotten.giveUp();
    }

    assertThat(jobs.claim(others, ticket)).isInstanceOf(Claim.Taken.class);
    assertThat(jobs.claims.succeed(held, RESULT, List.of())).isEqualTo(Claims.Settled.HELD);
    assertThat(jobs.worker.depth()).containsExactly(0, 0);
  }

  @Test
  void whatThisProcessHasClaimedAgainSinceIsNotGivenUp() {
    jobs.claims.forget(jobs.held(ticket));
    Claim.Held again = jobs.held(ticket);
    forgotten.giveUp();
    passLease();
    forgotten.giveUp();

    assertThat(jobs.claims.succeed(again, RESULT, List.of())).isEqualTo(Claims.Settled.HELD);
  }

  @Test
  void whatWasSettledIsLeftAsItIs() {
    Claim.Held held = jobs.held(ticket);
    jobs.claims.succeed(held, RESULT, List.of());
    jobs.claims.forget(held);
    JobFile settled = jobs.file(ticket);
    forgotten.giveUp();
    passLease();
    forgotten.giveUp();

    assertThat(jobs.file(ticket)).isEqualTo(settled);
    assertThat(jobs.holders.takeForgotten()).isEmpty();
  }

  @Test
  void whatNobodyHasAnyMoreIsLeftAsItIs() {
    Claim.Held held = jobs.held(ticket);
    jobs.claims.forget(held);
    TestJobs.release(
        jobs.claims, held, WaitReason.RETRY_BACKOFF, jobs.clock.instant(), true, List.of());
    JobFile given = jobs.file(ticket);
    forgotten.giveUp();
    passLease();
    forgotten.giveUp();

    assertThat(jobs.file(ticket)).isEqualTo(given);
    assertThat(jobs.worker.depth()).containsExactly(0, 0);
  }

  @Test
  void whatIsBeingCancelledIsCancelledThen() {
    Claim.Held held = jobs.held(ticket);
    jobs.cancel.cancel(jobs.rows.stored(jobs.alice, ticket.jobId()).orElseThrow());
    jobs.claims.forget(held);
    forgotten.giveUp();
    passLease();
    forgotten.giveUp();

    assertThat(jobs.file(ticket).status()).isEqualTo(FileStatus.CANCELLED);
    assertThat(jobs.worker.depth()).containsExactly(0, 0);
  }

  @Test
  void whileTheStoreDoesNotAnswerItIsTriedAgain() {
    jobs.claims.forget(jobs.held(ticket));
    boolean[] down = {true};
    JobRows rows =
        new TestJobs(
                Map.of(),
                TestJobs.before(
                    "getItem",
                    () -> {
                      if (down[0]) {
                        throw SdkException.builder().message("down").build();
                      }
                    }))
            .rows;
    ForgottenClaims unlucky = jobs.forgotten(rows, jobs.tickets);
    unlucky.giveUp();
    passLease();
    unlucky.giveUp();
    assertThat(jobs.claim(others, ticket)).isInstanceOf(Claim.Taken.class);

    down[0] = false;
    unlucky.giveUp();
    assertThat(jobs.claim(others, ticket)).isInstanceOf(Claim.Held.class);
  }

  @Test
  void whatIsGivenUpIsRungForAlsoWhenTheQueueAnswersOnlyLater() {
    jobs.claims.forget(jobs.held(ticket));
    String late = jobs.worker.settings().queue() + "-late";
    TestJobs mute = new TestJobs(Map.of("jobs.queue.url", late));
    ForgottenClaims unlucky = jobs.forgotten(jobs.rows, mute.tickets);
    unlucky.giveUp();
    passLease();
    unlucky.giveUp();
    assertThat(jobs.file(ticket).progress().claimedBy()).as("given up").isEmpty();

    jobs.sqs.createQueue(it -> it.queueName(late.substring(late.lastIndexOf('/') + 1)));
    unlucky.giveUp();
    unlucky.giveUp();

    assertThat(mute.worker.received()).hasSize(1);
  }

  private void assertIsGivenUp() {
    forgotten.giveUp();
    assertThat(jobs.claim(others, ticket)).isInstanceOf(Claim.Taken.class);
    assertThat(jobs.worker.depth()).containsExactly(0, 0);

    passLease();
    forgotten.giveUp();

    assertThat(jobs.worker.depth()).containsExactly(1, 0);
    Claim.Held held = jobs.held(others, ticket);
    assertThat(held.file().attempts()).extracting(Attempt::outcome).containsExactly("WORKER_LOST");
    assertThat(held.file().attemptCount()).isEqualTo(2);
  }

  /** Both processes live all the while. */
  private void passLease() {
    for (int i = 0; i < 4; i++) {
      jobs.nanos.addAndGet(jobs.worker.settings().lease().dividedBy(3).toNanos());
      live();
    }
  }

  private void live() {
    jobs.worker.beat(jobs.peers);
    jobs.worker.beat(other);
  }

  /** The claims of the forgetful process, by another client. */
  private Claims claims(DynamoDbClient client) {
    return jobs.claims(new TestJobs(Map.of(), client).claimed, jobs.holders);
  }
}
