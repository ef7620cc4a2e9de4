package ai.fileprocessing.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Makes every answer that is not success. What it does not know is a defect: logged whole, answered
 * without a word of it.
 */
@Provider
@ApplicationScoped
public class ProblemMapper implements ExceptionMapper<Throwable> {
  private static final System.Logger LOG = System.getLogger(ProblemMapper.class.getName());

  private static final Meter PROBLEMS =
      Meter.of("problems", "Requests answered with a problem, by its code.", "code");

  private static final Problem UNAVAILABLE =
      Problem.passing(
          503,
          "DEPENDENCY_UNAVAILABLE",
          "A service behind this one does not answer. Nothing is lost; try again.",
          Duration.ofSeconds(5));

  private static final Problem DEFECT =
      Problem.of(
          500, "INTERNAL", "This is a defect of the service. Report it with the request_id.");

  /** What the framework itself refuses, in words that say what to do. */
  private static final Map<Integer, Problem> FRAMEWORK =
      Map.of(
          400,
              Problem.of(
                  400,
                  "REQUEST_INVALID",
                  "The request cannot be read. Check path, parameters and headers."),
          404,
              Problem.of(
                  404,
                  "PATH_UNKNOWN",
                  "There is nothing at this path. See /openapi for what there is."),
          405,
              Problem.of(
                  405,
                  "METHOD_NOT_ALLOWED",
                  "This path does not take that method; see the Allow header."),
          406,
              Problem.of(
                  406,
                  "NOT_ACCEPTABLE",
                  "This call answers application/json, the events of a job text/event-stream; accept that."),
          415,
              Problem.field(
                  415,
                  "MEDIA_TYPE_UNSUPPORTED",
                  HttpHeaders.CONTENT_TYPE,
                  "This call does not take the type in the Content-Type header; send application/json."));

  @Inject private RequestId request;

  @Inject private HttpServletRequest http;

  @Inject Meters meters;

  /** What is alerted by: a rise is only seen of what stood somewhere before. */
  void begin(@Observes Startup start) {
    meters.count(PROBLEMS, 0, DEFECT.code());
    meters.count(PROBLEMS, 0, UNAVAILABLE.code());
  }

  @Override
  public Response toResponse(Throwable thrown) {
    if (thrown instanceof WebApplicationException web && web.getResponse().getStatus() < 400) {
      return web.getResponse();
    }
    Problem problem = problem(thrown);
    meters.count(PROBLEMS, 1, problem.code());
    Response.ResponseBuilder answer =
        Response.status(problem.status(), title(problem))
            .type(ProblemDetails.MEDIA_TYPE)
            .entity(details(problem, http.getRequestURI(), request.value()));
    if (thrown instanceof WebApplicationException web) {
      Optional.ofNullable(web.getResponse().getHeaderString(HttpHeaders.ALLOW))
          .ifPresent(allow -> answer.header(HttpHeaders.ALLOW, allow));
    }
    if (problem.status() == Status.UNAUTHORIZED.getStatusCode()) {
      answer.header(HttpHeaders.WWW_AUTHENTICATE, challenge(problem));
    }
    if (problem.retryAfter() != null) {
      answer.header(HttpHeaders.RETRY_AFTER, problem.retryAfter().toSeconds());
    }
    problem.headers().forEach(answer::header);
    return answer.build();
  }

  static ProblemDetails details(Problem problem, String path, String requestId) {
    return new ProblemDetails(
        "about:blank",
        title(problem),
        problem.status(),
        problem.getMessage(),
        path,
        problem.code(),
        requestId,
        problem.errors());
  }

  private static String title(Problem problem) {
    Status status = Status.fromStatusCode(problem.status());
    return status == null ? "Unprocessable Content" : status.getReasonPhrase();
  }

  /** The problem for a status that the framework or the server gave by itself. */
  static Problem framework(int status) {
    if (status >= 500) {
      return DEFECT;
    }
    Problem general = FRAMEWORK.get(400);
    return FRAMEWORK.getOrDefault(status, Problem.of(status, general.code(), general.getMessage()));
  }

  private Problem problem(Throwable thrown) {
    Optional<Problem> known = Problem.in(thrown);
    if (known.isPresent()) {
      return known.get();
    }
    if (thrown instanceof WebApplicationException web && web.getResponse().getStatus() < 500) {
      return framework(web.getResponse().getStatus());
    }
    if (thrown instanceof SdkException) {
      LOG.log(
          Level.WARNING,
          "request_id="
              + request.value()
              + " AWS did not answer as it should; the client is told to try again",
          thrown);
      return UNAVAILABLE;
    }
    LOG.log(
        Level.ERROR, "request_id=" + request.value() + " unexpected failure; answered 500", thrown);
    return DEFECT;
  }

  /** RFC 6750, section 3: no error code where no token was sent. */
  private static String challenge(Problem problem) {
    return problem.code().equals("TOKEN_MISSING") ? "Bearer" : "Bearer error=\"invalid_token\"";
  }
}
