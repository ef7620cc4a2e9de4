package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Caller;
import ai.fileprocessing.platform.Paging;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** {@code /usage}. */
@Path("/usage")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class UsageResource {
  private final UsageRows rows;
  private final Caller caller;
  private final Clock clock;

  @Inject
  public UsageResource(UsageRows rows, Caller caller, Clock clock) {
    this.rows = rows;
    this.caller = caller;
    this.clock = clock;
  }

  @GET
  public Response get(@Context UriInfo uri) {
    Days days =
        Days.of(
            Paging.parameter(uri, "from"),
            Paging.parameter(uri, "to"),
            LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
    return Response.ok(UsageReport.of(days, rows.of(caller.userId(), days))).build();
  }
}
