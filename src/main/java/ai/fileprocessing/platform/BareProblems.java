package ai.fileprocessing.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import tools.jackson.databind.json.JsonMapper;

/** Writes problems where Jakarta REST is not there to do it. */
@ApplicationScoped
class BareProblems {
  private final JsonMapper mapper;
  private final RequestId request;

  @Inject
  BareProblems(JsonMapper mapper, RequestId request) {
    this.mapper = mapper;
    this.request = request;
  }

  void write(Problem problem, String path, HttpServletResponse response) throws IOException {
    response.setStatus(problem.status());
    response.setContentType(ProblemDetails.MEDIA_TYPE);
    response.setHeader(RequestId.HEADER, request.value());
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response
        .getOutputStream()
        .write(mapper.writeValueAsBytes(ProblemMapper.details(problem, path, request.value())));
  }
}
