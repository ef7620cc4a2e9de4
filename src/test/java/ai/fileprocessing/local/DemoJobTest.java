package ai.fileprocessing.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The demo against a service that keeps the contract. */
class DemoJobTest {
  @TempDir Path folder;

  private final int port = Ports.free().s3();
  private final Service service = new Service();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private LoopbackServer server;

  @BeforeEach
  void start() {
    server = LoopbackServer.start("service", port, service);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void oneFileHasItsResultAndNothingElse() throws Exception {
    run("each", "a.txt");

    assertThat(printed()).isEqualTo("result of a.txt\n");
    assertThat(service.job.path("mode").asString("")).isEqualTo("each");
    assertThat(service.job.path("prompt").asString("")).isEqualTo("p");
    assertThat(service.job.path("files")).hasSize(1);
  }

  @Test
  void severalFilesHaveTheirResultsOneAfterAnother() throws Exception {
    run("each", "a.txt", "b.txt");

    assertThat(printed()).isEqualTo("== a.txt ==\nresult of a.txt\n== b.txt ==\nresult of b.txt\n");
  }

  @Test
  void filesTogetherHaveOneResult() throws Exception {
    run("together", "a.txt", "b.txt");

    assertThat(printed()).isEqualTo("result of result\n");
    assertThat(service.job.path("mode").asString("")).isEqualTo("together");
    assertThat(service.job.path("files")).hasSize(2);
  }

  @Test
  void aFileThatFailedIsToldAfterTheResultsOfTheOthers() {
    service.failing = Optional.of("b.txt");

    assertThatThrownBy(() -> run("each", "a.txt", "b.txt"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The job failed. b.txt: it is broken");
    assertThat(printed()).isEqualTo("== a.txt ==\nresult of a.txt\n");
  }

  @Test
  void aRefusedJobIsTold() {
    assertThatThrownBy(() -> run("sideways", "a.txt"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("HTTP 422", "no such mode");
  }

  private void run(String mode, String... names) throws Exception {
    List<Path> files = new ArrayList<>();
    for (String name : names) {
      files.add(Files.writeString(folder.resolve(name), name));
    }
    ServiceClient client = new ServiceClient(LoopbackServer.uri(port), "token");
    new DemoJob(client, new PrintStream(printed, true, StandardCharsets.UTF_8), said -> {})
        .run(files, "p", mode);
  }

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  /** Its files' ids are their names. */
  private final class Service extends Handler.Abstract {
    private volatile JsonNode job;
    private volatile Optional<String> failing = Optional.empty();

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      String path = request.getHttpURI().getPath();
      ObjectNode answer = JsonMapper.shared().createObjectNode();
      String name = path.substring(path.lastIndexOf('/') + 1);
      if (path.equals("/files")) {
        answer.put("file_id", request.getHeaders().get("filename"));
      } else if (path.equals("/jobs")) {
        job =
            JsonMapper.shared().readTree(Content.Source.asString(request, StandardCharsets.UTF_8));
        if (!List.of("each", "together").contains(job.path("mode").asString(""))) {
          return Reply.json(response, callback, 422, answer.put("detail", "no such mode"));
        }
        answer.put("job_id", "j");
      } else if (path.equals("/jobs/j")) {
        describe(answer);
      } else if (path.startsWith("/jobs/j/download/")) {
        answer.put("presigned_url", LoopbackServer.uri(port) + "/bucket/" + name);
      } else {
        return Reply.send(response, callback, 200, "text/plain", "result of " + name);
      }
      return Reply.json(response, callback, 200, answer);
    }

    private void describe(ObjectNode answer) {
      answer.put("finished_at", 1);
      answer.put("job_status", failing.isEmpty() ? "COMPLETED" : "PARTIAL").putNull("job_error");
      var files = answer.putArray("input_files");
      for (JsonNode id : job.path("files")) {
        boolean failed = failing.filter(id.asString("")::equals).isPresent();
        ObjectNode file =
            files
                .addObject()
                .put("file_id", id.asString(""))
                .put("filename", id.asString(""))
                .put("status", failed ? "FAILED" : "SUCCEEDED");
        if (failed) {
          file.putObject("error").put("code", "BROKEN").put("message", "it is broken");
        }
      }
    }
  }
}
