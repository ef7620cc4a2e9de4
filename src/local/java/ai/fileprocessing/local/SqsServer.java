package ai.fileprocessing.local;

import java.time.Clock;
import java.util.Map;

/**
 * SQS's standard queues in memory, on SQS's JSON protocol: {@code POST /} with the header {@code
 * X-Amz-Target: AmazonSQS.ACTION}.
 *
 * <p>It knows what {@link QueueActions}, {@link MessageActions} and ReceiveMessage list; there are
 * no FIFO queues, permissions, tags or encryption. Unlike SQS it has one order and exact counts,
 * never delivers twice, and lets a queue be purged or made again at once.
 */
public final class SqsServer implements AutoCloseable {
  private final SqsCalls calls;
  private final LoopbackServer server;

  SqsServer(int port) {
    calls = new SqsCalls(LoopbackServer.uri(port), Clock.systemUTC());
    server = LoopbackServer.start("sqs", port, calls);
  }

  /**
   * How often each action was called since the start or the last reset, also where it was refused.
   */
  public Map<String, Long> calls() {
    return calls.counts();
  }

  public void resetCalls() {
    calls.resetCounts();
  }

  /**
   * How many ReceiveMessage calls wait for a message of that queue; one whose client has gone
   * counts until there is something to give it or its time is over.
   */
  public long waitingPolls(String queueUrl) {
    return calls.waitingPolls(queueUrl);
  }

  @Override
  public void close() {
    server.close();
  }
}
