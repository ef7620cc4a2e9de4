package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Caller;
import ai.fileprocessing.platform.Paging;
import ai.fileprocessing.platform.PreferredWait;
import ai.fileprocessing.platform.Problem;
import jakarta.annotation.Nullable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code /jobs}. */
@Path("/jobs")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class JobsResource {
  /** When a client may well ask again, in seconds: about as long as a short answer takes. */
  private static final int ASK_AGAIN = 2;

  private static final Pattern KEY = Pattern.compile("[!-~]{1,255}");

  private final Jobs jobs;
  private final FollowJob following;
  private final Caller caller;

  @Inject
  public JobsResource(Jobs jobs, FollowJob following, Caller caller) {
    this.jobs = jobs;
    this.following = following;
    this.caller = caller;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response submit(
      NewJob wanted, @HeaderParam("Idempotency-Key") String idempotencyKey, @Context UriInfo uri) {
    Optional<String> key = Optional.ofNullable(idempotencyKey).map(JobsResource::key);
    if (isAsked(uri, "dry_run")) {
      return Response.ok(jobs.tryOut(caller.identity(), wanted)).build();
    }
    Submission submission = jobs.submit(caller.identity(), wanted, key);
    Response.ResponseBuilder answer =
        Response.created(uri.getBaseUriBuilder().path("jobs/{id}").build(submission.job().jobId()))
            .header(HttpHeaders.RETRY_AFTER, ASK_AGAIN)
            .entity(submission.job());
    if (submission.quota() != null) {
      submission.quota().headers().forEach(answer::header);
    }
    return answer.build();
  }

  @GET
  public Response list(@Context UriInfo uri) {
    Optional<JobStatus> status = Paging.parameter(uri, "status").map(JobsResource::status);
    return Paging.answer(jobs.list(caller.userId(), Paging.of(uri, caller), status), uri, caller);
  }

  @GET
  @Path("{job_id}")
  public void get(
      @PathParam("job_id") String jobId,
      @Context HttpHeaders headers,
      @Suspended AsyncResponse answer) {
    Job job = jobs.find(caller.userId(), jobId).orElseThrow(JobsResource::notFound);
    following.answer(
        job, PreferredWait.in(headers.getRequestHeader(PreferredWait.HEADER)), notFound(), answer);
  }

  @GET
  @Path("{job_id}/events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void events(
      @PathParam("job_id") String jobId,
      @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) String lastEventId,
      @Context Request request,
      @Context HttpServletResponse response,
      @Context Sse sse,
      @Context SseEventSink sink) {
    Job job = jobs.find(caller.userId(), jobId).orElseThrow(JobsResource::notFound);
    following.stream(job, lastEventId, request.getMethod(), response, sse, sink);
  }

  @POST
  @Path("{job_id}/cancel")
  public Job cancel(@PathParam("job_id") String jobId) {
    return jobs.cancel(caller.userId(), jobId).orElseThrow(JobsResource::notFound);
  }

  @POST
  @Path("{job_id}/retry")
  public Job retry(@PathParam("job_id") String jobId, @Context HttpHeaders headers) {
    if (headers.getMediaType() != null && headers.getLength() != 0) {
      // Also a body whose length is not told: a limit that is sent as something else than JSON must
      // not be overlooked.
      throw new NotSupportedException();
    }
    return retry(jobId, NewRetry.PLAIN);
  }

  @POST
  @Path("{job_id}/retry")
  @Consumes(MediaType.APPLICATION_JSON)
  public Job retry(@PathParam("job_id") String jobId, @Nullable NewRetry wanted) {
    return jobs.retry(caller.userId(), jobId, wanted == null ? NewRetry.PLAIN : wanted)
        .orElseThrow(JobsResource::notFound);
  }

  @DELETE
  @Path("{job_id}")
  public void delete(@PathParam("job_id") String jobId) {
    if (!jobs.delete(caller.userId(), jobId)) {
      throw notFound();
    }
  }

  @GET
  @Path("{job_id}/download/{file_id}")
  public Record download(
      @PathParam("job_id") String jobId,
      @PathParam("file_id") String fileId,
      @Context UriInfo uri) {
    return isAsked(uri, "manifest")
        ? jobs.manifest(caller.userId(), jobId, fileId)
        : jobs.result(caller.userId(), jobId, fileId);
  }

  private static boolean isAsked(UriInfo uri, String parameter) {
    String asked = Paging.parameter(uri, parameter).orElse("false");
    if (!asked.equals("true") && !asked.equals("false")) {
      throw Problem.field(
          400, "PARAMETER_INVALID", parameter, parameter + " is true, false or left out.");
    }
    return asked.equals("true");
  }

  private static Problem notFound() {
    return Problem.of(404, "JOB_NOT_FOUND", "You have no job with this id. GET /jobs lists yours.");
  }

  /** Also taken without the quotes that the draft asks for, as most clients send it. */
  private static String key(String header) {
    String key = header.matches("\".*\"") ? header.substring(1, header.length() - 1) : header;
    if (!KEY.matcher(key).matches()) {
      throw Problem.field(
          400,
          "PARAMETER_INVALID",
          "Idempotency-Key",
          "Idempotency-Key is 1 to 255 visible ASCII characters, such as a UUID.");
    }
    return key;
  }

  private static JobStatus status(String text) {
    return Arrays.stream(JobStatus.values())
        .filter(it -> it.name().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.field(
                    400,
                    "PARAMETER_INVALID",
                    "status",
                    "status is one of " + Arrays.toString(JobStatus.values()) + "."));
  }
}
