package ai.fileprocessing.local;

import java.nio.file.Path;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/**
 * DynamoDB Local behind a server of our own, because its own listens on every interface and reports
 * its starts to AWS.
 */
final class DynamoDbServer implements AutoCloseable {
  // A field, or the logger could be collected and its level with it.
  private static final Logger SQLITE = Logger.getLogger("com.almworks.sqlite4java");

  static {
    SQLITE.setLevel(Level.WARNING);
  }

  private final LocalDynamoDBRequestHandler database;
  private final LoopbackServer server;

  /** Keeps its tables under {@code data}, or in memory if there is none. */
  DynamoDbServer(int port, Optional<Path> data) {
    database =
        new LocalDynamoDBRequestHandler(
            0, data.isEmpty(), data.map(Path::toString).orElse(null), true, false);
    server = LoopbackServer.start("dynamodb", port, new LocalDynamoDBServerHandler(database, ""));
  }

  @Override
  public void close() {
    server.close();
    database.shutdown();
  }
}
