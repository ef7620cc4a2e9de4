package ai.fileprocessing.platform;

import ai.fileprocessing.platform.Problem.FieldError;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** The body of every answer that is not success (RFC 9457). */
record ProblemDetails(
    String type,
    String title,
    int status,
    String detail,
    String instance,
    String code,
    String requestId,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FieldError> errors) {

  static final String MEDIA_TYPE = "application/problem+json";
}
