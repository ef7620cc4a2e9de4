package ai.fileprocessing.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

class WorkQueueTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";

  private final TestWorker worker = new TestWorker(Map.of("jobs.lease", "PT3S"));
  private final WorkQueue queue = worker.queue();
  private final FakeSqs sqs = new FakeSqs();
  private final WorkQueue fake = new WorkQueue(sqs, sqs, TestWorker.settings(50, 90));

  @Test
  void everyMessageRingsOnce() {
    worker.send(25);

    assertThat(worker.receive(25))
        .extracting(Message::body)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 25).mapToObj(i -> "m" + i).toList());
    assertThat(worker.depth()).containsExactly(0, 25);
  }

  @Test
  void nothingRingsForNobody() {
    queue.send(List.of());

    assertThat(worker.depth()).containsExactly(0, 0);
  }

  @Test
  void aMessageComesWithItsCallerAndHowOftenItCame() {
    queue.send(List.of(new WorkQueue.Outgoing("body", "alice")));
    Message first = worker.receive(1).get(0);
    assertThat(first)
        .usingRecursiveComparison()
        .ignoringFields("sentAt")
        .isEqualTo(new Message("body", "alice", first.receipt(), 1, Instant.EPOCH, Map.of()));

    queue.giveBack(first, Duration.ZERO);
    Message second = worker.receive(1).get(0);
    assertThat(second)
        .usingRecursiveComparison()
        .ignoringFields("sentAt")
        .isEqualTo(new Message("body", "alice", second.receipt(), 2, Instant.EPOCH, Map.of()));
  }

  @Test
  void whatTheQueueRefusesIsSentAgainAloneAndThenTold() {
    sqs.refused.add("b");

    assertThatThrownBy(
            () ->
                fake.send(
                    List.of(
                        new WorkQueue.Outgoing("a", "g"),
                        new WorkQueue.Outgoing("b", "g"),
                        new WorkQueue.Outgoing("c", "g"))))
        .isInstanceOf(SdkException.class);
    assertThat(sqs.batchesSent).containsExactly(List.of("a", "b", "c"), List.of("b"), List.of("b"));
  }

  @Test
  void whatIsTakenAtTheSecondTryIsSent() {
    sqs.refused.add("b");
    sqs.before.put(
        "send",
        () -> {
          if (sqs.batchesSent.size() == 1) {
            sqs.refused.clear();
          }
        });
    fake.send(List.of(new WorkQueue.Outgoing("a", "g"), new WorkQueue.Outgoing("b", "g")));

    assertThat(sqs.batchesSent).containsExactly(List.of("a", "b"), List.of("b"));
  }

  @Test
  void whatIsDeletedIsGone() {
    worker.send(12);
    List<Message> received = worker.receive(12);

    assertThat(queue.delete(received.subList(0, 10))).isEmpty();
    assertThat(worker.depth()).containsExactly(0, 2);
  }

  @Test
  void whatIsNotDeletedIsNamed() {
    worker.send(2);
    List<Message> received = worker.receive(2);
    Message unknown = new Message("b", "", "no receipt", 1, Instant.EPOCH, Map.of());

    assertThat(queue.delete(List.of(received.get(0), unknown, received.get(1))))
        .containsExactly("no receipt");
    assertThat(worker.depth()).containsExactly(0, 0);
  }

  @Test
  void noMoreIsReceivedThanWasAskedFor() {
    worker.send(5);

    assertThat(queue.receive(3)).hasSizeBetween(1, 3);
  }

  @Test
  void whatWaitsIsCounted() {
    worker.send(7);
    worker.receive(2);

    assertThat(queue.waiting()).isEqualTo(5);
  }

  @Test
  void whatIsGivenBackIsThereAgainAfterItsDelay() {
    worker.send(2);
    List<Message> received = worker.receive(2);
    queue.giveBack(received.get(0), Duration.ZERO);
    queue.giveBack(received.get(1), Duration.ofHours(1));

    assertThat(worker.depth()).containsExactly(1, 1);
    assertThat(worker.received()).containsExactly(received.get(0).body());
  }

  @ParameterizedTest
  @CsvSource({"PT0S, 0", "PT-5S, 0", "PT0.001S, 1", "PT1.5S, 2", "PT90S, 90", "PT240H, 43200"})
  void aDelayIsAsLongAsTheQueueAllows(Duration delay, int seconds) {
    fake.postpone(new Message("b", "g", "r", 39, Instant.EPOCH, Map.of()), delay);

    assertThat(sqs.hidden("r")).containsExactly(seconds);
    assertThat(sqs.sent).isEmpty();
  }

  @Test
  void afterFortyReceivesAMessageIsReplacedByAFreshOne() {
    queue.send(List.of(new WorkQueue.Outgoing("body", "alice")));
    Message old = worker.receive(1).get(0);
    queue.postpone(
        new Message("body", "alice", old.receipt(), 40, Instant.EPOCH, Map.of()), Duration.ZERO);
    Message fresh = worker.receive(1).get(0);

    assertThat(fresh)
        .usingRecursiveComparison()
        .ignoringFields("sentAt")
        .isEqualTo(new Message("body", "alice", fresh.receipt(), 1, Instant.EPOCH, Map.of()));
    assertThat(fresh.receipt()).isNotEqualTo(old.receipt());
    assertThat(worker.depth()).containsExactly(0, 1);
  }

  @Test
  void aFreshOneIsSentBeforeTheOldOneIsDeletedAndWaitsNoLongerThanTheQueueAllows() {
    sqs.before.put("delete", () -> assertThat(sqs.sent).hasSize(1));
    fake.postpone(new Message("body", "", "r", 40, Instant.EPOCH, Map.of()), Duration.ofHours(2));

    assertThat(sqs.sent)
        .extracting(
            SendMessageRequest::messageBody,
            SendMessageRequest::messageGroupId,
            SendMessageRequest::delaySeconds)
        .containsExactly(tuple("body", null, 900));
    assertThat(sqs.deleted()).containsExactly("r");
  }

  @Test
  void whereNoFreshOneCanBeSentTheOldOneStays() {
    sqs.failing.put("send", FakeSqs.down());

    assertThatThrownBy(
            () ->
                fake.postpone(
                    new Message("b", "g", "r", 40, Instant.EPOCH, Map.of()), Duration.ZERO))
        .isInstanceOf(SdkException.class);
    assertThat(sqs.deleted()).isEmpty();
  }

  @Test
  void aMessageThatIsPartOfNothingHasNoAttributes() {
    queue.send(List.of(new WorkQueue.Outgoing("body", "alice")));

    assertThat(worker.attributes()).isEmpty();
  }

  @Test
  void aMessageTellsOfWhatItsWorkIsPartAndSoDoesTheOneThatReplacesIt() {
    Scope request =
        Span.wrap(SpanContext.create(TRACE, SPAN, TraceFlags.getSampled(), TraceState.getDefault()))
            .makeCurrent();
    try {
      queue.send(List.of(new WorkQueue.Outgoing("body", "alice")));
    } finally {
      request.close();
    }
    Message sent = worker.receive(1).get(0);
    assertThat(sent.trace())
        .containsExactly(entry("traceparent", "00-" + TRACE + "-" + SPAN + "-01"));

    queue.postpone(
        new Message("body", "alice", sent.receipt(), 40, Instant.EPOCH, sent.trace()),
        Duration.ZERO);
    Message fresh = worker.receive(1).get(0);
    assertThat(fresh.receipt()).isNotEqualTo(sent.receipt());
    assertThat(fresh.trace()).isEqualTo(sent.trace());
  }

  @Test
  void whatIsBuriedIsKeptInTheDeadLetterQueue() {
    worker.send("what is this");
    queue.bury(worker.receive(1).get(0));

    assertThat(worker.depth()).containsExactly(0, 0);
    assertThat(worker.deadLetterQueue().receive())
        .extracting(Message::body)
        .containsExactly("what is this");
  }

  @Test
  void anExtendedLeaseLastsAndAnotherEnds() {
    worker.send(2);
    List<Message> received = worker.receive(2);

    assertThat(worker.with(Duration.ofHours(1)).extend(received.subList(0, 1)).lost()).isEmpty();
    await().atMost(Duration.ofSeconds(15)).until(() -> worker.depth().equals(List.of(1, 1)));
    assertThat(worker.received()).containsExactly(received.get(1).body());
  }

  @Test
  void aLeaseThatIsLostIsTold() {
    worker.send(3);
    List<Message> received = worker.receive(3);
    queue.delete(received.subList(1, 2));

    assertThat(queue.extend(received).lost()).containsExactly(received.get(1).receipt());
  }
}
