package ai.fileprocessing.jobs;

import ai.fileprocessing.jobs.worker.WorkQueue;
import ai.fileprocessing.platform.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Rings for the work of files, and reads what was rung for: one small message per file. */
@ApplicationScoped
class Tickets {
  private static final System.Logger LOG = System.getLogger(Tickets.class.getName());

  private final WorkQueue queue;
  private final InParallel parallel;
  private final JsonMapper mapper;

  @Inject
  Tickets(WorkQueue queue, InParallel parallel, JsonMapper mapper) {
    this.queue = queue;
    this.parallel = parallel;
    this.mapper = mapper;
  }

  /**
   * Rings once for every ticket.
   *
   * @throws SdkException when not all were taken; some may have been
   */
  void send(List<Ticket> tickets) {
    parallel.forEach(
        InParallel.parts(tickets, WorkQueue.BATCH),
        some -> queue.send(some.stream().map(this::message).toList()));
  }

  /** Rings as {@link #send} does, for a job that is stored: what fails the sweeper makes good. */
  void ring(List<Ticket> tickets) {
    try {
      send(tickets);
    } catch (RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "job_id=" + tickets.get(0).jobId() + " is not queued whole; the sweeper does it",
          e);
    }
  }

  private WorkQueue.Outgoing message(Ticket ticket) {
    return new WorkQueue.Outgoing(mapper.writeValueAsString(ticket), ticket.userId());
  }

  /** The ticket of a message; empty when it is none of ours. */
  Optional<Ticket> read(String message) {
    try {
      Ticket ticket = mapper.readValue(message, Ticket.class);
      boolean whole =
          ticket != null
              && ticket.userId() != null
              && !ticket.userId().isEmpty()
              && Ids.isOne(ticket.jobId())
              && Ticket.isFileId(ticket.fileId());
      return whole ? Optional.of(ticket) : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }
}
