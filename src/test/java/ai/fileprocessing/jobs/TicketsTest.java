package ai.fileprocessing.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.jobs.worker.TestWorker;
import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TicketsTest {
  private static final String JOB = "019aabcd-0000-7000-8000-000000000001";
  private static final String FILE = "019aabcd-0000-7000-8000-000000000002";

  private final TestWorker worker = new TestWorker(Map.of());
  private final Tickets tickets =
      new Tickets(worker.queue(), new InParallel(Runnable::run), Json.strict());
  private final Ids ids = new Ids();

  @Test
  void everyTicketRingsOnce() {
    List<Ticket> all =
        IntStream.range(0, 25).mapToObj(i -> new Ticket("u", ids.next(), ids.next())).toList();
    tickets.send(all);
    Set<Ticket> read = new HashSet<>();
    while (read.size() < all.size()) {
      worker.received().forEach(it -> read.add(tickets.read(it).orElseThrow()));
    }

    assertThat(read).containsExactlyInAnyOrderElementsOf(all);
    assertThat(worker.depth()).containsExactly(0, 25);
  }

  @Test
  void nothingRingsForNobody() {
    tickets.send(List.of());

    assertThat(worker.depth()).containsExactly(0, 0);
  }

  @Test
  void theOneResultOfAJobHasATicket() {
    Ticket all = new Ticket("u", JOB, Ticket.RESULT);
    tickets.send(List.of(all));

    assertThat(worker.received()).allSatisfy(it -> assertThat(tickets.read(it)).contains(all));
  }

  @Test
  void aMessageHoldsIdsAndNothingElse() {
    tickets.send(List.of(new Ticket("u", JOB, FILE)));

    assertThat(worker.received())
        .containsExactly(
            "{\"user_id\":\"u\",\"job_id\":\"" + JOB + "\",\"file_id\":\"" + FILE + "\"}");
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
        "{\"user_id\":\"u\",\"job_id\":\"" + JOB + "\"}",
        "{\"user_id\":\"\",\"job_id\":\"" + JOB + "\",\"file_id\":\"" + FILE + "\"}",
        "{\"user_id\":\"u\",\"job_id\":\"result\",\"file_id\":\"result\"}",
        "{\"user_id\":\"u\",\"job_id\":\"j\",\"file_id\":\"" + FILE + "\"}",
        "{\"user_id\":\"u\",\"job_id\":\"" + JOB + "\",\"file_id\":\"../f\"}",
        "{\"user_id\":\"u\",\"job_id\":\"" + JOB + "\",\"file_id\":null}",
        "{\"user_id\":\"u\",\"job_id\":\"" + JOB + "\",\"file_id\":5}",
        "{\"user_id\":\"u\",\"job_id\":\"" + JOB + "\",\"file_id\":\"" + FILE + "\",\"more\":1}",
        "{\"user_id\":\"u\",\"job_id\":\"" + JOB + "\",\"file_id\":\"" + FILE + "\"} x",
        "{\"userId\":\"u\",\"jobId\":\"" + JOB + "\",\"fileId\":\"" + FILE + "\"}"
      })
  void whatIsNoneOfOursHasNoTicket(String body) {
    assertThat(tickets.read(body)).isEmpty();
  }
}
