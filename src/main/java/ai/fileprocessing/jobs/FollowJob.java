package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.PreferredWait;
import ai.fileprocessing.platform.Problem;
import ai.fileprocessing.platform.ProblemMapper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** Lets a client follow a job: by one answer that waits, or by a stream of events. */
@ApplicationScoped
class FollowJob {
  /** Then the client asks again, with a token that is valid then. */
  private static final Duration LONGEST_STREAM = Duration.ofMinutes(15);

  private final JobWatch watch;
  private final ProblemMapper problems;
  private final JsonMapper mapper;

  @Inject
  FollowJob(JobWatch watch, ProblemMapper problems, JsonMapper mapper) {
    this.watch = watch;
    this.problems = problems;
    this.mapper = mapper;
  }

  /**
   * Answers with the job: now, or when it has changed and can still change.
   *
   * @param gone the problem when it is deleted while the client waits
   */
  void answer(Job job, Optional<PreferredWait> wait, Problem gone, AsyncResponse answer) {
    if (wait.isEmpty()) {
      answer.resume(job);
      return;
    }
    // The problem is made now: the thread that may answer with it knows nothing of the request.
    WaitForChange waiting = new WaitForChange(answer, job, wait.get(), problems.toResponse(gone));
    if (job.counts().isFinished()) {
      waiting.end();
    } else {
      watch.watch(job, wait.get().time(), waiting);
    }
  }

  /**
   * Streams the job's events. A client that knows how the job has ended is told to ask no more: 204
   * (HTML Living Standard, "Server-sent events", on reconnecting).
   *
   * @param lastEventId the id of the last event that the client got; null when it got none
   */
  void stream(
      Job job,
      String lastEventId,
      String method,
      HttpServletResponse response,
      Sse sse,
      SseEventSink sink) {
    boolean finished = job.counts().isFinished();
    boolean knows = EventStream.id(job).equals(lastEventId);
    if (finished && knows) {
      throw new WebApplicationException(Response.noContent().build());
    }
    if (method.equals(HttpMethod.HEAD)) {
      throw new WebApplicationException(
          Response.ok().type(MediaType.SERVER_SENT_EVENTS_TYPE).build());
    }
    EventStream stream = new EventStream(sink, sse, mapper, job);
    if (!finished) {
      watch.watch(job, LONGEST_STREAM, stream);
    }
    // A proxy that collects an answer before it passes it on would keep every event (nginx).
    response.setHeader("X-Accel-Buffering", "no");
    stream.open(knows);
  }
}
