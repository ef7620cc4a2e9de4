package ai.fileprocessing.inference;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** {@code /models}. */
@Path("/models")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class ModelsResource {
  private final ModelList models;

  @Inject
  public ModelsResource(ModelList models) {
    this.models = models;
  }

  @GET
  public Response list() {
    return Response.ok(models.all()).build();
  }
}
