package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Usage;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClaimsTest {
  private static final Results.Result RESULT = new Results.Result(new Usage(10, 2), "end_turn");
  private static final JobFile.Error ERROR = new JobFile.Error("CODE", "Message.");

  private final TestJobs jobs = new TestJobs();
  private final Claims claims = jobs.claims;
  private final Job job = jobs.job(jobs.alice, 2);
  private final Ticket ticket = TestJobs.ticket(job, 0);

  @Test
  void aClaimRaisesTheFenceAndCountsAnAttempt() {
    jobs.clock.tick(Duration.ofSeconds(5));
    Claim.Held held = jobs.held(ticket);

    assertThat(held.fence()).isEqualTo(1);
    assertThat(held.spec()).isEqualTo(jobs.rows.spec(jobs.alice, job.jobId()).orElseThrow());
    assertThat(held.file()).isEqualTo(file());
    assertThat(file().status()).isEqualTo(FileStatus.PROCESSING);
    assertThat(file().attempts()).isEqualTo(1);
    assertThat(file().updatedAt()).isEqualTo(TestJobs.NOW + 5);
    assertThat(neighbour().status()).isEqualTo(FileStatus.PENDING);
  }

  @Test
  void aSecondClaimTakesOver() {
    jobs.held(ticket);

    assertThat(jobs.held(ticket).fence()).isEqualTo(2);
    assertThat(file().attempts()).isEqualTo(2);
  }

  @Test
  void claimsAtOnceHaveDifferentFences() {
    List<Long> fences =
        IntStream.range(0, 20).parallel().mapToObj(i -> jobs.held(ticket).fence()).toList();

    assertThat(fences).doesNotHaveDuplicates().hasSize(20);
  }

  @Test
  void anOvertakenClaimChangesNothing() {
    Claim.Held old = jobs.held(ticket);
    jobs.held(ticket);
    JobFile before = file();

    assertThat(claims.succeed(old, RESULT)).isFalse();
    assertThat(claims.fail(old, ERROR, Usage.NONE)).isFalse();
    claims.uncount(old);
    assertThat(file()).isEqualTo(before);
  }

  @Test
  void aSuccessIsSettledWithItsUsage() {
    Claim.Held held = jobs.held(ticket);
    jobs.clock.tick(Duration.ofSeconds(9));

    assertThat(claims.succeed(held, RESULT)).isTrue();
    assertThat(file().status()).isEqualTo(FileStatus.SUCCEEDED);
    assertThat(file().usage()).isEqualTo(new Usage(10, 2));
    assertThat(file().stopReason()).isEqualTo("end_turn");
    assertThat(file().error()).isNull();
    assertThat(file().updatedAt()).isEqualTo(TestJobs.NOW + 9);
  }

  @Test
  void aFailureIsSettledWithItsReasonAndUsage() {
    assertThat(claims.fail(jobs.held(ticket), ERROR, new Usage(3, 4))).isTrue();
    assertThat(file().status()).isEqualTo(FileStatus.FAILED);
    assertThat(file().error()).isEqualTo(ERROR);
    assertThat(file().usage()).isEqualTo(new Usage(3, 4));
    assertThat(file().stopReason()).isNull();
  }

  @Test
  void whatIsSettledCannotBeClaimedOrSettledOtherwise() {
    Claim.Held held = jobs.held(ticket);
    claims.succeed(held, RESULT);
    JobFile before = file();

    assertThat(claims.claim(ticket)).isInstanceOf(Claim.Over.class);
    assertThat(claims.fail(held, ERROR, Usage.NONE)).isFalse();
    claims.uncount(held);
    assertThat(file()).isEqualTo(before);
  }

  @Test
  void aSettlementRepeatedByTheSameClaimStillHolds() {
    Claim.Held held = jobs.held(ticket);
    Claim.Held other = jobs.held(TestJobs.ticket(job, 1));

    assertThat(claims.succeed(held, RESULT)).isTrue();
    assertThat(claims.succeed(held, RESULT)).isTrue();
    assertThat(claims.fail(other, ERROR, Usage.NONE)).isTrue();
    assertThat(claims.fail(other, ERROR, Usage.NONE)).isTrue();
  }

  @Test
  void anAttemptIsTakenBackAndTheFenceIsNot() {
    Claim.Held held = jobs.held(ticket);
    claims.uncount(held);

    assertThat(file().attempts()).isZero();
    assertThat(file().fence()).isEqualTo(1);
    assertThat(jobs.held(ticket).fence()).isEqualTo(2);
    assertThat(file().attempts()).isEqualTo(1);
  }

  @Test
  void whatIsNotThereCannotBeClaimedNorIsItMade() {
    Ticket absent = new Ticket(jobs.alice, job.jobId(), jobs.ids.next());

    assertThat(claims.claim(absent)).isInstanceOf(Claim.Over.class);
    assertThat(jobs.rows.file(absent)).isEmpty();
  }

  @Test
  void aJobTakenBackBetweenClaimAndSettlementStaysAway() {
    Claim.Held held = jobs.held(ticket);
    jobs.rows.remove(job);

    assertThat(claims.succeed(held, RESULT)).isFalse();
    claims.uncount(held);
    assertThat(jobs.rows.file(ticket)).isEmpty();
    assertThat(jobs.rows.find(jobs.alice, job.jobId())).isEmpty();
  }

  @Test
  void anotherUsersTicketClaimsNothing() {
    assertThat(claims.claim(new Ticket("mallory", ticket.jobId(), ticket.fileId())))
        .isInstanceOf(Claim.Over.class);
    assertThat(file().status()).isEqualTo(FileStatus.PENDING);
  }

  private JobFile file() {
    return jobs.rows.file(ticket).orElseThrow();
  }

  private JobFile neighbour() {
    return jobs.rows.file(TestJobs.ticket(job, 1)).orElseThrow();
  }

  @Test
  void writesThatTheSdkRepeatsAfterALostAnswerCountOnce() {
    Claims repeating = new Claims(jobs.repeating(), jobs.rows, jobs.ids, jobs.clock, jobs.settings);

    Claim.Held held = (Claim.Held) repeating.claim(ticket);
    assertThat(held.fence()).isEqualTo(1);
    assertThat(file().attempts()).isEqualTo(1);
    repeating.uncount(held);
    assertThat(file().attempts()).isZero();
    assertThat(repeating.succeed(held, RESULT)).isTrue();
    assertThat(file().status()).isEqualTo(FileStatus.SUCCEEDED);
  }
}
