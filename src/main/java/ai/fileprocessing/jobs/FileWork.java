package ai.fileprocessing.jobs;

import ai.fileprocessing.jobs.worker.Lane;
import ai.fileprocessing.jobs.worker.Lease;
import ai.fileprocessing.jobs.worker.Message;
import ai.fileprocessing.jobs.worker.Task;
import ai.fileprocessing.jobs.worker.Verdict;
import ai.fileprocessing.jobs.worker.WaitReason;
import ai.fileprocessing.jobs.worker.Work;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Tells the worker what its messages mean: each asks for the work of one file of one job. */
@ApplicationScoped
class FileWork implements Work {
  private static final System.Logger LOG = System.getLogger(FileWork.class.getName());

  private static final JobFile.Error DEAD =
      new JobFile.Error(
          "WORK_ABANDONED",
          "The file could not be worked, however often it was begun. Retry the job, or tell the operator.");

  /** How far the clocks of SQS and of whoever opened a file may be apart. */
  private static final Duration APART = Duration.ofMinutes(15);

  private final Tickets tickets;
  private final Specs specs;
  private final ProcessFile process;
  private final FileRow row;
  private final Results results;

  @Inject
  FileWork(Tickets tickets, Specs specs, ProcessFile process, FileRow row, Results results) {
    this.tickets = tickets;
    this.specs = specs;
    this.process = process;
    this.row = row;
    this.results = results;
  }

  @Override
  public Task prepare(Message message) {
    Optional<Ticket> ticket = tickets.read(message.body());
    if (ticket.isEmpty()) {
      return new Task.Unreadable();
    }
    Optional<JobSpec> spec = specs.of(ticket.get());
    if (spec.isPresent()) {
      return new OneFile(ticket.get(), spec.get());
    }
    // Whoever worked it may have died between its result and the news that the job was deleted.
    results.withdraw(ticket.get());
    return new Task.Nothing(ticket.get() + " is of a job that is gone");
  }

  @Override
  public void dead(Message message) {
    Optional<Ticket> ticket = tickets.read(message.body());
    if (ticket.isEmpty()) {
      LOG.log(Level.ERROR, "A dead letter is none of ours; it waits for a person to look at it");
      return;
    }
    // A letter from before a retry says nothing of the file as it is now.
    long openedUntil = message.sentAt().plus(APART).getEpochSecond();
    if (row.fail(ticket.get(), DEAD, openedUntil).done()) {
      LOG.log(
          Level.ERROR,
          "job_id={0} file_id={1} FAILED: its message is a dead letter, kept to be looked at",
          ticket.get().jobId(),
          ticket.get().fileId());
    }
  }

  private final class OneFile implements Task.Open {
    private final Ticket ticket;
    private final JobSpec spec;

    OneFile(Ticket ticket, JobSpec spec) {
      this.ticket = ticket;
      this.spec = spec;
    }

    @Override
    public Lane lane() {
      return new Lane(spec.userId(), spec.ask().model());
    }

    @Override
    public Verdict run(Lease lease) {
      return process.run(ticket, spec, lease);
    }

    @Override
    public boolean putOff(WaitReason reason, Instant next) {
      return row.putOff(ticket, reason, next)
          .file()
          .filter(it -> !it.status().isTerminal())
          .isPresent();
    }
  }
}
