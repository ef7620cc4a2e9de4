package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkQueueTest {
  private final TestJobs jobs = new TestJobs(Map.of("jobs.lease", "PT3S"));
  private final WorkQueue queue = jobs.queue;

  @Test
  void everyTicketRingsOnce() {
    List<Ticket> tickets = tickets(25);
    queue.send(tickets);
    List<WorkQueue.Received> received = receive(25);

    assertThat(received)
        .extracting(it -> queue.ticket(it).orElseThrow())
        .containsExactlyInAnyOrderElementsOf(tickets);
    assertThat(jobs.depth()).containsExactly(0, 25);
  }

  @Test
  void nothingRingsForNobody() {
    queue.send(List.of());

    assertThat(jobs.depth()).containsExactly(0, 0);
  }

  @Test
  void aMessageHoldsIdsAndNothingElse() {
    queue.send(List.of(new Ticket("u", "j", "f")));

    assertThat(receive(1).get(0).body())
        .isEqualTo("{\"user_id\":\"u\",\"job_id\":\"j\",\"file_id\":\"f\"}");
  }

  @Test
  void whatIsDeletedIsGone() {
    queue.send(tickets(2));
    List<WorkQueue.Received> received = receive(2);
    queue.delete(received.get(0));

    assertThat(jobs.depth()).containsExactly(0, 1);
  }

  @Test
  void noMoreIsReceivedThanWasAskedFor() {
    queue.send(tickets(5));

    assertThat(queue.receive(3)).hasSizeBetween(1, 3);
  }

  @Test
  void whatIsGivenBackIsThereAgainAfterItsDelay() {
    queue.send(tickets(2));
    List<WorkQueue.Received> received = receive(2);
    queue.giveBack(received.get(0), Duration.ZERO);
    queue.giveBack(received.get(1), Duration.ofHours(1));

    assertThat(jobs.depth()).containsExactly(1, 1);
    assertThat(queue.receive(1))
        .extracting(WorkQueue.Received::body)
        .containsExactly(received.get(0).body());
  }

  @Test
  void whatIsBuriedIsKeptInTheDeadLetterQueue() {
    jobs.sqs.sendMessage(
        it -> it.queueUrl(jobs.settings.queue().toString()).messageBody("what is this"));
    queue.bury(receive(1).get(0));

    assertThat(jobs.depth()).containsExactly(0, 0);
    assertThat(
            jobs.sqs
                .receiveMessage(it -> it.queueUrl(jobs.settings.deadLetterQueue().toString()))
                .messages())
        .extracting(it -> it.body())
        .containsExactly("what is this");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "5",
        "[]",
        "{}",
        "not json",
        "{\"user_id\":\"u\",\"job_id\":\"j\"}",
        "{\"user_id\":\"u\",\"job_id\":\"j\",\"file_id\":null}",
        "{\"user_id\":\"u\",\"job_id\":\"j\",\"file_id\":5}",
        "{\"user_id\":\"u\",\"job_id\":\"j\",\"file_id\":\"f\",\"more\":1}",
        "{\"user_id\":\"u\",\"job_id\":\"j\",\"file_id\":\"f\"} x",
        "{\"userId\":\"u\",\"jobId\":\"j\",\"fileId\":\"f\"}"
      })
  void whatIsNoneOfOursHasNoTicket(String body) {
    assertThat(queue.ticket(new WorkQueue.Received(body, "r"))).isEmpty();
  }

  @Test
  void anExtendedLeaseLastsAndAnotherEnds() {
    queue.send(tickets(2));
    List<WorkQueue.Received> received = receive(2);
    JobsSettings anHour = with(jobs.settings, Duration.ofHours(1));
    WorkQueue longer =
        new WorkQueue(jobs.sqs, jobs.sqs, ai.fileprocessing.platform.Json.strict(), anHour);

    assertThat(longer.extend(received.subList(0, 1))).isEmpty();
    await().atMost(Duration.ofSeconds(15)).until(() -> jobs.depth().equals(List.of(1, 1)));
    assertThat(queue.receive(1))
        .extracting(WorkQueue.Received::body)
        .containsExactly(received.get(1).body());
  }

  @Test
  void aLeaseThatIsLostIsTold() {
    queue.send(tickets(3));
    List<WorkQueue.Received> received = receive(3);
    queue.delete(received.get(1));

    assertThat(queue.extend(received)).containsExactly(received.get(1).receipt());
  }

  private static JobsSettings with(JobsSettings it, Duration lease) {
    return new JobsSettings(
        it.table(),
        it.resultsBucket(),
        it.queue(),
        it.deadLetterQueue(),
        it.worker(),
        it.slots(),
        it.attempts(),
        lease,
        it.maxFiles(),
        it.linkLifetime());
  }

  private List<Ticket> tickets(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Ticket(jobs.alice, jobs.ids.next(), jobs.ids.next()))
        .toList();
  }

  private List<WorkQueue.Received> receive(int count) {
    List<WorkQueue.Received> received = new ArrayList<>();
    while (received.size() < count) {
      received.addAll(queue.receive(Math.min(WorkQueue.BATCH, count - received.size())));
    }
    return received;
  }
}
