package ai.fileprocessing.local;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * One job over files of this machine: uploads them, waits and prints the results, each under the
 * name of its file where there are several. In mode {@code together} there is one result.
 */
final class DemoJob {
  private static final String TOGETHER = "together";
  private static final long POLL_NANOS = 200_000_000L;

  private final ServiceClient client;
  private final PrintStream results;
  private final Consumer<String> progress;

  DemoJob(ServiceClient client, PrintStream results, Consumer<String> progress) {
    this.client = client;
    this.results = results;
    this.progress = progress;
  }

  /**
   * Runs it.
   *
   * @throws IllegalStateException when not every file has a result, after those that have were
   *     printed
   */
  void run(List<Path> files, String prompt, String mode) throws IOException, InterruptedException {
    List<String> fileIds = new ArrayList<>();
    for (Path file : files) {
      progress.accept("Uploading " + file.getFileName() + " …");
      fileIds.add(client.upload(file).field("file_id"));
    }
    String jobId = client.submit(fileIds, prompt, mode).field("job_id");
    progress.accept("Job " + jobId + " is at work …");
    JsonNode job = finished(jobId);
    boolean completed = job.path("job_status").asString("").equals("COMPLETED");
    if (!mode.equals(TOGETHER)) {
      printEach(jobId, job.path("input_files"));
    } else if (completed) {
      results.println(result(jobId, "result"));
    }
    if (!completed) {
      throw new IllegalStateException("The job failed. " + why(job));
    }
    progress.accept("Done.");
  }

  private JsonNode finished(String jobId) throws IOException, InterruptedException {
    JsonNode job = client.get("/jobs/" + jobId).json();
    while (!job.path("finished_at").isNumber()) {
      LockSupport.parkNanos(POLL_NANOS);
      job = client.get("/jobs/" + jobId).json();
    }
    return job;
  }

  private void printEach(String jobId, JsonNode files) throws IOException, InterruptedException {
    for (JsonNode file : files) {
      if (file.path("status").asString("").equals("SUCCEEDED")) {
        if (files.size() > 1) {
          results.println("== " + file.path("filename").asString("") + " ==");
        }
        results.println(result(jobId, file.path("file_id").asString("")));
      }
    }
  }

  private String result(String jobId, String id) throws IOException, InterruptedException {
    String url = client.get("/jobs/" + jobId + "/download/" + id).field("presigned_url");
    return client.fetch(url).text();
  }

  /** What the job says, or else what its files say. */
  private static String why(JsonNode job) {
    if (job.path("job_error").isString()) {
      return job.path("job_error").asString("");
    }
    List<String> reasons = new ArrayList<>();
    for (JsonNode file : job.path("input_files")) {
      if (file.has("error")) {
        reasons.add(
            file.path("filename").asString("")
                + ": "
                + file.path("error").path("message").asString(""));
      }
    }
    return String.join(" ", reasons);
  }
}
