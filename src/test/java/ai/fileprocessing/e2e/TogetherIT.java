package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertProblem;
import static ai.fileprocessing.e2e.Answers.assertStatus;
import static ai.fileprocessing.e2e.Answers.finished;
import static ai.fileprocessing.e2e.Answers.result;
import static ai.fileprocessing.e2e.Answers.uploaded;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.ServiceClient.Answer;
import ai.fileprocessing.local.StandIns;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Jobs that ask once about several inputs, and inputs that come with the request. */
class TogetherIT {
  private final ServiceClient alice = Deployment.someone();
  private final String prompt = "Prompt " + Deployment.newUser();

  @Test
  void twoFilesAndATextGiveOneResultByOneCall() throws Exception {
    String first = uploaded(alice, "the first");
    String second = uploaded(alice, "the second");
    String jobId = submitted("together", List.of(first, second), "the third");

    JsonNode job = finished(alice, jobId);

    assertThat(job.path("job_status").stringValue()).as(job.toString()).isEqualTo("COMPLETED");
    assertThat(job.path("mode").stringValue()).isEqualTo("together");
    assertThat(job.path("counts").path("total").intValue()).isEqualTo(3);
    assertThat(job.path("counts").path("succeeded").intValue()).isEqualTo(3);
    assertThat(texts(job, "file_id")).startsWith(first, second).hasSize(3);
    assertThat(texts(job, "filename")).containsExactly("notes.txt", "notes.txt", "text 0");
    assertThat(texts(job, "source")).containsExactly("file", "file", "text");
    assertThat(texts(job, "status")).containsOnly("SUCCEEDED");
    assertThat(job.path("usage").path("input_tokens").longValue()).isPositive();
    assertThat(job.at("/input_files/0/usage/input_tokens").longValue()).isZero();
    assertThat(calls()).isEqualTo(1);
    Answer link = assertStatus(alice.get("/jobs/" + jobId + "/download/result"), 200);
    assertThat(link.field("filename")).isEqualTo("result.txt");
    assertThat(result(alice, jobId, "result")).isNotBlank();
  }

  @Test
  void anInputOfAJobInModeTogetherHasNoResultOfItsOwn() throws Exception {
    String file = uploaded(alice, "the file");
    String jobId = submitted("together", List.of(file), "the text");
    JsonNode job = finished(alice, jobId);

    for (String id : texts(job, "file_id")) {
      assertProblem(alice.get("/jobs/" + jobId + "/download/" + id), 409, "RESULT_TOGETHER");
    }
  }

  @Test
  void aTextOnItsOwnIsAnsweredAndIsNoFile() throws Exception {
    String jobId = submitted("each", List.of(), "the one", "the other");

    JsonNode job = finished(alice, jobId);

    assertThat(job.path("job_status").stringValue()).as(job.toString()).isEqualTo("COMPLETED");
    List<String> ids = texts(job, "file_id");
    String model = job.path("model").stringValue();
    assertThat(result(alice, jobId, ids.get(0)))
        .isEqualTo(Bedrock.answer(model, prompt, "the one"));
    assertThat(result(alice, jobId, ids.get(1)))
        .isEqualTo(Bedrock.answer(model, prompt, "the other"));
    assertThat(alice.get("/jobs/" + jobId + "/download/" + ids.get(0)).field("filename"))
        .isEqualTo("text 0.result.txt");
    assertProblem(alice.get("/files/" + ids.get(0)), 404, "FILE_NOT_FOUND");
    assertProblem(alice.get("/jobs/" + jobId + "/download/result"), 404, "RESULT_NOT_FOUND");
  }

  @Test
  void aJobInModeTogetherIsFollowedToItsEndAndThenDeletedWhole() throws Exception {
    String jobId = submitted("together", List.of(uploaded(alice, "the file")), "the text");
    JsonNode job = assertStatus(alice.get("/jobs/" + jobId), 200).json();
    while (!job.path("finished_at").isNumber()) {
      job =
          assertStatus(alice.send(alice.request("/jobs/" + jobId).header("Prefer", "wait=20")), 200)
              .json();
    }
    assertThat(texts(job, "status")).containsExactly("SUCCEEDED", "SUCCEEDED");
    assertThat(assertStatus(alice.get("/jobs/" + jobId + "/events"), 200).text())
        .contains("event: end");
    assertProblem(
        alice.send(alice.request("/jobs/" + jobId + "/retry").POST(empty())),
        409,
        "NOTHING_TO_RETRY");

    assertStatus(alice.delete("/jobs/" + jobId), 204);

    assertProblem(alice.get("/jobs/" + jobId), 404, "JOB_NOT_FOUND");
    assertProblem(alice.get("/jobs/" + jobId + "/download/result"), 404, "RESULT_NOT_FOUND");
    assertThat(alice.get("/jobs").json().size()).isZero();
  }

  @Test
  void moreInputsThanOneConversationTakesAreRefusedAndNothingIsCreated() throws Exception {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 21; i++) {
      texts.add("text " + i);
    }

    assertProblem(
        alice.post("/jobs", json("together", List.of(), texts.toArray(String[]::new))),
        422,
        "TOO_MANY_FILES");
    assertThat(alice.get("/jobs").json().size()).isZero();
  }

  private String submitted(String mode, List<String> files, String... texts) throws Exception {
    return assertStatus(alice.post("/jobs", json(mode, files, texts)), 201).field("job_id");
  }

  private String json(String mode, List<String> files, String... texts) {
    List<NamedText> named = new ArrayList<>();
    for (String text : texts) {
      named.add(new NamedText("text " + named.size(), text));
    }
    return Answers.JSON.writeValueAsString(new Request(files, named, mode, prompt));
  }

  private record NamedText(String name, String content) {}

  private record Request(List<String> files, List<NamedText> texts, String mode, String prompt) {}

  private static BodyPublisher empty() {
    return BodyPublishers.noBody();
  }

  private long calls() {
    return StandIns.shared().bedrock().requests().stream()
        .map(Bedrock.Received::body)
        .filter(body -> body.path("system").path(0).path("text").asString("").equals(prompt))
        .count();
  }

  private static List<String> texts(JsonNode job, String field) {
    return job.path("input_files").valueStream().map(it -> it.path(field).stringValue()).toList();
  }
}
