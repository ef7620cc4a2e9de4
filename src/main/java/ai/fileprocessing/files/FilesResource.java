package ai.fileprocessing.files;

import ai.fileprocessing.platform.Caller;
import ai.fileprocessing.platform.DownloadLink;
import ai.fileprocessing.platform.Paging;
import ai.fileprocessing.platform.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code /files}. The three request forms of an upload differ in how they name and carry the bytes,
 * and end the same.
 */
@Path("/files")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class FilesResource {
  private final Files files;
  private final FilesSettings settings;
  private final SpoolFolder spool;
  private final Caller caller;
  private final JsonMapper mapper;

  @Inject
  public FilesResource(
      Files files, FilesSettings settings, SpoolFolder spool, Caller caller, JsonMapper mapper) {
    this.files = files;
    this.settings = settings;
    this.spool = spool;
    this.caller = caller;
    this.mapper = mapper;
  }

  /** The raw form: the body is the file. */
  @POST
  @Uploading
  @Consumes(MediaType.WILDCARD)
  public Response uploadRaw(InputStream body, @Context HttpHeaders headers, @Context UriInfo uri)
      throws IOException {
    String name = UploadNames.ofRaw(headers);
    String type =
        UploadNames.type(
            headers.getHeaderString(HttpHeaders.CONTENT_TYPE), HttpHeaders.CONTENT_TYPE);
    try (Upload upload =
        new Upload(name, type, Spool.of(body, spool.path(), settings.maxUpload()))) {
      return created(files.store(caller.userId(), List.of(upload)), uri);
    }
  }

  /** The JSON form: base64 in a field. */
  @POST
  @Uploading
  @Consumes(MediaType.APPLICATION_JSON)
  public Response uploadJson(InputStream body, @Context UriInfo uri) throws IOException {
    try (Upload read = JsonUpload.read(body, mapper, spool.path(), settings.maxJsonUpload())) {
      Upload upload =
          new Upload(
              UploadNames.checked(read.filename(), "/filename"),
              UploadNames.type(read.contentType(), "/content_type"),
              read.content());
      return created(files.store(caller.userId(), List.of(upload)), uri);
    }
  }

  /** The form that browsers send: every part with a file name is a file. */
  @POST
  @Uploading
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  public Response uploadForm(InputStream body, @Context HttpHeaders headers, @Context UriInfo uri)
      throws IOException {
    String type = headers.getHeaderString(HttpHeaders.CONTENT_TYPE);
    List<Upload> uploads = FormUpload.read(body, type, spool.path(), settings.maxUpload());
    try {
      if (uploads.isEmpty()) {
        throw Problem.of(
            422,
            "FILE_MISSING",
            "No part of the form carries a file name. Send at least one file.");
      }
      return created(files.store(caller.userId(), uploads), uri);
    } finally {
      uploads.forEach(Upload::close);
    }
  }

  @GET
  public Response list(@Context UriInfo uri) {
    return Paging.answer(files.list(caller.userId(), Paging.of(uri, caller)), uri, caller);
  }

  @GET
  @Path("{file_id}")
  public StoredFile get(@PathParam("file_id") String fileId) {
    return files.find(caller.userId(), fileId).orElseThrow(FilesResource::unknown);
  }

  @GET
  @Path("{file_id}/download")
  public DownloadLink download(@PathParam("file_id") String fileId) {
    return files.link(get(fileId));
  }

  @DELETE
  @Path("{file_id}")
  public void delete(@PathParam("file_id") String fileId) {
    if (!files.delete(caller.userId(), fileId)) {
      throw unknown();
    }
  }

  private static Response created(List<StoredFile> stored, UriInfo uri) {
    StoredFile first = stored.get(0);
    return Response.created(uri.getBaseUriBuilder().path("files/{id}").build(first.fileId()))
        .entity(stored.size() == 1 ? first : stored)
        .build();
  }

  private static Problem unknown() {
    return Problem.of(
        404, "FILE_NOT_FOUND", "You have no file with this id. GET /files lists yours.");
  }
}
