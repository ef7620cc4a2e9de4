package ai.fileprocessing.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/**
 * The main job from end to end: starts the stand-ins and the service on free ports, uploads a file,
 * runs a prompt over it and prints the result. Standard output holds the result and nothing else;
 * progress goes to standard error.
 */
public final class DemoMain {
  private static final long POLL_NANOS = 200_000_000L;

  private DemoMain() {}

  /**
   * Runs it.
   *
   * @param arguments the server's folder, a folder for what it writes, the file, the prompt
   */
  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[2]);
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      fail("There is no file to read at " + file + ". Name one with -Dfile=PATH.");
    }
    say("Starting the stand-ins for AWS and the service …");
    try (StandIns standIns = StandIns.startTemporary(Ports.free());
        LocalServer server =
            LocalServer.launch(
                Path.of(arguments[0]), standIns.environment(), Path.of(arguments[1]))) {
      String token = standIns.cognito().token("demo");
      String result = run(new ServiceClient(server.awaitReady().uri(), token), file, arguments[3]);
      System.out.println(result);
    } catch (IllegalStateException e) {
      fail(e.getMessage());
    }
  }

  private static String run(ServiceClient client, Path file, String prompt)
      throws IOException, InterruptedException {
    say("Uploading " + file.getFileName() + " …");
    String fileId = client.upload(file).field("file_id");
    String jobId = client.submit(List.of(fileId), prompt).field("job_id");
    say("Job " + jobId + " is at work …");
    JsonNode job = client.get("/jobs/" + jobId).json();
    while (!job.path("finished_at").isNumber()) {
      LockSupport.parkNanos(POLL_NANOS);
      job = client.get("/jobs/" + jobId).json();
    }
    if (!job.path("job_status").stringValue().equals("COMPLETED")) {
      throw new IllegalStateException("The job failed. " + job.path("job_error").stringValue());
    }
    say("Done.");
    String url = client.get("/jobs/" + jobId + "/download/" + fileId).field("presigned_url");
    return client.fetch(url).text();
  }

  private static void say(String progress) {
    System.err.println(progress);
  }

  private static void fail(String why) {
    System.err.println(why);
    System.exit(1);
  }
}
