package ai.fileprocessing.jobs;

import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.inference.Route;
import ai.fileprocessing.inference.Usage;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * One input of a job: the file or text as it was when the job took it, and what has become of it.
 * In mode together all inputs share what becomes of them.
 *
 * @param source where its content is
 * @param waiting why it does not run; absent while it runs and when it has ended
 * @param attempts the latest calls of the model for it, oldest first, at most {@value #KEPT}
 * @param attemptCount how many of its attempts count; those that the model throttled do not
 * @param usage the tokens of all its calls; none in mode together, where no call is one input's
 * @param stopReason why the model ended its answer, where it did
 */
public record JobFile(
    @JsonUnwrapped StoredFile file,
    Source source,
    FileStatus status,
    Error error,
    Waiting waiting,
    List<Attempt> attempts,
    int attemptCount,
    Usage usage,
    String stopReason,
    @JsonIgnore Progress progress) {

  /** A row must stay small however long a model throttles. */
  static final int KEPT = 20;

  /** Where the content of an input is. */
  public enum Source {
    /** In a file of the caller. */
    FILE,
    /** In the job itself: it came with the request. */
    TEXT;

    /** The name as clients see it. */
    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Why a file has no result.
   *
   * @param code stable, upper-case, documented
   */
  public record Error(String code, String message) {}

  /**
   * What the service needs to know of a file, and nobody else.
   *
   * @param fence raised by each claim; only the claim that raised it last may write
   * @param claimedBy the process and claim that has it in work; empty when nobody has
   * @param cancelling whether it is to be cancelled instead of tried again
   * @param openSince when it was submitted or last retried, in seconds since the Unix epoch; 0 once
   *     it has ended
   * @param changes how often the row was written; it only rises
   * @param counted the fence of the claim whose result's tokens are counted elsewhere, should it be
   *     found; 0 where there is none
   * @param routes of what its result is made of, in its order; none without a result
   * @param resultSha256 of the result's bytes; null without one
   * @param mishaps what has befallen it
   */
  record Progress(
      int position,
      long fence,
      String claimedBy,
      boolean cancelling,
      long openSince,
      long changes,
      long updatedAt,
      long counted,
      List<Route> routes,
      String resultSha256,
      Mishaps mishaps) {

    /** That of one of the inputs that share it. */
    Progress of(int place) {
      return new Progress(
          place,
          fence,
          claimedBy,
          cancelling,
          openSince,
          changes,
          updatedAt,
          counted,
          place < routes.size() ? List.of(routes.get(place)) : List.of(),
          resultSha256,
          mishaps);
    }
  }

  /**
   * What has befallen a file that must be known however many of its attempts are kept.
   *
   * @param slow how often the model gave up on it since it was submitted or last retried
   * @param lost how many processes died while they had it in work
   */
  record Mishaps(int slow, int lost) {
    static final Mishaps NONE = new Mishaps(0, 0);
  }

  static JobFile pending(JobInput input, long now) {
    return new JobFile(
        input.file(),
        input.source(),
        FileStatus.PENDING,
        null,
        Waiting.QUEUED,
        List.of(),
        0,
        Usage.NONE,
        null,
        new Progress(
            input.position(), 0, "", false, now, 0, now, 0, List.of(), null, Mishaps.NONE));
  }

  /** In which form it reached the model; absent until there is a result. */
  @JsonProperty
  public Route route() {
    return progress.routes().size() == 1 ? progress.routes().get(0) : null;
  }

  /** Its attempts, and these behind them. */
  List<Attempt> attemptsAnd(List<Attempt> more) {
    return Stream.concat(attempts.stream(), more.stream()).toList();
  }

  JobInput input() {
    return new JobInput(file, source, progress.position());
  }

  /** An input that shares what becomes of this, but for the usage, which is counted once. */
  JobFile mirroredBy(JobInput part) {
    return new JobFile(
        part.file(),
        part.source(),
        status,
        error,
        waiting,
        attempts,
        attemptCount,
        Usage.NONE,
        stopReason,
        progress.of(part.position()));
  }
}
