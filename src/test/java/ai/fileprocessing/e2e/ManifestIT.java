package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertProblem;
import static ai.fileprocessing.e2e.Answers.assertStatus;
import static ai.fileprocessing.e2e.Answers.finished;
import static ai.fileprocessing.e2e.Answers.result;
import static ai.fileprocessing.e2e.Answers.submitted;
import static ai.fileprocessing.e2e.Answers.uploaded;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.platform.Sha256;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Where results come from. */
class ManifestIT {
  private final ServiceClient alice = Deployment.someone();

  @Test
  void aManifestTellsWhatWasAskedOfWhichBytesAndWhatCameOfIt() throws Exception {
    String file = uploaded(alice, "some text");
    String jobId = submitted(alice, "What is {{filename}}?", file);
    JsonNode job = finished(alice, jobId);

    JsonNode manifest = manifest(jobId, file);

    assertThat(manifest.path("job_id").stringValue()).isEqualTo(jobId);
    assertThat(manifest.path("file_id").stringValue()).isEqualTo(file);
    assertThat(manifest.at("/inputs/0/sha256").stringValue()).isEqualTo(Sha256.of("some text"));
    assertThat(manifest.at("/inputs/0/route").stringValue()).isEqualTo("text");
    assertThat(manifest.path("prompt_sha256").stringValue())
        .isEqualTo(Sha256.of("What is {{filename}}?"));
    assertThat(manifest.path("model")).isEqualTo(job.path("model"));
    assertThat(manifest.path("inference")).isEqualTo(job.path("inference"));
    assertThat(manifest.path("calls")).isEqualTo(job.at("/input_files/0/attempts"));
    assertThat(manifest.at("/calls/0/request_id").stringValue()).isNotBlank();
    assertThat(manifest.path("calls_complete").booleanValue()).isTrue();
    assertThat(manifest.path("usage")).isEqualTo(job.path("usage"));
    assertThat(manifest.at("/result/sha256").stringValue())
        .isEqualTo(Sha256.of(result(alice, jobId, file)));
    assertThat(manifest.at("/result/filename").stringValue()).isEqualTo("notes.result.txt");
    assertThat(manifest.path("finished_at")).isEqualTo(job.path("finished_at"));
  }

  @Test
  void inModeTogetherItNamesAllInputs() throws Exception {
    String file = uploaded(alice, "some text");
    String jobId =
        assertStatus(
                alice.post(
                    "/jobs",
                    """
                    {"files": ["%s"], "texts": [{"name": "t", "content": "c"}], "prompt": "p",
                     "mode": "together", "output": {"format": "json", "schema": {"type": "object"}}}
                    """
                        .formatted(file)),
                201)
            .field("job_id");
    finished(alice, jobId);

    JsonNode manifest = manifest(jobId, "result");

    assertThat(manifest.path("file_id").stringValue()).isEqualTo("result");
    assertThat(manifest.path("inputs").valueStream().map(it -> it.path("sha256").stringValue()))
        .containsExactly(Sha256.of("some text"), Sha256.of("c"));
    assertThat(manifest.path("inputs").valueStream().map(it -> it.path("route").stringValue()))
        .containsExactly("text", "text");
    assertThat(manifest.path("schema_sha256").stringValue()).hasSize(64);
    assertThat(manifest.at("/result/filename").stringValue()).isEqualTo("result.json");
    assertProblem(
        alice.get("/jobs/" + jobId + "/download/" + file + "?manifest=true"),
        409,
        "RESULT_TOGETHER");
  }

  @Test
  void whereThereIsNoResultThereIsNoManifest() throws Exception {
    String file = uploaded(alice, "some text");
    String jobId = submitted(alice, "p", file);
    finished(alice, jobId);
    String path = "/jobs/" + jobId + "/download/";

    assertProblem(alice.get(path + "result?manifest=true"), 404, "RESULT_NOT_FOUND");
    assertProblem(
        Deployment.someone().get(path + file + "?manifest=true"), 404, "RESULT_NOT_FOUND");
    assertProblem(alice.get(path + file + "?manifest=yes"), 400, "PARAMETER_INVALID");
    assertThat(assertStatus(alice.get(path + file + "?manifest=false"), 200).field("presigned_url"))
        .isNotBlank();
  }

  private JsonNode manifest(String jobId, String id) throws Exception {
    return assertStatus(alice.get("/jobs/" + jobId + "/download/" + id + "?manifest=true"), 200)
        .json();
  }
}
