package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertStatus;
import static ai.fileprocessing.e2e.Collector.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.StandIns;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A job can be followed from its request through the queue to the calls of the model. */
class TraceIT {
  private static final Collector COLLECTOR = Collector.start();
  private static LocalServer server;

  private final String user = Deployment.newUser();
  private final String token = StandIns.shared().cognito().token(user);
  private final ServiceClient caller = new ServiceClient(server.uri(), token);

  @BeforeAll
  static void start() throws Exception {
    TestQueue queue = TestQueue.create("traced");
    Map<String, String> settings = new HashMap<>();
    settings.put("JOBS_QUEUE_URL", queue.url());
    settings.put("JOBS_DEAD_LETTER_QUEUE_URL", queue.deadLettersUrl());
    settings.put("JOBS_TABLE", TestTable.likeJobs("traced-jobs"));
    settings.put("OTEL_SDK_DISABLED", "false");
    settings.put("OTEL_EXPORTER_OTLP_ENDPOINT", COLLECTOR.uri());
    settings.put("OTEL_BSP_SCHEDULE_DELAY", "100");
    server = Deployment.launch("traced", settings).awaitReady();
  }

  @AfterAll
  static void stop() {
    server.close();
    COLLECTOR.close();
  }

  @AfterEach
  void theModelBehavesAgain() {
    StandIns.shared().bedrock().reset();
  }

  @Test
  void aJobIsOneTraceWhoseRootIsItsRequest() throws Exception {
    SomeJob job = SomeJob.uploaded(user, caller, 2).submit();
    job.finished();

    List<Span> files = filesOf(job);
    Span request = COLLECTOR.parent(files.get(0)).orElseThrow();
    assertThat(request.getName()).isEqualTo("POST /jobs");
    assertThat(request.getKind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
    assertThat(request.getParentSpanId().isEmpty()).isTrue();
    assertThat(attribute(request, "http.route")).isEqualTo("/jobs");
    assertThat(attribute(request, "http.response.status_code")).isEqualTo("201");
    assertThat(files)
        .hasSize(2)
        .allSatisfy(it -> assertThat(COLLECTOR.parent(it)).contains(request))
        .allSatisfy(it -> assertThat(it.getKind()).isEqualTo(SpanKind.SPAN_KIND_CONSUMER))
        .allSatisfy(it -> assertThat(attribute(it, "fileprocessing.fence")).isEqualTo("1"))
        .allSatisfy(
            it -> assertThat(attribute(it, "fileprocessing.outcome")).isEqualTo("ANSWERED"));
    assertThat(files)
        .extracting(it -> attribute(it, "fileprocessing.file_id"))
        .containsExactlyInAnyOrderElementsOf(job.fileIds());

    List<Span> chats = COLLECTOR.await(2, partOf(request).and(it -> isChat(it)));
    assertThat(chats)
        .hasSize(2)
        .extracting(it -> COLLECTOR.parent(it).orElseThrow())
        .containsExactlyInAnyOrderElementsOf(files);
    String model = job.json().path("model").stringValue();
    assertThat(chats)
        .allSatisfy(
            it -> {
              assertThat(it.getName()).isEqualTo("chat " + model);
              assertThat(it.getKind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
              assertThat(attribute(it, "gen_ai.provider.name")).isEqualTo("aws.bedrock");
              assertThat(attribute(it, "gen_ai.request.model")).isEqualTo(model);
              assertThat(attribute(it, "gen_ai.usage.input_tokens")).matches("[1-9][0-9]*");
              assertThat(attribute(it, "gen_ai.usage.output_tokens")).matches("[1-9][0-9]*");
              assertThat(attribute(it, "gen_ai.response.finish_reasons")).contains("end_turn");
              assertThat(attribute(it, "rpc.method")).isEqualTo("Converse");
              assertThat(attribute(it, "aws.request_id")).isNotEmpty();
            });
  }

  @Test
  void whatACallerFollowsIsGoneOnWithEvenInTheQueue() throws Exception {
    String theirs = "4bf92f3577b34da6a3ce929d0e0e4736";
    SomeJob job = SomeJob.uploaded(user, caller, 1);
    job.submitted(
        caller.send(
            caller
                .request("/jobs")
                .header("Content-Type", "application/json")
                .header("traceparent", "00-" + theirs + "-00f067aa0ba902b7-01")
                .POST(
                    BodyPublishers.ofString(
                        Answers.JSON.writeValueAsString(
                            Map.of("files", job.fileIds(), "prompt", SomeJob.PROMPT))))));
    job.finished();

    Span file = filesOf(job).get(0);
    Span request = COLLECTOR.parent(file).orElseThrow();
    assertThat(Collector.traceId(file)).isEqualTo(theirs);
    assertThat(Collector.traceId(request)).isEqualTo(theirs);
    assertThat(Collector.parentId(request)).isEqualTo("00f067aa0ba902b7");
  }

  @Test
  void aModelCallThatFailsIsAnErrorAndSoIsItsFile() throws Exception {
    StandIns.shared().bedrock().configure(Map.of("fault", "ValidationException"));
    SomeJob job = SomeJob.uploaded(user, caller, 1).submit();
    job.finished();

    Span file = filesOf(job).get(0);
    Span chat =
        COLLECTOR
            .await(1, it -> isChat(it) && it.getParentSpanId().equals(file.getSpanId()))
            .get(0);
    assertThat(chat.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
    assertThat(attribute(chat, "error.type")).isEqualTo("ValidationException");
    assertThat(attribute(chat, "http.response.status_code")).isEqualTo("400");
    assertThat(file.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
    assertThat(attribute(file, "error.type")).isEqualTo(attribute(file, "fileprocessing.outcome"));
  }

  @Test
  void spansAreNamedByRoutesAndHoldNothingThatCallersSend() throws Exception {
    String name = "secret-name-of-a-file.txt";
    String file =
        assertStatus(caller.upload(name, "text with " + SomeJob.SECRET), 201).field("file_id");
    String jobId = Answers.submitted(caller, SomeJob.PROMPT, file);
    Answers.finished(caller, jobId);
    assertStatus(caller.get("/jobs?limit=1&hidden=query-of-a-caller"), 200);
    assertStatus(caller.get("/jobs/" + jobId + "/download/" + file), 200);
    assertStatus(caller.get("/jobs/" + jobId + "/events"), 200);
    assertStatus(caller.get("/no/such/path-of-a-caller"), 404);
    assertStatus(caller.get("/files/" + file + "/download"), 200);

    COLLECTOR.await(1, it -> it.getName().equals("GET /jobs/{job_id}/download/{file_id}"));
    COLLECTOR.await(1, it -> it.getName().equals("GET /jobs/{job_id}/events"));
    COLLECTOR.await(1, it -> it.getName().equals("GET"));
    COLLECTOR.await(1, it -> it.getName().equals("GET /files/{file_id}/download"));
    assertThat(COLLECTOR.spans())
        .extracting(Span::getName)
        .noneMatch(it -> it.contains(jobId) || it.contains(file));
    assertThat(COLLECTOR.text())
        .contains(jobId)
        .doesNotContain(SomeJob.SECRET)
        .doesNotContain("Summarise")
        .doesNotContain("secret-name", "notes.txt")
        .doesNotContain("of-a-caller", "limit=")
        .doesNotContain("eyJ", token.substring(token.lastIndexOf('.') + 1), "X-Amz-Signature")
        .doesNotContain(StandIns.shared().environment().get("AWS_SECRET_ACCESS_KEY"));
  }

  @Test
  void nothingBeginsATraceButARequest() throws Exception {
    SomeJob job = SomeJob.uploaded(user, caller, 1).submit();
    job.finished();
    filesOf(job);

    assertThat(COLLECTOR.spans())
        .filteredOn(it -> it.getParentSpanId().isEmpty())
        .extracting(Span::getKind)
        .containsOnly(SpanKind.SPAN_KIND_SERVER);
    assertThat(COLLECTOR.spans())
        .extracting(Span::getName)
        .doesNotContain("Sqs.ReceiveMessage")
        .contains("Sqs.SendMessageBatch", "S3.GetObject", "S3.PutObject")
        .noneMatch(it -> it.contains("health"));
    assertThat(COLLECTOR.paths()).containsOnly("/v1/traces");
  }

  private static List<Span> filesOf(SomeJob job) {
    return COLLECTOR.await(
        job.fileIds().size(),
        it ->
            it.getKind() == SpanKind.SPAN_KIND_CONSUMER
                && attribute(it, "fileprocessing.job_id").equals(job.jobId()));
  }

  private static Predicate<Span> partOf(Span span) {
    return it -> it.getTraceId().equals(span.getTraceId());
  }

  private static boolean isChat(Span span) {
    return attribute(span, "gen_ai.operation.name").equals("chat");
  }
}
