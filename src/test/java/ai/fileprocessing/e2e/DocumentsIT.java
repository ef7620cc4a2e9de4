package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertProblem;
import static ai.fileprocessing.e2e.Answers.assertStatus;
import static ai.fileprocessing.e2e.Answers.finished;
import static ai.fileprocessing.e2e.Answers.result;
import static ai.fileprocessing.e2e.Answers.submitted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.fileprocessing.inference.Papers;
import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.StandIns;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Files that are no plain text, in the very server that runs. */
class DocumentsIT {
  private static final String WORDS = "Quarterly figures of the harbour";

  private final Bedrock bedrock = StandIns.shared().bedrock();
  private final ServiceClient alice = Deployment.someone();
  private final String marker = "marker-" + UUID.randomUUID();

  @AfterEach
  void theModelBehavesAgain() {
    bedrock.reset();
  }

  static Stream<Arguments> withText() {
    return Stream.of(
        arguments(Papers.PPTX, Papers.pptx(WORDS)),
        arguments("application/vnd.ms-powerpoint", Papers.ppt(WORDS)),
        arguments(Papers.ODT, Papers.odt("<text:p>" + WORDS + "</text:p>", "")),
        arguments("application/epub+zip", Papers.epub(WORDS)),
        arguments("application/rtf", Papers.rtf(WORDS)),
        arguments("message/rfc822", Papers.eml(WORDS)),
        arguments("text/plain", ("\uFEFF" + WORDS).getBytes(Charset.forName("UTF-16LE"))));
  }

  @ParameterizedTest
  @MethodSource("withText")
  void theTextInAFileIsWhatTheModelIsAskedAbout(String type, byte[] content) throws Exception {
    String fileId = stored(type, content);

    String jobId = submitted(alice, marker + Bedrock.REPEAT, fileId);

    assertThat(finished(alice, jobId).path("job_status").stringValue()).isEqualTo("COMPLETED");
    assertThat(result(alice, jobId, fileId)).contains(WORDS);
  }

  @Test
  void aDocumentReachesTheModelByteForByte() throws Exception {
    byte[] pdf = Papers.pdf(2, 1_000);

    finished(alice, submitted(alice, marker, stored("application/pdf", pdf)));

    JsonNode document = asked().get(0).at("/messages/0/content/0/document");
    assertThat(Base64.getDecoder().decode(document.at("/source/bytes").asString())).isEqualTo(pdf);
    assertThat(document.path("name").asString()).isEqualTo("document 1");
  }

  @Test
  void aPdfOfManyPagesIsAskedAboutInPartsAndEachCallIsTold() throws Exception {
    JsonNode job =
        finished(alice, submitted(alice, marker, stored("application/pdf", Papers.pdf(230, 0))));

    assertThat(job.path("job_status").stringValue()).isEqualTo("COMPLETED");
    assertThat(asked()).hasSize(4);
    assertThat(job.at("/input_files/0/attempts")).hasSize(4);
    assertThat(job.at("/usage/input_tokens").longValue())
        .isEqualTo(
            job.at("/input_files/0/attempts")
                .valueStream()
                .mapToLong(it -> it.at("/usage/input_tokens").longValue())
                .sum());
  }

  @Test
  void aModelThatThrottlesIsPaidForEachPartOnce() throws Exception {
    bedrock.configure(Map.of("rate_per_second", 1, "burst", 1));

    JsonNode job =
        finished(alice, submitted(alice, marker, stored("application/pdf", Papers.pdf(230, 0))));

    assertThat(job.path("job_status").stringValue()).isEqualTo("COMPLETED");
    assertThat(job.at("/input_files/0/attempts").valueStream())
        .extracting(it -> it.path("outcome").stringValue())
        .contains("MODEL_THROTTLED")
        .filteredOn("ANSWERED"::equals)
        .hasSize(4);
  }

  @Test
  void whatNobodyCanReadFailsWithItsReason() throws Exception {
    String jobId =
        submitted(
            alice,
            marker,
            stored("application/pdf", Papers.pdf(1, 0, "secret")),
            stored("application/pdf", Arrays.copyOf(Papers.pdf(1, 0), 300)),
            stored(Papers.ODT, Papers.odt(" ".repeat(110 << 20), "")));

    JsonNode files = finished(alice, jobId).path("input_files");

    assertThat(files.valueStream().map(it -> it.at("/error/code").stringValue()))
        .containsExactly("FILE_ENCRYPTED", "FILE_DAMAGED", "FILE_TOO_COMPLEX");
    assertThat(asked()).isEmpty();
  }

  @Test
  void whatCannotBeProcessedIsRefusedBeforeAnythingIsStored() throws Exception {
    String good = stored("text/plain", Papers.utf8("good"));
    String archive = stored("application/zip", Papers.zip("a", "b"));

    JsonNode problem =
        assertProblem(alice.submit(List.of(good, archive), marker), 422, "FILE_UNFIT");

    assertThat(problem.at("/errors/0/pointer").stringValue()).isEqualTo("/files/1");
    assertThat(problem.at("/errors/0/detail").stringValue()).contains("pptx", "Convert it.");
    assertThat(alice.get("/jobs").json().size()).isZero();
  }

  private List<JsonNode> asked() {
    return bedrock.requests().stream()
        .map(Bedrock.Received::body)
        .filter(it -> it.at("/system/0/text").asString("").startsWith(marker))
        .toList();
  }

  private String stored(String contentType, byte[] content) throws Exception {
    return assertStatus(
            alice.send(
                alice
                    .request("/files")
                    .header("Content-Type", contentType)
                    .header("filename", "a-file")
                    .POST(BodyPublishers.ofByteArray(content))),
            201)
        .field("file_id");
  }
}
