package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertStatus;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.CorpusFile;
import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.ServiceClient.Answer;
import ai.fileprocessing.local.StandIns;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Every file of the corpus becomes what its table says, through the whole service. */
class CorpusIT {
  /** Why a file is refused, and the codes that say so: at the door, or of a file that failed. */
  private static final Map<String, List<String>> REFUSALS =
      Map.of(
          "encrypted", List.of("FILE_ENCRYPTED", "FILE_UNFIT"),
          // What only a decoder sees, the model tells.
          "damaged", List.of("FILE_DAMAGED", "FILE_UNFIT", "MODEL_REFUSED_REQUEST"),
          "empty", List.of("FILE_EMPTY", "FILE_UNFIT"),
          "too large", List.of("FILE_TOO_LARGE", "FILE_UNFIT"),
          "inflates too far", List.of("FILE_TOO_COMPLEX", "FILE_TOO_LARGE", "FILE_UNFIT"),
          "not supported", List.of("FILE_UNFIT", "FILE_NOT_TEXT"));

  /** What a job calls the ways of the table. */
  private static final Map<String, String> ROUTES =
      Map.of(
          "document", "document",
          "image", "image",
          "text", "text",
          "extracted text", "extracted_text",
          "split by pages", "split_pages",
          "cut into parts", "parts");

  /** One that takes no larger PDF than other documents, after those that are shipped. */
  private static final String OLDER = "us.anthropic.claude-3-7-sonnet-20250219-v1:0";

  private static final String SHIPPED =
      "global.anthropic.claude-sonnet-4-5-20250929-v1:0,global.anthropic.claude-haiku-4-5-20251001-v1:0";

  /** A longer text is not repeated within the tokens that an answer may have. */
  private static final int REPEATED = 60_000;

  private final ServiceClient caller = Deployment.caller(Deployment.newUser());

  static Stream<CorpusFile> files() {
    return CorpusFile.all().stream();
  }

  @AfterEach
  void theModelBehavesAgain() {
    StandIns.shared().bedrock().reset();
  }

  @ParameterizedTest
  @MethodSource("files")
  void aFileBecomesWhatTheTableSays(CorpusFile file) throws Exception {
    String id = assertStatus(caller.upload(file.path()), 201).field("file_id");
    boolean whole = file.size() < REPEATED;
    Answer submitted = caller.submit(List.of(id), whole ? Bedrock.REPEAT : "Summarise this.");
    if (file.expected().startsWith("refused: ")) {
      List<String> codes = REFUSALS.get(file.expected().substring("refused: ".length()));
      assertThat(codes).as(file.expected()).contains(refusal(submitted));
      return;
    }
    JsonNode job = finished(assertStatus(submitted, 201).field("job_id"));

    assertThat(job.path("job_status").stringValue())
        .as(job.at("/input_files/0/error").toString())
        .isEqualTo("COMPLETED");
    assertThat(job.at("/input_files/0/route").stringValue()).isEqualTo(ROUTES.get(file.expected()));
    String path = "/jobs/" + job.path("job_id").stringValue() + "/download/" + id;
    String result = caller.fetch(caller.get(path).field("presigned_url")).text();
    assertThat(result).isNotBlank();
    if (whole) {
      file.reference().ifPresent(it -> assertThat(result).contains(it));
    }
  }

  @Test
  void aPdfThatIsTooLargeForAnOlderModelIsSplit() throws Exception {
    Map<String, String> settings = new HashMap<>(Load.queue("older"));
    settings.put("INFERENCE_MODELS", SHIPPED + "," + OLDER);
    try (LocalServer server = Deployment.ready(Deployment.launch("older", settings))) {
      ServiceClient other = Deployment.caller(server, Deployment.newUser());
      CorpusFile file = CorpusFile.named("photographs-over-4.5mb.pdf");
      String id = assertStatus(other.upload(file.path()), 201).field("file_id");
      Answer submitted =
          other.post(
              "/jobs",
              Answers.JSON.writeValueAsString(
                  Map.of("files", List.of(id), "prompt", "Summarise this.", "model", OLDER)));

      JsonNode job = finished(other, assertStatus(submitted, 201).field("job_id"));

      assertThat(job.path("job_status").stringValue())
          .as(job.at("/input_files/0/error").toString())
          .isEqualTo("COMPLETED");
      assertThat(job.at("/input_files/0/route").stringValue()).isEqualTo("split_pages");
    }
  }

  private String refusal(Answer submitted) {
    if (submitted.status() != 201) {
      return submitted.field("code");
    }
    JsonNode job = finished(submitted.field("job_id"));
    assertThat(job.path("job_status").stringValue()).isEqualTo("ERROR");
    return job.at("/input_files/0/error/code").stringValue();
  }

  private JsonNode finished(String jobId) {
    return finished(caller, jobId);
  }

  private static JsonNode finished(ServiceClient caller, String jobId) {
    return await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> caller.get("/jobs/" + jobId).json(), it -> it.path("finished_at").isNumber());
  }
}
