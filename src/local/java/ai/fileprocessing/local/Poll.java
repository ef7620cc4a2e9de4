package ai.fileprocessing.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A ReceiveMessage call until it is answered.
 *
 * @param deadline when it is answered even without messages, in epoch milliseconds
 */
record Poll(Queue queue, Terms terms, long deadline, Exchange exchange) {
  /** SQS's API reference, ReceiveMessage. */
  private static final int MOST_MESSAGES = 10;

  /** What the consumer asks for. */
  record Terms(
      int most, OptionalInt visibility, int waitSeconds, ReceivedMessage.Wanted attributes) {
    static Terms by(SqsRequest request, Queue queue) {
      return new Terms(
          request.number("MaxNumberOfMessages", 1, MOST_MESSAGES).orElse(1),
          request.number("VisibilityTimeout", 0, QueueSettings.LONGEST_VISIBILITY),
          request
              .number("WaitTimeSeconds", 0, QueueSettings.LONGEST_WAIT)
              .orElse(queue.settings().waitSeconds()),
          ReceivedMessage.Wanted.by(request));
    }
  }

  /** The connection on which the consumer waits. */
  record Exchange(Request request, Response response, Callback callback) {

    /**
     * Looks whether the client hung up, which nobody tells: the server does not read on while it
     * owes an answer. Bytes of a further request, ahead of this answer, end the connection too.
     */
    boolean isOpen() {
      try {
        EndPoint client = client();
        ByteBuffer ahead = BufferUtil.allocate(1);
        return client.isOpen() && client.fill(ahead) == 0;
      } catch (IOException e) {
        return false;
      }
    }

    void abandon() {
      client().close();
      callback.failed(new EofException("The client has gone"));
    }

    private EndPoint client() {
      return request.getConnectionMetaData().getConnection().getEndPoint();
    }
  }

  List<ReceivedMessage> receive() {
    return queue.receive(terms.most(), terms.visibility());
  }

  /**
   * @param lost is told when the answer cannot be written
   */
  void answer(List<ReceivedMessage> messages, Consumer<List<ReceivedMessage>> lost) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (!messages.isEmpty()) {
      ArrayNode array = json.putArray("Messages");
      messages.forEach(message -> array.add(message.json(terms.attributes())));
    }
    Callback written =
        Callback.from(
            exchange.callback()::succeeded,
            failure -> {
              lost.accept(messages);
              exchange.callback().failed(failure);
            });
    Reply.send(exchange.response(), written, 200, SqsCalls.MEDIA_TYPE, json.toString());
  }
}
