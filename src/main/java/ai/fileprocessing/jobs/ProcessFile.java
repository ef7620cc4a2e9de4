package ai.fileprocessing.jobs;

import ai.fileprocessing.files.Files;
import ai.fileprocessing.inference.Inference;
import ai.fileprocessing.inference.Outcome;
import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Outcome.Failed;
import ai.fileprocessing.inference.Outcome.Passing;
import ai.fileprocessing.inference.Question;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.platform.Backoff;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * The work of one file, from its message to its settled row: claim, read, ask, keep the result,
 * settle, and only then delete the message. Whatever ends it in the middle leaves a message that
 * comes again.
 */
@ApplicationScoped
class ProcessFile {
  private static final System.Logger LOG = System.getLogger(ProcessFile.class.getName());
  private static final Backoff AFTER_FAILURE =
      new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5));
  private static final Backoff AFTER_THROTTLE =
      new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(2));

  private static final Failed DELETED =
      new Failed("FILE_DELETED", "The file was deleted before it was read.", Usage.NONE);
  private static final Failed EXHAUSTED =
      new Failed(
          "ATTEMPTS_EXHAUSTED",
          "The file was begun as often as allowed and never finished. Change the file or the prompt.",
          Usage.NONE);

  private final WorkQueue queue;
  private final Leases leases;
  private final Claims claims;
  private final Results results;
  private final Files files;
  private final Inference inference;
  private final JobsSettings settings;

  @Inject
  ProcessFile(
      WorkQueue queue,
      Leases leases,
      Claims claims,
      Results results,
      Files files,
      Inference inference,
      JobsSettings settings) {
    this.queue = queue;
    this.leases = leases;
    this.claims = claims;
    this.results = results;
    this.files = files;
    this.inference = inference;
    this.settings = settings;
  }

  void process(WorkQueue.Received message) {
    Optional<Ticket> ticket = queue.ticket(message);
    if (ticket.isEmpty()) {
      LOG.log(Level.ERROR, "A message is none of ours; it goes to the dead-letter queue");
      queue.bury(message);
      return;
    }
    Claim claim = claims.claim(ticket.get());
    if (claim instanceof Claim.Held held) {
      work(message, held);
    } else {
      log(Level.INFO, ticket.get(), "needs no work: " + claim + "; its message is deleted");
      queue.delete(message);
    }
  }

  private void work(WorkQueue.Received message, Claim.Held claim) {
    Optional<byte[]> content;
    try {
      Optional<Results.Result> earlier =
          claim.fence() > 1 ? results.find(claim.ticket()) : Optional.empty();
      if (earlier.isPresent()) {
        boolean held = claims.succeed(claim, earlier.get());
        settled(message, claim, held, "SUCCEEDED by an earlier attempt");
        return;
      }
      if (claim.file().attempts() > settings.attempts()) {
        fail(message, claim, EXHAUSTED);
        return;
      }
      content = read(claim.ticket());
    } catch (SdkException | IOException e) {
      LOG.log(Level.WARNING, "A store did not answer before the model was asked", e);
      claims.uncount(claim);
      again(message, claim, AFTER_FAILURE, "a store did not answer");
      return;
    }
    Outcome outcome = content.map(bytes -> ask(claim, bytes)).orElse(DELETED);
    try {
      conclude(message, claim, outcome);
    } catch (SdkException e) {
      LOG.log(Level.WARNING, "A store did not take what the model had answered", e);
      again(message, claim, AFTER_FAILURE, "its outcome could not be stored");
    }
  }

  private Optional<byte[]> read(Ticket ticket) throws IOException {
    Optional<InputStream> content = files.open(ticket.userId(), ticket.fileId());
    if (content.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream bytes = content.get()) {
      return Optional.of(bytes.readAllBytes());
    }
  }

  private Outcome ask(Claim.Held claim, byte[] content) {
    JobSpec spec = claim.spec();
    Ticket ticket = claim.ticket();
    return inference.infer(
        new Question(
            spec.model(),
            spec.parameters(),
            spec.prompt(),
            content,
            Map.of("job_id", ticket.jobId(), "file_id", ticket.fileId())));
  }

  private void conclude(WorkQueue.Received message, Claim.Held claim, Outcome outcome) {
    if (outcome instanceof Answered answered) {
      settled(
          message,
          claim,
          claims.succeed(claim, results.keep(claim.ticket(), answered)),
          "SUCCEEDED");
    } else if (outcome instanceof Failed failed) {
      fail(message, claim, failed);
    } else if (outcome instanceof Passing passing && !passing.attempted()) {
      claims.uncount(claim);
      again(message, claim, AFTER_THROTTLE, passing.code());
    } else if (outcome instanceof Passing passing) {
      if (claim.file().attempts() >= settings.attempts()) {
        fail(
            message,
            claim,
            new Failed(
                passing.code(),
                passing.message() + " It was tried " + settings.attempts() + " times.",
                Usage.NONE));
      } else {
        again(message, claim, AFTER_FAILURE, passing.code());
      }
    }
  }

  private void fail(WorkQueue.Received message, Claim.Held claim, Failed failed) {
    JobFile.Error error = new JobFile.Error(failed.code(), failed.message());
    settled(
        message, claim, claims.fail(claim, error, failed.usage()), "FAILED with " + failed.code());
  }

  private void settled(WorkQueue.Received message, Claim.Held claim, boolean held, String what) {
    if (held) {
      queue.delete(message);
      log(Level.INFO, claim.ticket(), what);
    } else {
      log(
          Level.INFO,
          claim.ticket(),
          "was claimed by another worker; nothing was written, and the message is that worker's");
    }
  }

  private void again(WorkQueue.Received message, Claim.Held claim, Backoff backoff, String why) {
    Duration delay = backoff.delay((int) claim.fence());
    // Dropped first: a lease extended in between would take the place of the delay.
    if (leases.drop(message)) {
      queue.giveBack(message, delay);
      log(Level.INFO, claim.ticket(), "is tried again in " + delay.toSeconds() + " s: " + why);
    } else {
      log(Level.INFO, claim.ticket(), "is no longer this process's: " + why);
    }
  }

  private static void log(Level level, Ticket ticket, String what) {
    LOG.log(level, "job_id={0} file_id={1} {2}", ticket.jobId(), ticket.fileId(), what);
  }
}
