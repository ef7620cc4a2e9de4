package ai.fileprocessing.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
  private final FakeWork work = new FakeWork();
  private final FakeSqs sqs = new FakeSqs();
  private final FakeCount turns = new FakeCount();
  private final DeadLetters fake =
      reader(new DeadLetterQueue(sqs, TestWorker.settings(50, 90)), "self");
  private final TestWorker worker = new TestWorker(Map.of());
  private final DeadLetters deadLetters = reader(worker.deadLetterQueue(), "self");

  @Test
  void everyOneIsRecordedOnceInAReadingAndStaysWhereItIs() {
    worker.sendDead(23);
    deadLetters.read();

    assertThat(work.dead).doesNotHaveDuplicates().hasSize(23);
    assertThat(worker.deadDepth()).containsExactly(23, 0);
  }

  @Test
  void aRedriveRightAfterAReadingMovesAll() {
    worker.sendDead(23);
    deadLetters.read();

    worker.redrive();

    assertThat(worker.deadDepth()).containsExactly(0, 0);
    assertThat(worker.depth()).containsExactly(23, 0);
    deadLetters.read();
    assertThat(work.dead).hasSize(23);
  }

  @Test
  void whoeverIsLookingAtALetterKeepsItHidden() {
    worker.sendDead(3);
    List<Message> held = worker.deadLetterQueue().receive();
    deadLetters.read();

    assertThat(held).hasSize(3);
    assertThat(work.dead).isEmpty();
    assertThat(worker.deadDepth()).containsExactly(0, 3);
  }

  @Test
  void whereThereIsNoneNothingIsTold() {
    fake.read();

    assertThat(work.dead).isEmpty();
    assertThat(sqs.asked).hasSize(1);
    assertThat(sqs.extensions).isEmpty();
  }

  @Test
  void ofTwoProcessesOneReads() {
    DeadLetters other = reader(new DeadLetterQueue(sqs, TestWorker.settings(50, 90)), "other");
    sqs.put("a");
    fake.read();
    other.read();

    assertThat(sqs.asked).hasSize(2);
    assertThat(work.dead).containsExactly("a");
  }

  @Test
  void whoeverHasLostTheTurnStopsReadingAndShowsWhatItHas() {
    sqs.put(20);
    work.burial = message -> turns.count++;
    fake.read();

    assertThat(work.dead).hasSize(10);
    assertThat(shown()).hasSize(10);
  }

  @Test
  void oneThatCannotBeRecordedIsShownAgainAndTheOthersAreRecorded() {
    sqs.put("a", "b", "c");
    work.burial = failOn("b");
    fake.read();

    assertThat(work.dead).containsExactly("a", "c");
    assertThat(shown()).containsExactly("a", "b", "c");
  }

  @Test
  void whereNextToNoneCanBeShownAgainTheRestIsRecordedAllTheSame() {
    sqs.put(25);
    sqs.failing.put("extend", FakeSqs.down());
    fake.read();

    assertThat(work.dead).hasSize(25);
  }

  @Test
  void whatWasReadBeforeTheQueueWentDownIsShownAgain() {
    sqs.put(20);
    sqs.before.put(
        "receive",
        () -> {
          if (sqs.asked.size() == 2) {
            throw FakeSqs.down();
          }
        });
    fake.read();

    assertThat(work.dead).hasSize(10);
    assertThat(shown()).hasSize(10);
  }

  @Test
  void whereTheQueueIsDownTheyAreReadLater() {
    sqs.put("a");
    sqs.failing.put("receive", FakeSqs.down());
    fake.read();
    assertThat(work.dead).isEmpty();

    sqs.failing.clear();
    fake.read();
    assertThat(work.dead).isEqualTo(List.of("a"));
  }

  /** One that has been running for a while. */
  private DeadLetters reader(DeadLetterQueue queue, String self) {
    TakeTurn turn = new TakeTurn(turns, self);
    turn.take();
    return new DeadLetters(queue, work, turn, Clock.systemUTC());
  }

  private List<String> shown() {
    return sqs.extensions.stream().flatMap(List::stream).toList();
  }

  private static Consumer<Message> failOn(String body) {
    return message -> {
      if (message.body().equals(body)) {
        throw new IllegalStateException("the store is down");
      }
    };
  }
}
