package ai.fileprocessing.local;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * Runs the stand-ins in the foreground and prints the environment that points a server at them.
 *
 * <p>Objects, rows and keys are kept in the folder {@code .local}, or the one that the system
 * property {@code stand-ins.data} names; messages are not kept. {@link Ports} names the properties
 * for the ports. {@link BedrockConfig} names the variables for Bedrock's behaviour, which reach
 * this process through Maven too: {@code BEDROCK_LATENCY_MS=500 mvn -Pstand-ins}.
 */
public final class StandInsMain {
  private StandInsMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    // Whoever kills the parent without mercy cannot tell this process to stop as well.
    ProcessHandle.current()
        .parent()
        .ifPresent(parent -> parent.onExit().thenRun(() -> System.exit(0)));
    StandIns standIns;
    try {
      standIns =
          StandIns.start(
              Ports.fromProperties(), Path.of(System.getProperty("stand-ins.data", ".local")));
    } catch (RuntimeException e) {
      System.err.println(e.getMessage());
      System.exit(1);
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(standIns::close, "stop-stand-ins"));
    standIns
        .environment()
        .forEach((name, value) -> System.out.println("export " + name + "=" + value));
    System.out.flush();
    System.err.println("The stand-ins run until Ctrl-C.");
    new CountDownLatch(1).await();
  }
}
