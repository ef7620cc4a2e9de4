package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.ModelCall;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.jobs.worker.Peers;
import ai.fileprocessing.jobs.worker.WaitReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuspectsTest {
  private static final Results.Result RESULT =
      new Results.Result(1, Usage.NONE, "end_turn", List.of(), "00");
  private static final JobFile.Error EXHAUSTED = new JobFile.Error("EXHAUSTED", "Message.");

  private final TestJobs jobs = new TestJobs();
  private final Job job = jobs.job(jobs.alice, 3);
  private final Ticket first = TestJobs.ticket(job, 0);
  private final Ticket second = TestJobs.ticket(job, 1);
  private final Ticket fresh = TestJobs.ticket(job, 2);

  @ParameterizedTest
  @CsvSource({
    "0,0,5,false",
    "0,4,5,false",
    "1,1,5,false",
    "1,3,5,false",
    "1,4,5,true",
    "2,2,5,true",
    "5,5,5,false",
    "1,1,2,true",
    "0,1,2,false",
    "5,4,5,true",
    "1,2,2,false",
    "0,0,1,false"
  })
  void whoLostTwoProcessesOrOneWithASingleAttemptLeftIsOne(
      int lost, int made, String most, boolean suspect) {
    TestJobs some = new TestJobs(Map.of("jobs.attempts", most));

    assertThat(new Suspects(some.settings).isOne(lost, made)).isEqualTo(suspect);
  }

  @Test
  void aFileThatLostAProcessOnceIsWorkedBesideOthersThatDid() {
    lose(first, 1);
    lose(second, 1);

    assertThat(jobs.claim(first)).isInstanceOf(Claim.Held.class);
    assertThat(jobs.claim(second)).isInstanceOf(Claim.Held.class);
  }

  @Test
  void ofSuspectsAProcessHasOneInWorkBesideFilesOfWhichNothingIsKnown() {
    lose(first, 2);
    lose(second, 2);
    Claim.Held held = jobs.held(first);

    assertThat(jobs.claim(second)).isInstanceOf(Claim.Aside.class);
    assertThat(jobs.claim(fresh)).isInstanceOf(Claim.Held.class);
    jobs.claims.succeed(held, RESULT, List.of());
    assertThat(jobs.claim(second)).isInstanceOf(Claim.Held.class);
  }

  @Test
  void whatWaitsForItsTurnDoesNotChangeEachTimeThatItsMessageComes() {
    lose(first, 2);
    lose(second, 2);
    jobs.held(first);
    assertThat(jobs.claim(second)).isInstanceOf(Claim.Aside.class);
    JobFile waiting = jobs.file(second);
    jobs.clock.tick(Duration.ofMinutes(1));

    assertThat(jobs.claim(second)).isInstanceOf(Claim.Aside.class);

    assertThat(jobs.file(second).progress()).isEqualTo(waiting.progress());
    assertThat(jobs.file(second).waiting().nextAttemptAt())
        .isGreaterThan(waiting.waiting().nextAttemptAt());
  }

  @Test
  void thePlaceIsFreeHoweverTheOneBeforeEnds() {
    lose(first, 2);
    lose(second, 2);
    List<ModelCall> calls = List.of();

    jobs.claims.forget(jobs.held(first));
    TestJobs.release(
        jobs.claims,
        jobs.held(second),
        WaitReason.RETRY_BACKOFF,
        jobs.clock.instant(),
        false,
        calls);
    jobs.claims.fail(jobs.held(first), EXHAUSTED, calls, Usage.NONE);
    assertThat(jobs.claim(second)).isInstanceOf(Claim.Held.class);
  }

  @Test
  void eachProcessHasAPlaceOfItsOwn() {
    lose(first, 2);
    lose(second, 2);
    Peers other = jobs.peers();
    jobs.worker.beat(other);
    jobs.held(jobs.claimsOf(other), first);

    assertThat(jobs.claim(second)).isInstanceOf(Claim.Held.class);
  }

  @Test
  void whoeverWaitsForThePlaceSaysSoAndHasNoClaimToLose() {
    lose(first, 2);
    lose(second, 1);
    jobs.heldByTheDead(second);
    jobs.held(first);

    Claim.Aside aside = (Claim.Aside) jobs.claim(second);

    JobFile waits = jobs.file(second);
    assertThat(aside.look()).isLessThanOrEqualTo(Duration.ofSeconds(15));
    assertThat(waits.waiting())
        .isEqualTo(
            new Waiting(
                WaitReason.QUEUED, jobs.clock.instant().plus(aside.look()).getEpochSecond()));
    assertThat(waits.progress().claimedBy()).isEmpty();
    assertThat(waits.progress().mishaps().lost()).isEqualTo(2);
    assertThat(waits.attemptCount()).isEqualTo(2);
    jobs.claim(second);
    assertThat(jobs.file(second).progress().mishaps().lost()).isEqualTo(2);
    assertThat(jobs.file(second).attempts())
        .extracting(Attempt::outcome)
        .containsExactly("WORKER_LOST", "WORKER_LOST");
  }

  /** It was only paused, and comes back. */
  @Test
  void whoeverHadAFileThatIsSetAsideCanWriteNoMoreAndItsUsageCounts() {
    lose(first, 2);
    lose(second, 1);
    Claim.Held paused = jobs.heldByTheDead(second);
    jobs.held(first);
    jobs.claim(second);
    JobFile before = jobs.file(second);
    ModelCall call =
        new ModelCall(
            Instant.EPOCH, "MODEL_ERROR", Duration.ZERO, new Usage(3, 4, 0, 0, 0), "request");

    TestJobs.release(
        jobs.claims, paused, WaitReason.QUEUED, jobs.clock.instant(), true, List.of(call));
    assertThat(jobs.claims.succeed(paused, RESULT, List.of())).isEqualTo(Claims.Settled.OVERTAKEN);

    assertThat(jobs.file(second)).isEqualTo(before);
    assertThat(jobs.usage(jobs.alice).total().usage().inputTokens()).isEqualTo(3);
  }

  @Test
  void aClaimThatALivingProcessLostSightOfMakesNoSuspect() {
    for (int i = 0; i < 3; i++) {
      jobs.claims.forget(jobs.held(first));
    }
    lose(second, 2);
    jobs.held(second);

    assertThat(jobs.claim(first)).isInstanceOf(Claim.Held.class);
    assertThat(jobs.file(first).progress().mishaps().lost()).isZero();
  }

  @Test
  void aRetriedFileIsStillOne() {
    lose(first, 2);
    jobs.claims.fail(jobs.held(first), EXHAUSTED, List.of(), Usage.NONE);
    jobs.row.reopen(first);
    lose(second, 2);
    jobs.held(second);

    assertThat(jobs.file(first).attemptCount()).isZero();
    assertThat(jobs.claim(first)).isInstanceOf(Claim.Aside.class);
    assertThat(jobs.file(first).waiting().nextAttemptAt()).as("its turn").isNotNull();
  }

  /** Round by round: a process claims what it can, and dies of a killer, or finishes the rest. */
  @ParameterizedTest
  @CsvSource({"5,1,5", "5,3,11", "2,1,2", "2,2,3", "3,1,3", "10,1,10"})
  void killersFailAfterTheirAttemptsAndTheirNeighboursSucceed(
      String attempts, int killers, int deaths) {
    TestJobs some = new TestJobs(Map.of("jobs.attempts", attempts));
    Job crowd = some.job(some.alice, 12 + killers);
    List<Ticket> all =
        IntStream.range(0, 12 + killers).mapToObj(i -> TestJobs.ticket(crowd, i)).toList();
    Set<Ticket> killing = Set.copyOf(all.subList(0, killers));
    int died = 0;
    for (int round = 0; !open(some, all).isEmpty(); round++) {
      assertThat(round).as("rounds").isLessThan(100);
      died += round(some, open(some, all), killing, Integer.parseInt(attempts)) ? 1 : 0;
    }

    Map<Ticket, FileStatus> ends = new HashMap<>();
    all.forEach(it -> ends.put(it, some.file(it).status()));
    assertThat(
            ends.entrySet().stream()
                .filter(it -> it.getValue() == FileStatus.FAILED)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet()))
        .isEqualTo(killing);
    assertThat(died).isEqualTo(deaths);
  }

  /** Whether the process of the round died. */
  private static boolean round(
      TestJobs some, List<Ticket> open, Set<Ticket> killing, int attempts) {
    Peers process = some.peers();
    some.worker.beat(process);
    Claims claims = some.claimsOf(process);
    List<Claim.Held> inWork = new ArrayList<>();
    for (Ticket ticket : open) {
      if (some.claim(claims, ticket) instanceof Claim.Held held) {
        if (held.file().attemptCount() > attempts) {
          claims.fail(held, EXHAUSTED, List.of(), Usage.NONE);
        } else {
          inWork.add(held);
        }
      }
    }
    boolean dies = inWork.stream().anyMatch(it -> killing.contains(it.ticket()));
    if (!dies) {
      inWork.forEach(it -> claims.succeed(it, RESULT, List.of()));
    }
    some.worker.leave(process);
    return dies;
  }

  private static List<Ticket> open(TestJobs some, List<Ticket> all) {
    return all.stream().filter(it -> !some.file(it).status().isTerminal()).toList();
  }

  private void lose(Ticket ticket, int times) {
    for (int i = 0; i < times; i++) {
      jobs.heldByTheDead(ticket);
    }
  }
}
