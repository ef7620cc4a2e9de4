package ai.fileprocessing.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PeersTest {
  private static final Duration LEASE = Duration.ofSeconds(60);

  private final FakeBeats beats = new FakeBeats();
  private final Process a = new Process("a");
  private final Process b = new Process("b");

  @Test
  void whoWasIntroducedIsAliveForWhoNeverLooked() {
    b.peers.introduce();

    assertThat(a.peers.isDead("b")).isFalse();
  }

  @Test
  void beingIntroducedIsOneBeat() {
    b.peers.introduce();
    b.peers.introduce();

    assertThat(beats.rows).containsEntry("b", 1L);
  }

  @Test
  void whoIsNotThereIsDead() {
    assertThat(a.peers.isDead("nobody")).isTrue();
  }

  @Test
  void whoComesLaterIsLookedForAtOnce() {
    a.peers.beat();
    b.peers.introduce();

    assertThat(a.peers.isDead("b")).isFalse();
  }

  @Test
  void nobodyIsDeadForItself() {
    a.rounds(100);

    assertThat(a.peers.isDead("a")).isFalse();
  }

  @Test
  void whoIsSilentIsDeadAfterAWholeLeaseAndNotBefore() {
    b.peers.introduce();
    a.rounds(1);
    a.rounds(3);
    assertThat(a.peers.isDead("b")).isFalse();

    a.rounds(1);
    assertThat(a.peers.isDead("b")).isTrue();
  }

  @Test
  void whoBeatsStaysAliveHoweverLongItTakes() {
    for (int i = 0; i < 100; i++) {
      b.rounds(1);
      a.rounds(1);
    }

    assertThat(a.peers.isDead("b")).isFalse();
  }

  @Test
  void eachProcessMeasuresOnItsOwnClock() {
    b.nanos = Long.MAX_VALUE - 5;
    Process c = new Process("c");
    c.nanos = -400;
    b.peers.introduce();
    a.rounds(5);
    c.rounds(2);

    assertThat(a.peers.isDead("b")).isTrue();
    assertThat(c.peers.isDead("b")).isFalse();
  }

  @Test
  void whoWasOnlyPausedLivesAgain() {
    b.peers.introduce();
    a.rounds(5);
    assertThat(a.peers.isDead("b")).isTrue();

    b.peers.beat();
    a.rounds(1);
    assertThat(a.peers.isDead("b")).isFalse();
  }

  @Test
  void whoWasPausedItselfCallsNobodyDeadBeforeItHasWatchedForALease() {
    b.peers.introduce();
    a.peers.beat();
    b.peers.beat();
    a.tick(LEASE.multipliedBy(5));
    assertThat(a.peers.isDead("b")).isFalse();

    a.peers.beat();
    assertThat(a.peers.isDead("b")).isFalse();
    a.rounds(4);
    assertThat(a.peers.isDead("b")).isTrue();
  }

  @Test
  void afterAnOutageOfTheSharedPlaceNobodyIsDeadForHavingBeenSilentThen() {
    b.peers.introduce();
    a.rounds(1);
    beats.down = true;
    a.rounds(10);
    beats.down = false;
    a.rounds(1);

    assertThat(a.peers.isDead("b")).isFalse();
  }

  @Test
  void whileTheSharedPlaceIsDownNothingThrowsAndNobodyIsDead() {
    beats.down = true;

    assertThatCode(
            () -> {
              a.peers.beat();
              a.peers.beat();
              a.peers.leave();
            })
        .doesNotThrowAnyException();
    assertThat(a.peers.isDead("b")).isFalse();
  }

  @Test
  void nothingIsBegunByWhoCannotBeIntroduced() {
    beats.down = true;
    assertThatThrownBy(a.peers::introduce).isInstanceOf(IllegalStateException.class);

    beats.down = false;
    a.peers.introduce();
    assertThat(beats.rows).containsKey("a");
  }

  @Test
  void whoLeavesIsDeadAtOnceForWhoLooks() {
    b.peers.introduce();
    a.rounds(1);
    b.peers.leave();
    a.rounds(1);

    assertThat(a.peers.isDead("b")).isTrue();
  }

  @Test
  void whoHasLeftBeatsNoMore() {
    b.peers.introduce();
    b.peers.leave();
    b.peers.beat();
    b.peers.introduce();

    assertThat(beats.rows).isEmpty();
  }

  @Test
  void whoIsSilentForTwentyLeasesIsRemoved() {
    b.peers.introduce();
    a.rounds(61);
    assertThat(beats.rows).containsKey("b");

    a.rounds(1);
    assertThat(beats.rows).containsOnlyKeys("a");
    assertThat(a.peers.isDead("b")).isTrue();
  }

  @Test
  void whoWasRemovedAndBeatsAgainLivesAgain() {
    b.peers.introduce();
    a.rounds(70);
    b.peers.beat();
    a.rounds(1);

    assertThat(a.peers.isDead("b")).isFalse();
  }

  @Test
  void whoseBeatsAreSeenIsNotLookedForEachTime() {
    b.peers.introduce();
    a.rounds(5);
    int looks = beats.looks;
    for (int i = 0; i < 1_000; i++) {
      a.peers.isDead("b");
    }

    assertThat(beats.looks).isEqualTo(looks);
  }

  @Test
  void whoHasLeftIsLookedForOnceASecondHoweverOftenItIsAskedFor() {
    a.rounds(1);
    int looks = beats.looks;
    askOften("b", "c");
    assertThat(beats.looks).isEqualTo(looks + 2);

    a.tick(Duration.ofSeconds(1));
    askOften("b", "c");
    assertThat(beats.looks).as("one look tells of both").isEqualTo(looks + 3);
  }

  @Test
  void whoWasLookedForInVainAndComesIsSeenASecondLater() {
    assertThat(a.peers.isDead("b")).isTrue();
    b.peers.introduce();
    a.tick(Duration.ofSeconds(1));

    assertThat(a.peers.isDead("b")).isFalse();
  }

  @Test
  void aLookThatHangsHoldsUpNeitherABeatNorWhatIsKnown() throws Exception {
    b.peers.introduce();
    a.rounds(1);
    Hanging look = new Hanging();
    CompletableFuture<Boolean> dead = CompletableFuture.supplyAsync(() -> a.peers.isDead("gone"));
    look.begun.await();

    a.peers.introduce();
    a.peers.beat();
    assertThat(beats.rows).containsEntry("a", 3L);
    assertThat(a.peers.isDead("b")).isFalse();
    assertThat(dead).isNotDone();
    look.answer.countDown();
    assertThat(dead.get()).isTrue();
  }

  @Test
  void whoeverAsksForTheSameWhileALookIsOutSharesWhatItShows() throws Exception {
    a.rounds(1);
    int looks = beats.looks;
    Hanging look = new Hanging();
    List<CompletableFuture<Boolean>> answers = new ArrayList<>();
    List<Thread> asking = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      CompletableFuture<Boolean> answer = new CompletableFuture<>();
      Thread thread = new Thread(() -> answer.complete(a.peers.isDead("gone")));
      thread.start();
      asking.add(thread);
      answers.add(answer);
    }
    await().until(() -> asking.stream().allMatch(it -> it.getState() == Thread.State.WAITING));
    look.answer.countDown();

    for (CompletableFuture<Boolean> answer : answers) {
      assertThat(answer.get()).isTrue();
    }
    assertThat(beats.looks).isEqualTo(looks + 1);
  }

  @Test
  void eachHasItsOwnName() {
    assertThat(a.peers.self()).isEqualTo("a");
  }

  private void askOften(String... names) {
    for (int i = 0; i < 1_000; i++) {
      for (String name : names) {
        assertThat(a.peers.isDead(name)).isTrue();
      }
    }
  }

  /** From now on each look waits until it is answered. */
  private final class Hanging {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch answer = new CountDownLatch(1);

    Hanging() {
      beats.beforeLook =
          () -> {
            begun.countDown();
            try {
              answer.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          };
    }
  }

  private final class Process {
    final Peers peers;
    long nanos = 7;

    Process(String name) {
      peers = new Peers(beats, LEASE, name, () -> nanos);
    }

    void tick(Duration time) {
      nanos += time.toNanos();
    }

    /** As the schedule does: a third of a lease, and a beat. */
    void rounds(int count) {
      for (int i = 0; i < count; i++) {
        tick(LEASE.dividedBy(3));
        peers.beat();
      }
    }
  }
}
