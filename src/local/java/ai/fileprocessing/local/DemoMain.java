package ai.fileprocessing.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The main job from end to end: starts the stand-ins and the service on free ports and runs a
 * prompt over files. Standard output holds the results and nothing else; progress goes to standard
 * error.
 */
public final class DemoMain {
  private DemoMain() {}

  /**
   * Runs it.
   *
   * @param arguments the server's folder, a folder for what it writes, the files with commas
   *     between them, the prompt, the mode
   */
  public static void main(String[] arguments) throws Exception {
    List<Path> files = Stream.of(arguments[2].split(",")).map(String::strip).map(Path::of).toList();
    for (Path file : files) {
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        fail("There is no file to read at " + file + ". Name files with -Dfile=PATH,PATH.");
      }
    }
    say("Starting the stand-ins for AWS and the service …");
    try (StandIns standIns = StandIns.startTemporary(Ports.free());
        LocalServer server =
            LocalServer.launch(
                Path.of(arguments[0]), standIns.environment(), Path.of(arguments[1]))) {
      String token = standIns.cognito().token("demo");
      ServiceClient client = new ServiceClient(server.awaitReady().uri(), token);
      new DemoJob(client, System.out, DemoMain::say).run(files, arguments[3], arguments[4]);
    } catch (IllegalStateException e) {
      fail(e.getMessage());
    }
  }

  private static void say(String progress) {
    System.err.println(progress);
  }

  private static void fail(String why) {
    System.err.println(why);
    System.exit(1);
  }
}
