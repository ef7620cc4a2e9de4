package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.platform.DownloadLink;
import ai.fileprocessing.platform.DownloadLinks;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Results as objects in the output bucket, written once: the first to arrive stays. Each carries
 * its usage as metadata, so that a worker which finds one already there can settle by it instead of
 * asking the model again.
 */
@ApplicationScoped
class Results {
  static final String CONTENT_TYPE = "text/plain; charset=utf-8";
  private static final int PRECONDITION_FAILED = 412;

  /** What was kept of an answer beside its text. */
  record Result(Usage usage, String stopReason) {}

  private final S3Client s3;
  private final DownloadLinks links;
  private final JobsSettings settings;

  @Inject
  Results(S3Client s3, DownloadLinks links, JobsSettings settings) {
    this.s3 = s3;
    this.links = links;
    this.settings = settings;
  }

  /** Writes a result unless there is one, and returns the one that is there now. */
  Result keep(Ticket ticket, Answered answer) {
    try {
      s3.putObject(
          put ->
              put.bucket(settings.resultsBucket())
                  .key(key(ticket))
                  .contentType(CONTENT_TYPE)
                  .ifNoneMatch("*")
                  .metadata(
                      Map.of(
                          "input-tokens", Long.toString(answer.usage().inputTokens()),
                          "output-tokens", Long.toString(answer.usage().outputTokens()),
                          "stop-reason", answer.stopReason())),
          RequestBody.fromString(answer.text()));
      return new Result(answer.usage(), answer.stopReason());
    } catch (S3Exception e) {
      if (e.statusCode() == PRECONDITION_FAILED) {
        return find(ticket).orElseThrow(() -> e);
      }
      throw e;
    }
  }

  /** The result that an earlier attempt left. */
  Optional<Result> find(Ticket ticket) {
    try {
      Map<String, String> kept =
          s3.headObject(head -> head.bucket(settings.resultsBucket()).key(key(ticket))).metadata();
      return Optional.of(
          new Result(
              new Usage(
                  Long.parseLong(kept.getOrDefault("input-tokens", "0")),
                  Long.parseLong(kept.getOrDefault("output-tokens", "0"))),
              kept.getOrDefault("stop-reason", "unknown")));
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    }
  }

  DownloadLink link(Ticket ticket, String filename) {
    return links.link(
        settings.resultsBucket(),
        key(ticket),
        resultName(filename),
        CONTENT_TYPE,
        settings.linkLifetime());
  }

  /** {@code report.txt} becomes {@code report.result.txt}. */
  static String resultName(String filename) {
    int dot = filename.lastIndexOf('.');
    return (dot > 0 ? filename.substring(0, dot) : filename) + ".result.txt";
  }

  private static String key(Ticket ticket) {
    return "results/" + ticket.userId() + "/" + ticket.jobId() + "/" + ticket.fileId();
  }
}
