package ai.fileprocessing.e2e;

import static org.awaitility.Awaitility.await;

import ai.fileprocessing.local.Bedrock;
import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.Ports;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.SqsServer;
import ai.fileprocessing.local.StandIns;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A server in the memory of a small pod, over stand-ins of its own: what they count is its work
 * alone, also while the servers of other tests still end theirs.
 */
final class LoadedServer implements AutoCloseable {
  static final int SLOTS = Load.size("slots", 100);

  /** Whether this is the true size, to which the true bounds belong. */
  static final boolean TRUE_SIZE = SLOTS >= 500;

  /**
   * What a pod of 512 MiB would be given. Work that waits for a model lives longer than a minor
   * collection, so that a small young generation leaves the old one the room; the second compiler
   * would cost more memory and time than it gains where a process mostly waits. The AWS SDK keeps
   * buffers softly for each thread: those of a thread that waits for a model go with the next full
   * collection.
   */
  private static final String MEMORY =
      "-Xmx220m -Xmn32m -XX:SoftRefLRUPolicyMSPerMB=0 -XX:+UseSerialGC -Xss256k"
          + " -XX:TieredStopAtLevel=1"
          + (Runtime.version().feature() < 25 ? "" : " -XX:+UseCompactObjectHeaders");

  private final StandIns standIns;
  private final LocalServer server;

  private LoadedServer(StandIns standIns, LocalServer server) {
    this.standIns = standIns;
    this.server = server;
  }

  static LoadedServer launch(String name, Map<String, String> settings) throws Exception {
    Map<String, String> all = new HashMap<>(settings);
    all.put("JVM_ARGS", MEMORY);
    all.put("JOBS_SLOTS", "" + SLOTS);
    all.put("JOBS_OPEN_FILES", "100000");
    StandIns standIns = StandIns.startTemporary(Ports.free());
    return new LoadedServer(standIns, Deployment.launch(name, standIns, all).awaitReady());
  }

  /** A caller whom no other test knows. */
  ServiceClient someone() {
    return new ServiceClient(server.uri(), standIns.cognito().token(Deployment.newUser()));
  }

  Bedrock bedrock() {
    return standIns.bedrock();
  }

  SqsServer queues() {
    return standIns.queues();
  }

  long mostResident() throws IOException {
    return Load.mostResident(server);
  }

  /** Asked of the model, so that nothing is asked of the service meanwhile. */
  void awaitAnswers(int count) {
    await()
        .atMost(Duration.ofMinutes(5))
        .until(() -> bedrock().stats().byOutcome().getOrDefault("end_turn", 0L) >= count);
  }

  @Override
  public void close() {
    try (standIns) {
      server.close();
    }
  }
}
