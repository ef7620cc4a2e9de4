package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertProblem;
import static ai.fileprocessing.e2e.Answers.assertStatus;
import static ai.fileprocessing.e2e.Answers.finished;
import static ai.fileprocessing.e2e.Answers.uploaded;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Papers;
import ai.fileprocessing.local.ServiceClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a job is said to take, beside what it takes. */
class DryRunIT {
  private final ServiceClient alice = Deployment.someone();

  @Test
  void whatIsSaidHoldsTheTruth() throws Exception {
    Map<String, byte[]> papers = new LinkedHashMap<>();
    papers.put("text/plain", Papers.utf8("A line of some text.\n".repeat(500)));
    papers.put("text/csv", Papers.utf8("name,number\n" + "x,12345\n".repeat(900)));
    papers.put("application/pdf", Papers.pdf(3, 0));
    papers.put(Papers.DOCX, Papers.docx("Words in a document. ".repeat(300)));
    papers.put(Papers.ODT, Papers.odt("<text:p>" + "Words. ".repeat(300) + "</text:p>", ""));
    papers.put("image/png", Papers.image("png", 600, 400));
    StringBuilder ids = new StringBuilder();
    for (Map.Entry<String, byte[]> paper : papers.entrySet()) {
      ids.append(ids.isEmpty() ? "" : ",").append('"').append(stored(paper)).append('"');
    }
    String body = "{\"files\": [" + ids + "], \"prompt\": \"Summarise this.\"}";

    JsonNode said = assertStatus(alice.post("/jobs?dry_run=true", body), 200).json();
    assertThat(alice.get("/jobs").json()).isEmpty();
    JsonNode job = finished(alice, assertStatus(alice.post("/jobs", body), 201).field("job_id"));

    assertThat(said.path("dry_run").booleanValue()).isTrue();
    assertThat(said.path("files")).hasSameSizeAs(job.path("input_files"));
    for (int i = 0; i < job.path("input_files").size(); i++) {
      JsonNode was = job.path("input_files").path(i);
      JsonNode would = said.path("files").path(i);
      assertThat(was.path("status").stringValue()).as(was.toString()).isEqualTo("SUCCEEDED");
      assertThat(would.path("valid").booleanValue()).isTrue();
      assertThat(would.path("file_id")).isEqualTo(was.path("file_id"));
      assertThat(would.path("route")).as(was.toString()).isEqualTo(was.path("route"));
      JsonNode estimate = would.path("estimate");
      assertIn(estimate.path("model_calls"), was.path("attempts").size());
      assertUsage(estimate, was.path("usage"));
    }
    assertUsage(said.path("estimate"), job.path("usage"));
  }

  @Test
  void whatIsWrongWithSingleFilesIsSaidOfEachAndTheOthersAreEstimated() throws Exception {
    String fine = uploaded(alice, "some text");
    String empty = uploaded(alice, "");
    String another = uploaded(Deployment.someone(), "some text");
    String body =
        """
        {"files": ["%s", "%s", "%s", "%s"], "texts": [{"name": "t", "content": "c"}], "prompt": "p"}
        """
            .formatted(fine, empty, fine, another);

    JsonNode said = assertStatus(alice.post("/jobs?dry_run=true", body), 200).json();

    JsonNode files = said.path("files");
    assertThat(files.valueStream().map(it -> it.at("/problem/code").asString("fine")))
        .containsExactly("fine", "FILE_UNFIT", "FILE_DUPLICATE", "FILE_NOT_FOUND", "fine");
    assertThat(files.valueStream().filter(it -> it.has("estimate"))).hasSize(2);
    assertThat(files.path(4).has("file_id")).isFalse();
    assertThat(said.at("/estimate/model_calls/least").intValue()).isEqualTo(2);
  }

  @Test
  void togetherIsOneConversation() throws Exception {
    String body =
        """
        {"files": ["%s"], "texts": [{"name": "t", "content": "c"}], "prompt": "p", "mode": "together"}
        """
            .formatted(uploaded(alice, "some text"));

    JsonNode said = assertStatus(alice.post("/jobs?dry_run=true", body), 200).json();

    assertThat(said.at("/estimate/model_calls/most").intValue()).isEqualTo(1);
    assertThat(said.path("files").valueStream().map(it -> it.path("route").stringValue()))
        .containsExactly("text", "text");
  }

  @Test
  void whatIsWrongWithTheWholeIsRefusedAsEver() throws Exception {
    String file = uploaded(alice, "some text");
    for (String wrong :
        List.of(
            "\"prompt\": \"{{x}}\"",
            "\"prompt\": \"p\", \"model\": \"none\"",
            "\"prompt\": \"p\", \"promt\": 1")) {
      String body = "{\"files\": [\"" + file + "\"], " + wrong + "}";
      String code = alice.post("/jobs", body).json().path("code").stringValue();
      int status = alice.post("/jobs", body).status();

      assertProblem(alice.post("/jobs?dry_run=true", body), status, code);
    }
    assertProblem(
        alice.post("/jobs?dry_run=maybe", "{\"files\": [\"" + file + "\"], \"prompt\": \"p\"}"),
        400,
        "PARAMETER_INVALID");
  }

  private static void assertUsage(JsonNode estimate, JsonNode usage) {
    assertIn(
        estimate.path("input_tokens"),
        usage.path("input_tokens").longValue()
            + usage.path("cache_read_tokens").longValue()
            + usage.path("cache_write_tokens").longValue());
    assertIn(estimate.path("output_tokens"), usage.path("output_tokens").longValue());
    assertIn(estimate.path("estimated_cost"), usage.path("estimated_cost").longValue());
  }

  private static void assertIn(JsonNode range, long truth) {
    assertThat(truth)
        .as(range.toString())
        .isBetween(range.path("least").longValue(), range.path("most").longValue());
  }

  private String stored(Map.Entry<String, byte[]> paper) throws Exception {
    return assertStatus(
            alice.send(
                alice
                    .request("/files")
                    .header("Content-Type", paper.getKey())
                    .header("filename", paper.getKey().equals("text/csv") ? "a.csv" : "a-file")
                    .POST(BodyPublishers.ofByteArray(paper.getValue()))),
            201)
        .field("file_id");
  }
}
