package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.local.StandIns;
import ai.fileprocessing.platform.Paging;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class CommitJobTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  private final TestJobs jobs = new TestJobs();
  private final JobSpec spec = jobs.spec();
  private final List<JobFile> files = jobs.pending(jobs.alice, 30);
  private final Draft draft = TestJobs.draft(spec, files);
  private final IdempotencyKeys.Key key = new IdempotencyKeys.Key(jobs.alice, "key", "print");

  @Test
  void aJobIsThereWithAllItsFilesOrNot() {
    String ringer = jobs.commit.commit(draft, Optional.empty()).orElseThrow();

    assertThat(jobs.stored(job()).files().units()).hasSize(30);
    assertThat(jobs.stored(job()).marks())
        .isEqualTo(new StoredJob.Marks(false, false, 0, "", ringer));
  }

  @ParameterizedTest
  @ValueSource(strings = {"batchWriteItem", "updateItem"})
  void whatDiesInTheMiddleIsSeenByNobodyAndRemovedByTheSweeper(String last) {
    assertThatThrownBy(() -> commit(new Dying(last, false, true), Optional.empty()))
        .isInstanceOf(SdkException.class);

    assertThat(jobs.rows.find(jobs.alice, spec.jobId())).isEmpty();
    assertThat(list()).isEmpty();
    assertThat(jobs.rows.seen(jobs.alice, spec.jobId())).isEmpty();
    jobs.clock.tick(LONG);
    sweep();

    assertThat(jobs.rows.stored(jobs.alice, spec.jobId())).isEmpty();
    assertThat(jobs.rows.file(new Ticket(jobs.alice, spec.jobId(), fileId()))).isEmpty();
    assertThat(jobs.admission.admit(jobs.alice, 1).filesLeft())
        .isEqualTo(jobs.settings.openFiles() - 1);
  }

  @Test
  void whatIsTakenBackIsGoneAtOnceAndNeverBecomesReal() {
    assertThatThrownBy(() -> commit(new Dying("updateItem", false, false), Optional.empty()))
        .isInstanceOf(SdkException.class);

    assertThat(jobs.commit.takeBack(draft)).isEmpty();
    assertThat(jobs.rows.stored(jobs.alice, spec.jobId())).isEmpty();
    assertThat(jobs.rows.file(new Ticket(jobs.alice, spec.jobId(), fileId()))).isEmpty();
  }

  @Test
  void whatHasBecomeRealIsNotTakenBack() {
    Optional<String> ringer = jobs.commit.commit(draft, Optional.empty());

    assertThat(jobs.commit.takeBack(draft)).isPresent().isEqualTo(ringer);
    assertThat(jobs.stored(job()).files().units()).hasSize(30);
  }

  @Test
  void aJobWhoseEndWasMadeAndOnlyItsAnswerLostIsWhole() {
    assertThatThrownBy(() -> commit(new Dying("updateItem", true, false), Optional.empty()))
        .isInstanceOf(SdkException.class);
    assertThat(jobs.stored(job()).files().units()).hasSize(30);
    jobs.clock.tick(LONG);
    sweep();

    assertThat(jobs.stored(job()).files().units()).hasSize(30);
  }

  @Test
  void aJobWithAKeyWhoseEndWasMadeAndOnlyItsAnswerLostIsTheKeysJob() {
    jobs.keys.reserve(key, spec.jobId());
    assertThatThrownBy(() -> commit(new Dying("transactWriteItems", true, false), Optional.of(key)))
        .isInstanceOf(SdkException.class);

    assertThat(jobs.keys.look(key)).isEqualTo(new IdempotencyKeys.Known.Used(spec.jobId()));
    assertThat(jobs.stored(job()).files().units()).hasSize(30);
  }

  @Test
  void whoeverStoresSoSlowlyThatTheSweeperCameFirstStoresNothing() {
    Dying slow = new Dying("updateItem", true, false);
    slow.before =
        () -> {
          jobs.clock.tick(LONG);
          sweep();
        };

    assertThatThrownBy(() -> commit(slow, Optional.empty())).isInstanceOf(SdkException.class);
    assertThat(jobs.rows.stored(jobs.alice, spec.jobId())).isEmpty();
    assertThat(list()).isEmpty();
  }

  @Test
  void whatALivingProcessStoresIsLeftToItByAnotherWhoseClockIsAhead() {
    assertThat(commitSweptAfter(CommitJob.STORING.minusSeconds(1))).isTrue();

    assertThat(jobs.stored(job()).files().units()).hasSize(30);
  }

  @Test
  void whatIsNotStoredAfterAQuarterOfAnHourIsSweptAlthoughWhoStoresItLives() {
    assertThat(commitSweptAfter(CommitJob.STORING)).isFalse();

    assertThat(jobs.rows.stored(jobs.alice, spec.jobId())).isEmpty();
  }

  @Test
  void whatAProcessCouldNeitherStoreNorTakeBackItSweepsWhileItLives() {
    TestJobs unlucky = new TestJobs(Map.of(), new Dying("batchWriteItem", false, false).client());
    unlucky.worker.beat(unlucky.peers);
    assertThatThrownBy(() -> unlucky.commit.commit(draft, Optional.empty()))
        .isInstanceOf(SdkException.class);

    due().ifPresent(unlucky.sweep::sweep);

    assertThat(jobs.rows.stored(jobs.alice, spec.jobId())).isEmpty();
  }

  @Test
  void aSweeperThatSawADraftWhichHasBecomeAJobRemovesNothing() {
    Attention.Due[] seen = new Attention.Due[1];
    Dying watched = new Dying("updateItem", true, false);
    watched.before = () -> seen[0] = due().orElseThrow();
    jobs.clock.tick(LONG);
    assertThatThrownBy(() -> commit(watched, Optional.empty())).isInstanceOf(SdkException.class);

    jobs.sweep.sweep(seen[0]);

    assertThat(jobs.stored(job()).files().units()).hasSize(30);
  }

  @Test
  void aSweeperThatReadADraftRightBeforeItBecameAJobTakesAJob() {
    String ringer = jobs.commit.commit(draft, Optional.empty()).orElseThrow();

    long at = due().orElseThrow().at();
    assertThat(at).isEqualTo(TestJobs.NOW + jobs.settings.sweepAfter().toSeconds());
    Attention.Due due = new Attention.Due(jobs.alice, spec.jobId(), at);
    assertThat(jobs.attention.take(due, at + 1))
        .contains(new StoredJob.Marks(false, false, 1, "", ringer));
  }

  @Test
  void aSweeperThatReadADraftBeforeItHadFilesLeavesTheJobToALaterVisit() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    TestJobs slow =
        new TestJobs(
            Map.of(),
            TestJobs.before(
                "batchWriteItem",
                () -> {
                  begun.countDown();
                  awaitAll(goesOn);
                }));
    CompletableFuture<Optional<String>> storing =
        CompletableFuture.supplyAsync(() -> slow.commit.commit(draft, Optional.empty()));
    begun.await();
    TestJobs sweeper =
        new TestJobs(
            Map.of(),
            TestJobs.before(
                "updateItem",
                () -> {
                  goesOn.countDown();
                  storing.join();
                }));
    jobs.clock.tick(LONG);
    sweeper.clock.tick(LONG);

    sweeper.sweep.sweep(due().orElseThrow());

    assertThat(storing.join()).isPresent();
    jobs.clock.tick(Duration.ofHours(1));
    assertThat(due()).isPresent();
    sweep();
    assertThat(jobs.stored(job()).files().units()).hasSize(30);
  }

  private static void awaitAll(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void writesThatTheSdkRepeatsAfterALostAnswerStoreOneJob() {
    TestJobs repeating = new TestJobs(Map.of(), TestJobs.repeating());

    assertThat(repeating.commit.commit(draft, Optional.empty())).isPresent();
    assertThat(jobs.stored(job()).files().units()).hasSize(30);
  }

  /** By a process that lives and needs so long for its last write that a sweeper comes before. */
  private boolean commitSweptAfter(Duration time) {
    jobs.keys.reserve(key, spec.jobId());
    TestJobs slow =
        new TestJobs(
            Map.of(),
            TestJobs.before(
                "transactWriteItems",
                () -> {
                  jobs.clock.tick(time);
                  sweep();
                }));
    slow.worker.beat(slow.peers);
    return slow.commit.commit(draft, Optional.of(key)).isPresent();
  }

  private boolean commit(Dying dying, Optional<IdempotencyKeys.Key> with) {
    return new TestJobs(Map.of(), dying.client()).commit.commit(draft, with).isPresent();
  }

  private void sweep() {
    due().ifPresent(jobs.sweep::sweep);
  }

  private Optional<Attention.Due> due() {
    return jobs.attention
        .due(jobs.clock.instant().plus(LONG))
        .filter(it -> it.jobId().equals(spec.jobId()))
        .findFirst();
  }

  private Job job() {
    return jobs.rows.find(jobs.alice, spec.jobId()).orElseThrow();
  }

  private String fileId() {
    return files.get(0).file().fileId();
  }

  private List<Job> list() {
    return jobs.rows.list(jobs.alice, new Paging(10, Optional.empty()), Optional.empty()).items();
  }

  /** A client that fails at one call, before or after it is made, and perhaps ever after. */
  private static final class Dying {
    private final String last;
    private final boolean made;
    private final boolean forGood;
    private boolean failed;
    private Runnable before = () -> {};

    Dying(String last, boolean made, boolean forGood) {
      this.last = last;
      this.made = made;
      this.forGood = forGood;
    }

    DynamoDbClient client() {
      DynamoDbClient real = StandIns.shared().dynamodb();
      return (DynamoDbClient)
          Proxy.newProxyInstance(
              CommitJobTest.class.getClassLoader(),
              new Class<?>[] {DynamoDbClient.class},
              (proxy, method, arguments) -> {
                boolean now = !failed && method.getName().equals(last);
                if (now) {
                  failed = true;
                  before.run();
                }
                if (now && !made || failed && !now && forGood) {
                  throw SdkClientException.create("down");
                }
                try {
                  Object answer = method.invoke(real, arguments);
                  if (now) {
                    throw SdkClientException.create("the answer is lost");
                  }
                  return answer;
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }
}
