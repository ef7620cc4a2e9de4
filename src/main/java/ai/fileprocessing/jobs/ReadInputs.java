package ai.fileprocessing.jobs;

import ai.fileprocessing.files.Files;
import ai.fileprocessing.inference.Input;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what a unit of work is about: one input, or all of its job. */
@ApplicationScoped
class ReadInputs {
  /** What came of reading. */
  sealed interface Read {
    /** Everything is here, in its order. */
    record Whole(List<Input> inputs) implements Read {}

    /** One of them is not there any more. */
    record Deleted(JobInput input) implements Read {}
  }

  private final Files files;
  private final TextRows texts;
  private final JobRows rows;

  @Inject
  ReadInputs(Files files, TextRows texts, JobRows rows) {
    this.files = files;
    this.texts = texts;
    this.rows = rows;
  }

  /**
   * What it is about, in its order, before anything of it is read.
   *
   * @throws IOException when the job is being deleted, and some of its rows are gone
   */
  List<JobInput> of(Claim.Held claim) throws IOException {
    if (!claim.ticket().isOfAll()) {
      return List.of(claim.file().input());
    }
    List<JobInput> parts = rows.parts(claim.spec());
    if (parts.size() != claim.spec().count()) {
      throw new IOException("Some inputs of the job have no row any more");
    }
    return parts;
  }

  /** Reads all of it into memory. */
  Read read(Ticket ticket, List<JobInput> about) throws IOException {
    List<Input> inputs = new ArrayList<>();
    for (JobInput input : about) {
      Optional<byte[]> content = content(ticket, input);
      if (content.isEmpty()) {
        return new Read.Deleted(input);
      }
      inputs.add(
          new Input(
              input.position(),
              input.file().filename(),
              input.file().contentType(),
              content.get()));
    }
    return new Read.Whole(inputs);
  }

  private Optional<byte[]> content(Ticket ticket, JobInput input) throws IOException {
    String fileId = input.file().fileId();
    if (input.isText()) {
      return texts.find(new Ticket(ticket.userId(), ticket.jobId(), fileId));
    }
    Optional<InputStream> content = files.open(ticket.userId(), fileId);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream bytes = content.get()) {
      return Optional.of(bytes.readAllBytes());
    }
  }
}
