package ai.fileprocessing.platform;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An answer that is not success, thrown by whoever finds out and turned into {@code
 * application/problem+json} (RFC 9457) in one place, {@link ProblemMapper}.
 *
 * <p>The code is stable, upper-case and documented at {@code /openapi}; the detail is for a person
 * and says what to do. Neither may hold a bucket, queue or table name, an ARN, or text that AWS or
 * the JDK wrote.
 */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * One field that is wrong.
   *
   * @param pointer where in the request body, as a JSON Pointer (RFC 6901), or the name of a
   *     parameter
   * @param detail what is wrong and what would be right
   */
  public record FieldError(String pointer, String detail) {}

  private final int status;
  private final String code;
  private final transient List<FieldError> errors;
  private final transient Duration retryAfter;
  private final transient Map<String, String> headers;

  private Problem(
      int status, String code, String detail, List<FieldError> errors, Duration retryAfter) {
    this(status, code, detail, errors, retryAfter, Map.of());
  }

  private Problem(
      int status,
      String code,
      String detail,
      List<FieldError> errors,
      Duration retryAfter,
      Map<String, String> headers) {
    super(detail);
    this.headers = Map.copyOf(headers);
    this.status = status;
    this.code = code;
    this.errors = List.copyOf(errors);
    this.retryAfter = retryAfter;
  }

  /** A problem with an HTTP status, a stable code and a remedy. */
  public static Problem of(int status, String code, String detail) {
    return new Problem(status, code, detail, List.of(), null);
  }

  /** A problem that names the fields that are wrong. */
  public static Problem of(int status, String code, String detail, List<FieldError> errors) {
    return new Problem(status, code, detail, errors, null);
  }

  /** A problem with one wrong field; its detail is the problem's detail. */
  public static Problem field(int status, String code, String pointer, String detail) {
    return of(status, code, detail, List.of(new FieldError(pointer, detail)));
  }

  /** A problem that passes by itself: the answer carries {@code Retry-After}, in whole seconds. */
  public static Problem passing(int status, String code, String detail, Duration retryAfter) {
    return new Problem(status, code, detail, List.of(), retryAfter);
  }

  /** The same problem, whose answer carries header fields beside its own. */
  public Problem with(Map<String, String> more) {
    return new Problem(status, code, getMessage(), errors, retryAfter, more);
  }

  /**
   * The problem that a failure is or was caused by, for libraries that wrap what passes through
   * them.
   */
  public static Optional<Problem> in(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof Problem problem) {
        return Optional.of(problem);
      }
    }
    return Optional.empty();
  }

  /** A body that ends early or is not encoded as its headers say: the sender's, not ours. */
  public static Problem unreadable() {
    return of(
        400,
        "BODY_UNREADABLE",
        "The body ended early, or is not what Content-Type and Content-Encoding say. Nothing was stored.");
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  List<FieldError> errors() {
    return errors;
  }

  Duration retryAfter() {
    return retryAfter;
  }

  Map<String, String> headers() {
    return headers;
  }

  /** An expected answer, not a defect: no stack is worth its cost. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
