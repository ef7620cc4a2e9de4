package ai.fileprocessing.platform;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.platform.Problem.FieldError;
import jakarta.enterprise.event.Startup;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProblemMapperTest {
  private static final JsonMapper JSON = Json.strict();

  @Test
  void theDetailsAreThoseOfTheStandardAndOurOwn() {
    Problem problem =
        Problem.of(422, "FIELD_INVALID", "Two.", List.of(new FieldError("/a/0", "Wrong.")));

    assertThat(json(problem))
        .isEqualTo(
            JSON.readTree(
                """
                {"type": "about:blank", "title": "Unprocessable Content", "status": 422,
                 "detail": "Two.", "instance": "/jobs", "code": "FIELD_INVALID",
                 "request_id": "r1", "errors": [{"pointer": "/a/0", "detail": "Wrong."}]}
                """));
  }

  @Test
  void whatIsAlertedByIsShownBeforeItHappens() {
    CountedMeters meters = new CountedMeters();
    ProblemMapper mapper = new ProblemMapper();
    mapper.meters = meters;

    mapper.begin(new Startup());

    assertThat(meters.stands("problems", "INTERNAL")).isTrue();
    assertThat(meters.stands("problems", "DEPENDENCY_UNAVAILABLE")).isTrue();
  }

  @Test
  void aProblemWithoutWrongFieldsHasNoErrors() {
    assertThat(json(Problem.of(404, "JOB_NOT_FOUND", "None.")).propertyNames())
        .containsExactlyInAnyOrder(
            "type", "title", "status", "detail", "instance", "code", "request_id");
  }

  @Test
  void aProblemOfOneFieldSaysTheSameOfItAndOfTheWhole() {
    JsonNode json = json(Problem.field(400, "FIELD_TYPE", "/a", "A string."));

    assertThat(json.path("detail").asString()).isEqualTo("A string.");
    assertThat(json.at("/errors/0/detail").asString()).isEqualTo("A string.");
    assertThat(json.at("/errors/0/pointer").asString()).isEqualTo("/a");
  }

  @ParameterizedTest
  @CsvSource({
    "400,Bad Request",
    "401,Unauthorized",
    "404,Not Found",
    "409,Conflict",
    "413,Request Entity Too Large",
    "415,Unsupported Media Type",
    "422,Unprocessable Content",
    "429,Too Many Requests",
    "500,Internal Server Error",
    "503,Service Unavailable"
  })
  void theTitleIsThatOfTheStatus(int status, String title) {
    assertThat(json(Problem.of(status, "CODE", "Detail.")).path("title").asString())
        .isEqualTo(title);
  }

  private static JsonNode json(Problem problem) {
    return JSON.valueToTree(ProblemMapper.details(problem, "/jobs", "r1"));
  }
}
