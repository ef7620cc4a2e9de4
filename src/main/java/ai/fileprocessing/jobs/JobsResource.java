package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Caller;
import ai.fileprocessing.platform.DownloadLink;
import ai.fileprocessing.platform.Paging;
import ai.fileprocessing.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Arrays;
import java.util.Optional;

/** {@code /jobs}. */
@Path("/jobs")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class JobsResource {
  /** When a client may well ask again, in seconds: about as long as a short answer takes. */
  private static final int ASK_AGAIN = 2;

  private final Jobs jobs;
  private final Caller caller;

  @Inject
  public JobsResource(Jobs jobs, Caller caller) {
    this.jobs = jobs;
    this.caller = caller;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response submit(NewJob wanted, @Context UriInfo uri) {
    Job job = jobs.submit(caller.userId(), wanted);
    return Response.created(uri.getBaseUriBuilder().path("jobs/{id}").build(job.jobId()))
        .header(HttpHeaders.RETRY_AFTER, ASK_AGAIN)
        .entity(job)
        .build();
  }

  @GET
  public Response list(@Context UriInfo uri) {
    Optional<JobStatus> status = Paging.parameter(uri, "status").map(JobsResource::status);
    return Paging.answer(jobs.list(caller.userId(), Paging.of(uri, caller), status), uri, caller);
  }

  @GET
  @Path("{job_id}")
  public Job get(@PathParam("job_id") String jobId) {
    return jobs.find(caller.userId(), jobId)
        .orElseThrow(
            () ->
                Problem.of(
                    404, "JOB_NOT_FOUND", "You have no job with this id. GET /jobs lists yours."));
  }

  @GET
  @Path("{job_id}/download/{file_id}")
  public DownloadLink download(
      @PathParam("job_id") String jobId, @PathParam("file_id") String fileId) {
    return jobs.result(caller.userId(), jobId, fileId);
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
