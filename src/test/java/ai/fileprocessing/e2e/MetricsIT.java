package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertStatus;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.StandIns;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Figures move when what they tell happens, as Prometheus sees them. What is told of trouble is
 * counted by the tests of the rooms; here it stands at zero.
 */
class MetricsIT {
  @RegisterExtension static final TroubledServer SERVER = TroubledServer.get();

  @Test
  void requestsAreToldApartByTheirRouteAndStatusAndNeverByWhatIsInIt() throws Exception {
    SomeJob job = SomeJob.submitted(SERVER, 1);
    job.finished();
    Reading before = SERVER.metrics();

    assertStatus(job.caller().get(job.path()), 200);
    assertStatus(job.caller().get("/jobs/nothing-of-the-kind"), 404);
    assertStatus(job.caller().get("/no/such/path"), 404);

    Reading after = SERVER.metrics();
    assertThat(
            moved(
                before,
                after,
                "requests_seconds_count",
                "method=\"GET\"",
                "route=\"/jobs/{job_id}\"",
                "status=\"200\""))
        .isEqualTo(1);
    assertThat(
            moved(
                before,
                after,
                "requests_seconds_count",
                "route=\"/jobs/{job_id}\"",
                "status=\"404\""))
        .isEqualTo(1);
    assertThat(moved(before, after, "requests_seconds_count", "route=\"none\"", "status=\"404\""))
        .isEqualTo(1);
    assertThat(moved(before, after, "problems_total", "code=\"PATH_UNKNOWN\"")).isEqualTo(1);
    assertThat(after.lines()).noneMatch(line -> line.contains(job.jobId()));
  }

  @Test
  void whatIsUploadedIsCountedInFilesAndBytes() throws Exception {
    Reading before = SERVER.metrics();

    SomeJob.uploaded(SERVER, 2);

    Reading after = SERVER.metrics();
    assertThat(moved(before, after, "files_stored_total")).isEqualTo(2);
    assertThat(moved(before, after, "upload_bytes_total"))
        .isEqualTo(2.0 * ("text 0 is " + SomeJob.SECRET).length());
  }

  @Test
  void callsAreToldApartByModelAndOutcomeWithTheirTokensAndTheirCost() throws Exception {
    Reading before = SERVER.metrics();

    var job = SomeJob.submitted(SERVER, 2).finished();

    Reading after = SERVER.metrics();
    String model = "model=\"" + job.path("model").stringValue() + "\"";
    assertThat(moved(before, after, "model_calls_seconds_count", model, "outcome=\"ANSWERED\""))
        .isEqualTo(2);
    assertThat(moved(before, after, "model_tokens_total", model, "kind=\"input\""))
        .isEqualTo(job.at("/usage/input_tokens").doubleValue())
        .isPositive();
    assertThat(moved(before, after, "model_tokens_total", model, "kind=\"output\""))
        .isEqualTo(job.at("/usage/output_tokens").doubleValue())
        .isPositive();
    assertThat(moved(before, after, "model_cost_microdollars_total", model))
        .isEqualTo(job.path("estimated_cost").doubleValue())
        .isPositive();
  }

  @Test
  void whatIsWorkedIsCountedFromTheQueueToItsEnd() throws Exception {
    Reading before = SERVER.metrics();

    SomeJob.submitted(SERVER, 2).finished();

    Reading after = SERVER.metrics();
    assertThat(moved(before, after, "messages_received_total")).isGreaterThanOrEqualTo(2);
    assertThat(moved(before, after, "queue_wait_seconds_count")).isEqualTo(2);
    assertThat(moved(before, after, "files_ended_total", "status=\"SUCCEEDED\"", "code=\"\""))
        .isEqualTo(2);
    assertThat(after.sum("slots")).isPositive();
  }

  @Test
  void whatHasNotHappenedIsShownAllTheSame() throws Exception {
    SomeJob.submitted(SERVER, 1).finished();

    List<String> lines = SERVER.metrics().lines();

    for (String series :
        List.of(
            "problems_total{code=\"INTERNAL\"",
            "problems_total{code=\"DEPENDENCY_UNAVAILABLE\"",
            "leases_lost_total{",
            "swept_total{found=\"files without a message\"",
            "swept_total{found=\"files past the deadline\"",
            "put_off_total{",
            "breakers_opened_total{",
            "breaker_open{",
            "slots_busy{",
            "queue_messages{")) {
      assertThat(lines).as(series).anyMatch(it -> it.startsWith("fileprocessing_" + series));
    }
  }

  @Test
  void aMethodThatAClientMadeUpIsToldByNoName() throws Exception {
    Reading before = SERVER.metrics();
    ServiceClient someone = SERVER.someone();

    assertStatus(
        someone.send(someone.request("/files").method("BREW", BodyPublishers.noBody())), 405);

    Reading after = SERVER.metrics();
    assertThat(moved(before, after, "requests_seconds_count", "method=\"_OTHER\"")).isEqualTo(1);
    assertThat(after.lines()).noneMatch(it -> it.contains("BREW"));
  }

  @Test
  void aThrottledCallIsACallToo() throws Exception {
    StandIns.shared().bedrock().configure(Map.of("fault", "ThrottlingException", "fault_count", 3));
    Reading before = SERVER.metrics();

    SomeJob.submitted(SERVER, 1).finished();

    assertThat(
            moved(
                before,
                SERVER.metrics(),
                "model_calls_seconds_count",
                "outcome=\"MODEL_THROTTLED\""))
        .isEqualTo(3);
  }

  @Test
  void everyFigureSaysWhatItTellsAndNoneIsToldApartByWhatAClientMadeUp() throws Exception {
    assertStatus(SERVER.someone().get("/files"), 200);

    List<String> lines = SERVER.metrics().lines();

    assertThat(lines).anyMatch(it -> it.startsWith("# HELP fileprocessing_requests_seconds Req"));
    assertThat(lines).noneMatch(it -> it.contains("server_address"));
    assertThat(lines).as("of the server").anyMatch(it -> it.startsWith("threadpool_size"));
  }

  private static double moved(Reading before, Reading after, String name, String... labels) {
    return after.sum(name, labels) - before.sum(name, labels);
  }
}
