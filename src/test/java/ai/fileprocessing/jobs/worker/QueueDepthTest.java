package ai.fileprocessing.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.StandIns;
import ai.fileprocessing.platform.CountedMeters;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueueDepthTest {
  private final TestWorker worker = new TestWorker(Map.of());
  private final CountedMeters meters = new CountedMeters();
  private final QueueDepth depth =
      new QueueDepth(StandIns.shared().sqs(), worker.settings(), meters, Clock.systemUTC());

  @Test
  void itTellsWhatWaitsAndWhatIsInWorkApart() {
    worker.send(3);
    worker.receive(1);
    depth.look();

    assertThat(meters.now("queue_messages", "work", "waiting")).isEqualTo(2.0);
    assertThat(meters.now("queue_messages", "work", "in_flight")).isEqualTo(1.0);
    assertThat(meters.now("queue_messages", "dead_letters", "waiting")).isEqualTo(0.0);
  }

  @Test
  void itFollowsTheQueues() {
    depth.look();
    worker.sendDead(2);
    depth.look();

    assertThat(meters.now("queue_messages", "dead_letters", "waiting")).isEqualTo(2.0);
  }

  @Test
  void ofAQueueThatDoesNotAnswerNothingIsToldAndTheOtherIsAskedAllTheSame() {
    worker.sendDead(1);
    new QueueDepth(
            StandIns.shared().sqs(),
            new TestWorker(
                    Map.of(
                        "jobs.queue.url",
                        worker.settings().queue() + "-that-is-not-there",
                        "jobs.dead.letter.queue.url",
                        worker.settings().deadLetterQueue().toString()))
                .settings(),
            meters,
            Clock.systemUTC())
        .look();

    assertThat(meters.now("queue_messages", "work", "waiting")).isEqualTo(Double.NaN);
    assertThat(meters.now("queue_messages", "dead_letters", "waiting")).isEqualTo(1.0);
  }
}
