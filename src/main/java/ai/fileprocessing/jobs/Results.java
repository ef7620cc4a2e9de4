package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Outcome.Answered;
import ai.fileprocessing.inference.Output.Format;
import ai.fileprocessing.inference.Route;
import ai.fileprocessing.inference.Usage;
import ai.fileprocessing.platform.DownloadLink;
import ai.fileprocessing.platform.DownloadLinks;
import ai.fileprocessing.platform.Sha256;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Results as objects in the output bucket, written once: the first to arrive stays. Each carries
 * its usage as metadata, so that a worker which finds one already there can settle by it instead of
 * asking the model again.
 */
@ApplicationScoped
class Results {
  private static final String TOGETHER_NAME = "result.";
  private static final int PRECONDITION_FAILED = 412;

  /**
   * Two conditional writes at once: S3 asks to repeat (Amazon S3 User Guide, "Conditional writes").
   */
  private static final int CONFLICT = 409;

  private static final int WRITES = 3;

  /**
   * What was kept of an answer beside its text.
   *
   * @param fence of the claim under which it was written
   * @param usage what it took, as far as nobody had counted that when it was written
   */
  record Result(long fence, Usage usage, String stopReason, List<Route> routes, String sha256) {
    Result with(Usage other) {
      return new Result(fence, other, stopReason, routes, sha256);
    }
  }

  private final S3Client s3;
  private final DownloadLinks links;
  private final JobsSettings settings;

  @Inject
  Results(S3Client s3, DownloadLinks links, JobsSettings settings) {
    this.s3 = s3;
    this.links = links;
    this.settings = settings;
  }

  /**
   * Writes a result unless there is one, and returns the one that is there now.
   *
   * @param uncounted what it took and nobody has counted yet
   */
  Result keep(Ticket ticket, long fence, Answered answer, Usage uncounted, Format format) {
    Result result =
        new Result(
            fence, uncounted, answer.stopReason(), answer.routes(), Sha256.of(answer.text()));
    for (int tries = WRITES; ; tries--) {
      try {
        put(ticket, result, answer.text(), format);
        return result;
      } catch (S3Exception e) {
        if (e.statusCode() == PRECONDITION_FAILED) {
          return find(ticket).orElseThrow(() -> e);
        }
        if (e.statusCode() != CONFLICT || tries == 1) {
          throw e;
        }
      }
    }
  }

  private void put(Ticket ticket, Result result, String text, Format format) {
    s3.putObject(
        put ->
            put.bucket(settings.resultsBucket())
                .key(key(ticket))
                .contentType(contentType(format))
                .ifNoneMatch("*")
                .metadata(metadata(result)),
        RequestBody.fromString(text));
  }

  /** The result that an earlier attempt left. */
  Optional<Result> find(Ticket ticket) {
    try {
      Map<String, String> kept =
          s3.headObject(head -> head.bucket(settings.resultsBucket()).key(key(ticket))).metadata();
      return Optional.of(
          new Result(
              number(kept, "fence"),
              new Usage(
                  number(kept, "input-tokens"),
                  number(kept, "output-tokens"),
                  number(kept, "cache-read-tokens"),
                  number(kept, "cache-write-tokens"),
                  number(kept, "cost")),
              kept.getOrDefault("stop-reason", "unknown"),
              Routes.of(kept.getOrDefault("routes", "")),
              kept.getOrDefault("sha256", "")));
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    }
  }

  private static Map<String, String> metadata(Result result) {
    Usage usage = result.usage();
    return Map.of(
        "fence", Long.toString(result.fence()),
        "input-tokens", Long.toString(usage.inputTokens()),
        "output-tokens", Long.toString(usage.outputTokens()),
        "cache-read-tokens", Long.toString(usage.cacheReadTokens()),
        "cache-write-tokens", Long.toString(usage.cacheWriteTokens()),
        "cost", Long.toString(usage.estimatedCost()),
        "stop-reason", result.stopReason(),
        "routes", Routes.text(result.routes()),
        "sha256", result.sha256());
  }

  private static long number(Map<String, String> kept, String name) {
    return Long.parseLong(kept.getOrDefault(name, "0"));
  }

  /** Removes what was kept for a file whose job was deleted in the meantime. */
  void withdraw(Ticket ticket) {
    s3.deleteObject(delete -> delete.bucket(settings.resultsBucket()).key(key(ticket)));
    removeParts(ticket);
  }

  /** Removes the answers to parts of which a result was made, or never will be. */
  void removeParts(Ticket ticket) {
    removeUnder(partsOf(ticket));
  }

  /** Removes all results of a job, also those that its rows no longer tell of. */
  void removeAll(String userId, String jobId) {
    removeUnder(key(new Ticket(userId, jobId, "")));
  }

  /** Removes all objects whose keys begin like this. */
  private void removeUnder(String prefix) {
    s3.listObjectsV2Paginator(list -> list.bucket(settings.resultsBucket()).prefix(prefix)).stream()
        .filter(page -> !page.contents().isEmpty())
        .forEach(page -> remove(page.contents()));
  }

  /** A page of a list is never more than one DeleteObjects takes (Amazon S3 API reference). */
  private void remove(List<S3Object> objects) {
    List<ObjectIdentifier> keys =
        objects.stream().map(it -> ObjectIdentifier.builder().key(it.key()).build()).toList();
    int left =
        s3.deleteObjects(
                it ->
                    it.bucket(settings.resultsBucket())
                        .delete(delete -> delete.objects(keys).quiet(true)))
            .errors()
            .size();
    if (left > 0) {
      throw SdkException.builder().message("S3 did not delete " + left + " results").build();
    }
  }

  DownloadLink link(Ticket ticket, String filename, Format format) {
    return links.link(
        settings.resultsBucket(),
        key(ticket),
        filename(ticket, filename, format),
        contentType(format),
        settings.linkLifetime());
  }

  /** What a result is called when it is downloaded. */
  static String filename(Ticket ticket, String input, Format format) {
    return ticket.isOfAll() ? TOGETHER_NAME + extension(format) : resultName(input, format);
  }

  /** {@code report.pdf} becomes {@code report.result.json} when its job asks for JSON. */
  static String resultName(String filename, Format format) {
    int dot = filename.lastIndexOf('.');
    return (dot > 0 ? filename.substring(0, dot) : filename) + ".result." + extension(format);
  }

  private static String extension(Format format) {
    return switch (format) {
      case TEXT -> "txt";
      case MARKDOWN -> "md";
      case JSON -> "json";
    };
  }

  /** JSON is UTF-8 without a word (RFC 8259). */
  static String contentType(Format format) {
    return switch (format) {
      case TEXT -> "text/plain; charset=utf-8";
      case MARKDOWN -> "text/markdown; charset=utf-8";
      case JSON -> "application/json";
    };
  }

  /** How the keys of the answers to the parts of a file begin. */
  static String partsOf(Ticket ticket) {
    return key(ticket) + ".parts/";
  }

  private static String key(Ticket ticket) {
    return "results/" + ticket.userId() + "/" + ticket.jobId() + "/" + ticket.fileId();
  }
}
