package ai.fileprocessing.inference;

import ai.fileprocessing.platform.Caller;
import ai.fileprocessing.platform.Paging;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.function.Predicate;

/**
 * {@code /prompts}. The version of a prompt is its entity tag, so that {@code If-Match} keeps a
 * change from undoing one that its sender has not seen (RFC 9110, section 13.1.1).
 */
@Path("/prompts")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class PromptsResource {
  private final Prompts prompts;
  private final Caller caller;

  @Inject
  public PromptsResource(Prompts prompts, Caller caller) {
    this.prompts = prompts;
    this.caller = caller;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response save(NewPrompt wanted, @Context UriInfo uri) {
    SavedPrompt saved = prompts.save(caller.identity(), wanted);
    return Response.created(uri.getBaseUriBuilder().path("prompts/{id}").build(saved.promptId()))
        .tag(tag(saved))
        .entity(saved)
        .build();
  }

  @GET
  public Response list(@Context UriInfo uri) {
    return Paging.answer(
        prompts.list(caller.identity(), Paging.parameter(uri, "group"), Paging.of(uri, caller)),
        uri,
        caller);
  }

  @GET
  @Path("{prompt_id}")
  public Response get(@PathParam("prompt_id") String promptId) {
    return answer(prompts.find(caller.identity(), promptId).orElseThrow(PromptStore::unknown));
  }

  @PUT
  @Path("{prompt_id}")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response change(
      @PathParam("prompt_id") String promptId, NewPrompt to, @Context Request request) {
    return answer(prompts.change(caller.identity(), promptId, to, precondition(request)));
  }

  @DELETE
  @Path("{prompt_id}")
  public void delete(@PathParam("prompt_id") String promptId, @Context Request request) {
    prompts.delete(caller.identity(), promptId, precondition(request));
  }

  private static Response answer(SavedPrompt prompt) {
    return Response.ok(prompt).tag(tag(prompt)).build();
  }

  /** What the request's {@code If-Match} asks of the version that it would replace. */
  private static Predicate<SavedPrompt> precondition(Request request) {
    return seen -> request.evaluatePreconditions(tag(seen)) == null;
  }

  private static EntityTag tag(SavedPrompt prompt) {
    return new EntityTag(Long.toString(prompt.version()));
  }
}
