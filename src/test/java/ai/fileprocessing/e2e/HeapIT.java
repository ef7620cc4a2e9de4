package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertStatus;
import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.inference.Papers;
import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.StandIns;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Servers with little memory and more work at once than would fit into it. One that runs out of it
 * ends ({@code ExitOnOutOfMemoryError}), and its work with it.
 */
class HeapIT {
  /** A little less than the most that a model takes in a document. */
  private static final int DOCUMENT = 4_500_000;

  private final Bedrock bedrock = StandIns.shared().bedrock();

  @AfterEach
  void theModelBehavesAgain() {
    bedrock.reset();
  }

  @Test
  void fiftyLargeDocumentsAtOnceFitIntoAHeapOf512Megabytes() throws Exception {
    Map<String, String> settings = Map.of("JVM_ARGS", "-Xmx512m", "JOBS_BYTES", "384MB");

    worked(
        "heap-512",
        settings,
        50,
        "application/pdf",
        // Each of another length, and so another document.
        number -> Papers.pdf(1, DOCUMENT + number));

    assertThat(bedrock.stats().calls()).isEqualTo(50);
    assertThat(bedrock.stats().mostInFlight()).isGreaterThan(10);
  }

  @Test
  void longFilesLeaveOthersRoomWhileTheirPartsAreAskedAbout() throws Exception {
    Map<String, String> settings =
        Map.of("JVM_ARGS", "-Xmx184m -Xmn32m -XX:+UseSerialGC -Xss256k -XX:TieredStopAtLevel=1");

    JsonNode job =
        worked(
            "heap-184",
            settings,
            6,
            Papers.ODT,
            number -> Papers.odt("<text:p>" + words(6_300_000, number) + "</text:p>", ""));

    assertThat(job.at("/input_files/5/size").longValue()).isGreaterThan(4_000_000);
    assertThat(job.at("/input_files/5/attempts").size()).isGreaterThan(10);
    assertThat(bedrock.stats().mostInFlight()).isGreaterThan(2);
  }

  /** A job over so many files, once it has ended well. */
  private JsonNode worked(
      String name,
      Map<String, String> settings,
      int count,
      String contentType,
      IntFunction<byte[]> content)
      throws Exception {
    Map<String, String> all = new HashMap<>(Load.queue(name));
    all.putAll(settings);
    all.put("JOBS_CALLER_SLOTS", "100");
    try (LocalServer server = Deployment.launch(name, all).awaitReady()) {
      ServiceClient caller = Deployment.caller(server, Deployment.newUser());
      List<String> files = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        files.add(stored(caller, contentType, content.apply(i)));
      }
      bedrock.configure(Map.of("latency_ms", 2_000));
      List<String> jobs = Load.submitted(caller, files, 1);
      JsonNode job = Load.finished(caller, jobs, Duration.ofMinutes(4)).get(0);

      Load.figure(
          "%s: %d files, %d calls, most in flight %d, most resident memory %d MB",
          name,
          count,
          bedrock.stats().calls(),
          bedrock.stats().mostInFlight(),
          Load.mostResident(server));
      assertThat(server.process().isAlive()).isTrue();
      assertThat(job.path("job_status").stringValue()).as(job.toString()).isEqualTo("COMPLETED");
      assertThat(job.at("/counts/succeeded").intValue()).isEqualTo(count);
      return job;
    }
  }

  private static String stored(ServiceClient caller, String contentType, byte[] content)
      throws Exception {
    return assertStatus(
            caller.send(
                caller
                    .request("/files")
                    .header("Content-Type", contentType)
                    .header("filename", "a-file")
                    .POST(BodyPublishers.ofByteArray(content))),
            201)
        .field("file_id");
  }

  /** That are packed to two thirds at best. */
  private static String words(int length, int seed) {
    Random random = new Random(seed);
    StringBuilder words = new StringBuilder();
    while (words.length() < length) {
      words.append(Long.toString(random.nextLong() >>> 1, 36)).append(' ');
    }
    return words.toString();
  }
}
