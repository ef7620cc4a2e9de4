package ai.fileprocessing.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
  private final FakeWork work = new FakeWork();
  private final FakeSqs sqs = new FakeSqs();
  private final DeadLetters fake =
      new DeadLetters(new WorkQueue(sqs, sqs, TestWorker.settings(50, 90)), work);

  @Test
  void everyOneIsRecordedOnceAndStaysWhereItIs() {
    TestWorker worker = new TestWorker(Map.of());
    worker.sendDead(23);
    DeadLetters deadLetters = new DeadLetters(worker.queue(), work);
    deadLetters.read();
    assertThat(work.dead).doesNotHaveDuplicates().hasSize(23);
    assertThat(worker.deadDepth()).containsExactly(0, 23);

    deadLetters.read();
    assertThat(work.dead).hasSize(23);
  }

  @Test
  void whereThereIsNoneNothingIsTold() {
    fake.read();

    assertThat(work.dead).isEmpty();
    assertThat(sqs.asked).hasSize(1);
  }

  @Test
  void oneThatCannotBeRecordedIsShownAgainSoonAndTheOthersAreRecorded() {
    sqs.put("a", "b", "c");
    work.burial = failOn("b");
    fake.read();

    assertThat(work.dead).containsExactly("a", "c");
    assertThat(sqs.hidden("b")).containsExactly(60);
    assertThat(sqs.hidden("a")).isEmpty();
  }

  @Test
  void alsoWhenItCannotBeShownAgainTheOthersAreRecorded() {
    sqs.put("a", "b", "c");
    sqs.failing.put("hide", FakeSqs.down());
    work.burial = failOn("a");
    fake.read();

    assertThat(work.dead).containsExactly("b", "c");
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

  private static Consumer<Message> failOn(String body) {
    return message -> {
      if (message.body().equals(body)) {
        throw new IllegalStateException("the store is down");
      }
    };
  }
}
