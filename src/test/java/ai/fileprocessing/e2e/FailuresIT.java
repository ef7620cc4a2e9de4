package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertProblem;
import static ai.fileprocessing.e2e.Answers.assertStatus;
import static ai.fileprocessing.e2e.Answers.finished;
import static ai.fileprocessing.e2e.Answers.result;
import static ai.fileprocessing.e2e.Answers.submitted;
import static ai.fileprocessing.e2e.Answers.uploaded;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.StandIns;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What becomes of a job when something is wrong with a file or with the model. */
class FailuresIT {
  /** The beginning of one. */
  private static final byte[] PNG = {
    (byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, (byte) 0xff
  };

  private final Bedrock bedrock = StandIns.shared().bedrock();
  private final ServiceClient alice = Deployment.someone();
  private final String marker = "marker-" + UUID.randomUUID();

  @AfterEach
  void theModelBehavesAgain() {
    bedrock.reset();
  }

  @Test
  void aJobOverAFileThatDoesNotExistNamesItAndCreatesNothing() throws Exception {
    String there = uploaded(alice, "there");
    String gone = "018f0000-0000-7000-8000-000000000000";

    JsonNode problem =
        assertProblem(alice.submit(List.of(there, gone, "x"), "Read."), 404, "FILE_NOT_FOUND");

    assertThat(problem.path("errors").valueStream().map(it -> it.path("pointer").stringValue()))
        .containsExactly("/files/1", "/files/2");
    assertThat(alice.get("/jobs").json().size()).isZero();
  }

  @Test
  void aFileThatIsDeletedBeforeTheWorkerReadsItFailsAndItsNeighbourDoesNot() throws Exception {
    String user = Deployment.newUser();
    ServiceClient caller = Deployment.caller(SideServer.get(), user);
    String deleted = uploaded(caller, "soon deleted");
    String kept = uploaded(caller, "kept");
    String jobId = submitted(caller, "Read.", deleted, kept);
    JsonNode waiting = assertStatus(caller.get("/jobs/" + jobId), 200).json();
    assertThat(waiting.path("job_status").stringValue()).isEqualTo("PENDING");
    assertThat(waiting.path("counts").path("pending").intValue()).isEqualTo(2);
    assertThat(waiting.has("finished_at")).isFalse();
    assertThat(caller.get("/jobs?status=PENDING").json().size()).isEqualTo(1);
    assertProblem(caller.get("/jobs/" + jobId + "/download/" + kept), 409, "RESULT_NOT_READY");
    assertStatus(caller.delete("/files/" + deleted), 204);

    assertThat(SideServer.handOver()).isEqualTo(2);
    JsonNode job = finished(caller, jobId);

    assertThat(job.path("job_status").stringValue()).isEqualTo("PARTIAL");
    JsonNode failed = job.path("input_files").path(0);
    assertThat(failed.path("status").stringValue()).isEqualTo("FAILED");
    assertThat(failed.path("error").path("code").stringValue()).isEqualTo("FILE_DELETED");
    assertThat(failed.path("filename").stringValue()).isEqualTo("notes.txt");
    assertThat(failed.path("size").longValue()).isEqualTo("soon deleted".length());
    assertProblem(caller.get("/jobs/" + jobId + "/download/" + deleted), 409, "RESULT_FAILED");
    assertThat(result(caller, jobId, kept)).startsWith(Bedrock.NOTICE);
  }

  @Test
  void aResultOutlivesItsFile() throws Exception {
    String fileId = uploaded(alice, "short-lived");
    String jobId = submitted(alice, "Read.", fileId);
    finished(alice, jobId);

    assertStatus(alice.delete("/files/" + fileId), 204);

    assertThat(result(alice, jobId, fileId)).startsWith(Bedrock.NOTICE);
  }

  @Test
  void aFileThatTheModelRefusesFailsAloneAndInOurWords() throws Exception {
    bedrock.configure(Map.of("fault", "ValidationException", "fault_when_text_contains", marker));
    String good = uploaded(alice, "good");
    String bad = uploaded(alice, "bad " + marker);
    String fine = uploaded(alice, "fine");

    JsonNode job = finished(alice, submitted(alice, "Read.", good, bad, fine));

    assertThat(job.path("job_status").stringValue()).isEqualTo("PARTIAL");
    assertThat(job.path("job_error").isNull()).isTrue();
    assertThat(job.path("counts").path("succeeded").intValue()).isEqualTo(2);
    assertThat(job.path("counts").path("failed").intValue()).isEqualTo(1);
    JsonNode failed = job.path("input_files").path(1);
    assertThat(failed.path("file_id").stringValue()).isEqualTo(bad);
    assertThat(failed.path("status").stringValue()).isEqualTo("FAILED");
    assertThat(failed.path("attempt_count").intValue()).isEqualTo(1);
    assertThat(failed.path("error").path("code").stringValue()).isEqualTo("MODEL_REFUSED_REQUEST");
    assertThat(failed.path("error").path("message").stringValue())
        .doesNotContain("as configured", "Exception");
    Answers.assertSaysNothingOfTheInside(job.toString());
  }

  @Test
  void aJobWithoutAnyResultIsAnErrorThatSaysWhy() throws Exception {
    bedrock.configure(Map.of("fault", "AccessDeniedException", "fault_when_text_contains", marker));

    JsonNode job = finished(alice, submitted(alice, "Read.", uploaded(alice, marker)));

    assertThat(job.path("job_status").stringValue()).isEqualTo("ERROR");
    assertThat(job.path("job_error").stringValue()).startsWith("MODEL_NOT_ENABLED");
    Answers.assertSaysNothingOfTheInside(job.toString());
  }

  @Test
  void aThrottledFileSucceedsLaterAndTheThrottlingDoesNotCountAsAnAttempt() throws Exception {
    bedrock.configure(
        Map.of(
            "fault", "ThrottlingException", "fault_count", 2, "fault_when_text_contains", marker));

    JsonNode job = finished(alice, submitted(alice, "Read.", uploaded(alice, marker)));

    assertThat(job.path("job_status").stringValue()).isEqualTo("COMPLETED");
    assertThat(job.path("input_files").path(0).path("attempt_count").intValue()).isEqualTo(1);
    assertThat(bedrock.stats().byOutcome()).containsEntry("ThrottlingException", 2L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut", "malformed"})
  void anAnswerThatCannotBeReadIsAskedForAgain(String fault) throws Exception {
    bedrock.configure(Map.of(fault, true, "fault_count", 1, "fault_when_text_contains", marker));

    JsonNode job = finished(alice, submitted(alice, "Read.", uploaded(alice, marker)));

    assertThat(job.path("job_status").stringValue()).isEqualTo("COMPLETED");
    assertThat(job.path("input_files").path(0).path("attempt_count").intValue()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "guardrail_intervened, GUARDRAIL_INTERVENED",
    "content_filtered, CONTENT_FILTERED",
    "model_context_window_exceeded, INPUT_TOO_LONG",
    "malformed_model_output, OUTPUT_MALFORMED",
    "tool_use, OUTPUT_MALFORMED",
    "something_new, OUTPUT_MALFORMED"
  })
  void anAnswerThatIsNotFinishedIsNeverASuccess(String stopReason, String code) throws Exception {
    bedrock.configure(Map.of("stop_reason", stopReason, "fault_when_text_contains", marker));

    assertFails(submitted(alice, "Read.", uploaded(alice, marker)), code);
  }

  @Test
  void anEmptyAnswerIsNeverASuccess() throws Exception {
    bedrock.configure(Map.of("empty_answer", true, "fault_when_text_contains", marker));

    assertFails(submitted(alice, "Read.", uploaded(alice, marker)), "OUTPUT_EMPTY");
  }

  @Test
  void aTruncatedAnswerIsContinuedAndEqualsTheUncutOne() throws Exception {
    String text = Bedrock.REPEAT + "\n" + "Grüße aus 東京 😀, Zeile für Zeile. ".repeat(60);
    String fileId = uploaded(alice, text);

    String jobId = submittedWith(fileId, marker, 100);
    JsonNode job = finished(alice, jobId);

    assertThat(job.path("job_status").stringValue()).isEqualTo("COMPLETED");
    assertThat(job.path("input_files").path(0).path("stop_reason").stringValue())
        .isEqualTo("end_turn");
    assertThat(result(alice, jobId, fileId))
        .isEqualTo(Bedrock.answer(job.path("model").stringValue(), marker, text));
    long calls =
        bedrock.requests().stream()
            .filter(it -> it.body().path("system").path(0).path("text").asString("").equals(marker))
            .count();
    assertThat(calls).isGreaterThan(2);
    assertThat(job.path("usage").path("output_tokens").longValue()).isGreaterThan(100L * 2);
  }

  @Test
  void anAnswerThatDoesNotEndIsNeverASuccess() throws Exception {
    String fileId = uploaded(alice, Bedrock.REPEAT + "\n" + "word ".repeat(1_000));

    assertFails(submittedWith(fileId, marker, 10), "OUTPUT_TRUNCATED");
  }

  @Test
  void aBinaryFileFailsAsNoTextAndNoModelIsAsked() throws Exception {
    byte[] noise = new byte[2_000];
    new Random(1).nextBytes(noise);
    String fileId = sent("text/plain", noise);

    assertFails(submitted(alice, marker, fileId), "FILE_NOT_TEXT");
    assertThat(bedrock.requests().toString()).doesNotContain(marker);
  }

  @Test
  void aBlankFileFailsAsEmptyAndNoModelIsAsked() throws Exception {
    assertFails(submitted(alice, marker, uploaded(alice, " \n\t ")), "FILE_EMPTY");
    assertThat(bedrock.requests().toString()).doesNotContain(marker);
  }

  @Test
  void anEmptyOrTooLargeFileIsRefusedWithTheJob() throws Exception {
    String good = uploaded(alice, "good");
    String empty = uploaded(alice, "");
    byte[] picture = new byte[15 * (1 << 20) / 4 + 1];
    System.arraycopy(PNG, 0, picture, 0, PNG.length);
    String large = sent("image/png", picture);

    JsonNode problem =
        assertProblem(alice.submit(List.of(good, empty, large), "Read."), 422, "FILE_UNFIT");

    assertThat(problem.path("errors").valueStream().map(it -> it.path("pointer").stringValue()))
        .containsExactly("/files/1", "/files/2");
    assertThat(alice.get("/jobs").json().size()).isZero();
  }

  @Test
  void whatIsUnknownIsNotFound() throws Exception {
    String fileId = uploaded(alice, "some text");
    String other = uploaded(alice, "in no job");
    String jobId = submitted(alice, "Read.", fileId);
    finished(alice, jobId);
    String download = "/jobs/" + jobId + "/download/";

    assertProblem(alice.get("/jobs/" + fileId), 404, "JOB_NOT_FOUND");
    assertProblem(alice.get("/jobs/x"), 404, "JOB_NOT_FOUND");
    assertProblem(alice.get(download + other), 404, "RESULT_NOT_FOUND");
    assertProblem(alice.get(download + "x"), 404, "RESULT_NOT_FOUND");
    assertProblem(alice.get(download + jobId), 404, "RESULT_NOT_FOUND");
    assertProblem(alice.get("/jobs/x/download/" + fileId), 404, "RESULT_NOT_FOUND");
    assertProblem(alice.get("/files/" + jobId), 404, "FILE_NOT_FOUND");
    assertProblem(alice.get("/nothing/here"), 404, "PATH_UNKNOWN");
  }

  private String submittedWith(String fileId, String prompt, int maxTokens) throws Exception {
    String json =
        "{\"files\": [\"%s\"], \"prompt\": \"%s\", \"inference\": {\"max_tokens\": %d}}"
            .formatted(fileId, prompt, maxTokens);
    return assertStatus(alice.post("/jobs", json), 201).field("job_id");
  }

  private void assertFails(String jobId, String code) {
    JsonNode job = finished(alice, jobId);
    assertThat(job.path("job_status").stringValue()).isEqualTo("ERROR");
    assertThat(job.path("input_files").path(0).path("status").stringValue()).isEqualTo("FAILED");
    assertThat(job.path("input_files").path(0).path("error").path("code").stringValue())
        .isEqualTo(code);
    assertThat(job.path("job_error").stringValue()).startsWith(code + ": ");
  }

  private String sent(String contentType, byte[] content) throws Exception {
    return assertStatus(
            alice.send(
                alice
                    .request("/files")
                    .header("Content-Type", contentType)
                    .header("filename", "really-a.png")
                    .POST(BodyPublishers.ofByteArray(content))),
            201)
        .field("file_id");
  }
}
