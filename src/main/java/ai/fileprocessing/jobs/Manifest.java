package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Output;
import ai.fileprocessing.inference.Parameters;
import ai.fileprocessing.inference.Route;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.platform.Sha256;
import java.util.List;

/**
 * Where a result comes from: enough to tell years later which bytes were put to which model with
 * which instructions, and to find the calls in AWS's own logs.
 *
 * @param fileId of the input, or {@code result} in mode together
 * @param inputs what was read, in its order
 * @param promptSha256 of the prompt's text before anything was filled in, in UTF-8
 * @param promptId the saved prompt that it was; absent where it was sent
 * @param calls the model calls that led to it, oldest first, at most {@value JobFile#KEPT}: the
 *     latest
 * @param callsComplete whether no call is left out of {@code calls}, and none was made by a worker
 *     that died before it could tell of it
 * @param usage the tokens of all calls, also of those that are left out
 * @param estimatedCost of all calls, in millionths of a US dollar
 * @param createdAt when the job was submitted, in seconds since the Unix epoch
 * @param finishedAt when the result was settled, in seconds since the Unix epoch
 */
public record Manifest(
    String jobId,
    String fileId,
    String mode,
    List<Input> inputs,
    String model,
    Parameters inference,
    String promptSha256,
    String promptId,
    Output.Format outputFormat,
    String schemaSha256,
    Result result,
    List<Attempt> calls,
    boolean callsComplete,
    Usage usage,
    long estimatedCost,
    long createdAt,
    long finishedAt) {

  /**
   * One input.
   *
   * @param sha256 of its bytes, in hexadecimal
   * @param route in which form it reached the model
   */
  public record Input(
      String fileId, String filename, String contentType, long size, String sha256, Route route) {
    private static Input of(JobFile file) {
      return new Input(
          file.file().fileId(),
          file.file().filename(),
          file.file().contentType(),
          file.file().size(),
          file.file().sha256(),
          file.route());
    }
  }

  /**
   * The result itself.
   *
   * @param sha256 of its bytes, in hexadecimal; absent for one from before it was kept
   * @param stopReason why the model ended its answer, in Bedrock's words
   */
  public record Result(String filename, String contentType, String sha256, String stopReason) {}

  /** That of a unit of work with a result. */
  static Manifest of(JobSpec spec, JobFile unit, List<JobInput> parts) {
    Output output = spec.ask().output();
    Ticket ticket = spec.ticket(unit);
    return new Manifest(
        spec.jobId(),
        ticket.fileId(),
        spec.mode().text(),
        new JobFiles(List.of(unit), parts).inputs().stream().map(Input::of).toList(),
        spec.ask().model(),
        spec.ask().parameters(),
        Sha256.of(spec.ask().prompt()),
        spec.promptId(),
        output.format(),
        output.schema() == null ? null : Sha256.of(output.schema().toString()),
        new Result(
            Results.filename(ticket, unit.file().filename(), output.format()),
            Results.contentType(output.format()),
            unit.progress().resultSha256(),
            unit.stopReason()),
        unit.attempts(),
        unit.attempts().size() < JobFile.KEPT
            && unit.attempts().stream().noneMatch(Attempt::isLoss),
        unit.usage(),
        unit.usage().estimatedCost(),
        spec.createdAt(),
        unit.progress().updatedAt());
  }
}
