package ai.fileprocessing.local;

import org.elasticmq.NodeAddress;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;

/** SQS by ElasticMQ, in memory only: its message store on disk loses messages. */
final class SqsServer implements AutoCloseable {
  private final SQSRestServer server;

  SqsServer(int port) {
    server =
        SQSRestServerBuilder.withInterface(LoopbackServer.HOST)
            .withPort(port)
            .withServerAddress(new NodeAddress("http", LoopbackServer.HOST, port, ""))
            .withAWSRegion(Template.REGION)
            .withAWSAccountId(Template.ACCOUNT)
            .start();
    server.waitUntilStarted();
  }

  @Override
  public void close() {
    server.stopAndWait();
  }
}
