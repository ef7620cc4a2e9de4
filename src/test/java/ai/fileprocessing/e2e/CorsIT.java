package ai.fileprocessing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.StandIns;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers ask before they let a page of another origin use the service. */
class CorsIT {
  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

  @ParameterizedTest
  @CsvSource({
    "/files, GET, authorization",
    "/files, POST, 'authorization,content-type,filename'",
    "/files/x, DELETE, authorization",
    "/jobs, POST, 'authorization,content-type,idempotency-key'",
    "/jobs/x, GET, 'authorization,prefer,last-event-id'",
    "/prompts/x, PUT, 'authorization,content-type,if-match'",
    "/prompts/x, DELETE, 'authorization,if-match'"
  })
  void anAllowedOriginMaySendWhatTheApiTakes(String path, String method, String headers)
      throws Exception {
    RawHttp.Answer answer =
        RawHttp.request("OPTIONS " + path)
            .header("Origin", Deployment.ORIGIN)
            .header("Access-Control-Request-Method", method)
            .header("Access-Control-Request-Headers", headers)
            .send(Deployment.shared().uri());

    assertThat(answer.status()).as(answer.text()).isBetween(200, 204);
    assertThat(answer.header(ALLOW_ORIGIN)).isEqualTo(Deployment.ORIGIN);
    assertThat(answer.header("Access-Control-Allow-Methods")).contains(method);
    assertThat(answer.header("Access-Control-Allow-Headers").toLowerCase(Locale.ROOT).split(", *"))
        .containsAll(Arrays.asList(headers.split(",")));
    assertThat(answer.header("Access-Control-Max-Age")).matches("[1-9][0-9]*");
  }

  @Test
  void anAllowedOriginMayReadTheAnswerAndTheHeadersThatMatter() throws Exception {
    RawHttp.Answer answer =
        RawHttp.request("GET /files")
            .header("Origin", Deployment.ORIGIN)
            .token(StandIns.shared().cognito().token("alice"))
            .send(Deployment.shared().uri());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header(ALLOW_ORIGIN)).isEqualTo(Deployment.ORIGIN);
    assertThat(answer.header("Access-Control-Expose-Headers").split(", *"))
        .contains("Location", "Link", "ETag", "Retry-After");
  }

  @Test
  void anAllowedOriginMayReadProblemsToo() throws Exception {
    RawHttp.Answer answer =
        RawHttp.request("GET /files")
            .header("Origin", Deployment.ORIGIN)
            .send(Deployment.shared().uri());

    Answers.assertProblem(answer);
    assertThat(answer.header(ALLOW_ORIGIN)).isEqualTo(Deployment.ORIGIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "http://app.example",
        "https://app.example.evil.example",
        "https://xapp.example",
        "null"
      })
  void anotherOriginIsToldNothing(String origin) throws Exception {
    RawHttp.Answer preflight =
        RawHttp.request("OPTIONS /files")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .send(Deployment.shared().uri());
    RawHttp.Answer request =
        RawHttp.request("GET /files")
            .header("Origin", origin)
            .token(StandIns.shared().cognito().token("alice"))
            .send(Deployment.shared().uri());

    assertThat(preflight.header(ALLOW_ORIGIN)).isEmpty();
    assertThat(request.header(ALLOW_ORIGIN)).isEmpty();
  }
}
