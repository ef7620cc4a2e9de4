package ai.fileprocessing.e2e;

import static ai.fileprocessing.e2e.Answers.assertStatus;
import static org.awaitility.Awaitility.await;

import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.StandIns;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What the load tests share. The sizes are small in every build and true in {@code -Pload}. */
final class Load {
  /** Parts of one form (the most that the service takes). */
  private static final int PARTS = 100;

  /** Files of one job (the default's most). */
  private static final int JOB = 1_000;

  private Load() {}

  static int size(String name, int small) {
    return Integer.getInteger("load." + name, small);
  }

  /** Prints a line that the report is made of. */
  static void figure(String format, Object... values) {
    System.out.println("FIGURE " + format.formatted(values));
  }

  /** Uploads so many small files and returns their ids. */
  static List<String> uploaded(ServiceClient caller, int count) throws Exception {
    List<String> ids = new ArrayList<>();
    while (ids.size() < count) {
      JsonNode files = form(caller, Math.min(PARTS, count - ids.size()), ids.size());
      if (files.isArray()) {
        files.valueStream().forEach(it -> ids.add(it.path("file_id").stringValue()));
      } else {
        ids.add(files.path("file_id").stringValue());
      }
    }
    return ids;
  }

  private static JsonNode form(ServiceClient caller, int parts, int first) throws Exception {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < parts; i++) {
      body.append("--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"")
          .append(first + i)
          .append(".txt\"\r\nContent-Type: text/plain\r\n\r\nSome words of file ")
          .append(first + i)
          .append(".\r\n");
    }
    return assertStatus(
            caller.send(
                caller
                    .request("/files")
                    .header("Content-Type", "multipart/form-data; boundary=x")
                    .POST(BodyPublishers.ofString(body.append("--x--\r\n").toString()))),
            201)
        .json();
  }

  /** Submits one job after the other over files, each with as many as a job may have. */
  static List<String> submitted(ServiceClient caller, List<String> files, int times)
      throws Exception {
    List<String> jobs = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      for (int from = 0; from < files.size(); from += JOB) {
        List<String> some = files.subList(from, Math.min(from + JOB, files.size()));
        jobs.add(assertStatus(caller.submit(some, "Read."), 201).field("job_id"));
      }
    }
    return jobs;
  }

  /** Waits until all jobs have ended and returns them. */
  static List<JsonNode> finished(ServiceClient caller, List<String> jobs, Duration patience) {
    List<JsonNode> ended = new ArrayList<>();
    for (String job : jobs) {
      ended.add(
          await()
              .atMost(patience)
              .pollInterval(Duration.ofMillis(250))
              .until(
                  () -> assertStatus(caller.get("/jobs/" + job), 200).json(),
                  it -> it.path("finished_at").isNumber()));
    }
    return ended;
  }

  /** The most resident memory that the server's process has had, in megabytes (Linux). */
  static long mostResident(LocalServer server) throws IOException {
    Path status = Path.of("/proc/" + server.process().pid() + "/status");
    Matcher most =
        Pattern.compile("VmHWM:\\s+(\\d+)")
            .matcher(Files.readString(status, StandardCharsets.US_ASCII));
    if (!most.find()) {
      throw new IllegalStateException(status + " does not tell it");
    }
    return Long.parseLong(most.group(1)) / 1024;
  }

  /** A queue of its own for a server's work. */
  static Map<String, String> queue(String name) {
    var sqs = StandIns.shared().sqs();
    return Map.of("JOBS_QUEUE_URL", sqs.createQueue(it -> it.queueName(name)).queueUrl());
  }
}
