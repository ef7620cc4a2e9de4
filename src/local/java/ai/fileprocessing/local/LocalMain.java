package ai.fileprocessing.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The stand-ins beside Liberty's dev mode: started by Maven, says how to use the service once it is
 * ready, and ends with Maven. A Maven that is killed cannot end its server; this process then does.
 */
public final class LocalMain {
  private LocalMain() {}

  /**
   * Runs it.
   *
   * @param arguments the folder of the Liberty that Maven runs
   */
  public static void main(String[] arguments) throws InterruptedException, IOException {
    ProcessHandle maven = ProcessHandle.current().parent().orElseThrow();
    try (StandIns standIns =
        StandIns.start(Ports.fromProperties(), Path.of(System.getProperty("stand-ins.data")))) {
      Runtime.getRuntime().addShutdownHook(new Thread(standIns::close, "stop-stand-ins"));
      URI service = LoopbackServer.uri(Integer.getInteger("http.port"));
      CompletableFuture<ProcessHandle> end = maven.onExit();
      boolean told = false;
      while (!end.isDone()) {
        if (!told && isReady(service)) {
          System.out.println(howTo(service, standIns.ports()));
          told = true;
        }
        TimeUnit.SECONDS.sleep(1);
      }
      new ProcessBuilder("sh", Path.of(arguments[0], "bin", "server").toString(), "stop")
          // Its own output would go to a pipe that nobody reads any more, and that would end it.
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IllegalStateException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static boolean isReady(URI service) throws InterruptedException {
    HttpRequest ask =
        HttpRequest.newBuilder(service.resolve("/health/ready"))
            .timeout(Duration.ofSeconds(2))
            .build();
    try {
      return HttpClient.newHttpClient().send(ask, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static String howTo(URI service, Ports ports) {
    return """

        The service is ready at %1$s; its AWS is made of stand-ins. In another shell:

          TOKEN=$(curl -s '%2$s/token?user=alice')

          FILE=$(curl -s %1$s/files -H "Authorization: Bearer $TOKEN" -H 'Content-Type: text/plain' -H 'filename: README.md' --data-binary @README.md | sed -E 's/.*"file_id":"([^"]+)".*/\\1/')

          JOB=$(curl -s %1$s/jobs -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"files":["'$FILE'"],"prompt":"Summarise this."}' | sed -E 's/.*"job_id":"([^"]+)".*/\\1/')

          curl -s %1$s/jobs/$JOB -H "Authorization: Bearer $TOKEN"     # again, until it says COMPLETED

          curl -s "$(curl -s %1$s/jobs/$JOB/download/$FILE -H "Authorization: Bearer $TOKEN" | sed -E 's/.*"presigned_url":"([^"]+)".*/\\1/')"

        Change a class and save: it is reloaded. Ctrl-C ends everything.
        """
        .formatted(service, LoopbackServer.uri(ports.cognito()));
  }
}
