package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertStatus;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.Cognito;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.ServiceClient.Answer;
import ai.fileprocessing.local.StandIns;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** A job over some small files, from its upload to its results, as its owner sees it. */
final class SomeJob {
  /** Is in every text and prompt, and must be in no log. */
  static final String SECRET = "strictly-confidential";

  static final String PROMPT = "Summarise what is " + SECRET + ".";

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final String user;
  private final ServiceClient caller;
  private final Map<String, String> texts = new LinkedHashMap<>();
  private String jobId;

  private SomeJob(String user, ServiceClient caller) {
    this.user = user;
    this.caller = caller;
  }

  /** Uploads so many files; nothing is submitted yet. */
  static SomeJob uploaded(TroubledServer server, int files) throws Exception {
    String user = Deployment.newUser();
    return uploaded(user, server.caller(user), files);
  }

  static SomeJob uploaded(String user, ServiceClient caller, int files) throws Exception {
    SomeJob job = new SomeJob(user, caller);
    for (int i = 0; i < files; i++) {
      job.upload("text " + i + " is " + SECRET);
    }
    return job;
  }

  static SomeJob submitted(TroubledServer server, int files) throws Exception {
    return uploaded(server, files).submit();
  }

  SomeJob upload(String text) throws Exception {
    texts.put(Answers.uploaded(caller, text), text);
    return this;
  }

  SomeJob submit() throws Exception {
    return submitted(ask());
  }

  /** Asks for it; whatever the answer is. */
  Answer ask() throws Exception {
    return caller.submit(fileIds(), PROMPT);
  }

  /** Asks for it under an idempotency key. */
  Answer ask(String key) throws Exception {
    String json =
        "{\"files\": %s, \"prompt\": \"%s\"}"
            .formatted(Answers.JSON.writeValueAsString(fileIds()), PROMPT);
    return caller.send(
        caller
            .request("/jobs")
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(json)));
  }

  /** The answer to its submission. */
  SomeJob submitted(Answer answer) {
    jobId = assertStatus(answer, 201).field("job_id");
    return this;
  }

  ServiceClient caller() {
    return caller;
  }

  String jobId() {
    return jobId;
  }

  /** The owner as the stores know it. */
  String owner() {
    return Cognito.subject(user);
  }

  String path() {
    return "/jobs/" + jobId;
  }

  List<String> fileIds() {
    return List.copyOf(texts.keySet());
  }

  /** The message for a file of it. */
  String message(int position) {
    return "{\"user_id\": \"%s\", \"job_id\": \"%s\", \"file_id\": \"%s\"}"
        .formatted(owner(), jobId, fileIds().get(position));
  }

  JsonNode json() throws Exception {
    return assertStatus(caller.get(path()), 200).json();
  }

  /** It, once that is so. */
  JsonNode await(Predicate<JsonNode> state) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(this::json, state);
  }

  JsonNode finished() {
    return Answers.finished(caller, jobId);
  }

  /** That it ends with every result right, after at most so many model calls for each file. */
  JsonNode assertCompleted(long mostCalls) throws Exception {
    JsonNode job = finished();
    assertThat(job.path("job_status").stringValue()).as(job.toString()).isEqualTo("COMPLETED");
    assertThat(job.path("job_error").isNull()).isTrue();
    for (String fileId : fileIds()) {
      assertResult(fileId);
    }
    assertThat(calls()).allSatisfy(calls -> assertThat(calls).isBetween(1L, mostCalls));
    return job;
  }

  void assertResult(String fileId) throws Exception {
    String model = json().path("model").stringValue();
    assertThat(Answers.result(caller, jobId, fileId))
        .isEqualTo(Bedrock.answer(model, PROMPT, texts.get(fileId)));
  }

  /** How many results of it are in the bucket, whatever it says itself. */
  int results() {
    return StandIns.shared()
        .s3()
        .listObjectsV2(
            it ->
                it.bucket(StandIns.shared().environment().get("JOBS_RESULTS_BUCKET"))
                    .prefix("results/" + owner() + "/" + jobId + "/"))
        .keyCount();
  }

  /** How often the model was asked about each file. */
  List<Long> calls() {
    Map<String, Long> calls = StandIns.shared().bedrock().callsByFile();
    return fileIds().stream().map(it -> calls.getOrDefault(jobId + "/" + it, 0L)).toList();
  }

  /** The files of an answer about it, in their order. */
  static List<JsonNode> files(JsonNode job) {
    return job.path("input_files").valueStream().toList();
  }

  static List<String> statuses(JsonNode job) {
    return files(job).stream().map(it -> it.path("status").stringValue()).toList();
  }

  static List<Integer> attemptCounts(JsonNode job) {
    return files(job).stream().map(it -> it.path("attempt_count").intValue()).toList();
  }

  /** Why the files that wait do so. */
  static List<String> reasons(JsonNode job) {
    return files(job).stream()
        .filter(it -> it.has("waiting"))
        .map(it -> it.path("waiting").path("reason").stringValue())
        .toList();
  }

  static Predicate<JsonNode> waitsFor(String reason) {
    return file -> file.at("/waiting/reason").stringValue("").equals(reason);
  }

  static boolean saysWhenItIsTriedAgain(JsonNode file) {
    return file.at("/waiting/next_attempt_at").isIntegralNumber();
  }

  /** How the calls for a file ended, oldest first. */
  static List<String> outcomes(JsonNode file) {
    return file.path("attempts").valueStream().map(it -> it.path("outcome").stringValue()).toList();
  }

  static List<String> list(ServiceClient caller) throws Exception {
    List<String> ids = new ArrayList<>();
    assertStatus(caller.get("/jobs"), 200)
        .json()
        .forEach(it -> ids.add(it.path("job_id").stringValue()));
    return ids;
  }
}
