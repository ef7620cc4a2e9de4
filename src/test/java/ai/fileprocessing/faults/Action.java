package ai.fileprocessing.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** What happens to a call on its way; as it stands, nothing. */
interface Action {
  /** Comes before the server hears of the call. */
  default void beforeForwarding() throws IOException {}

  /** The whole answer, when the server is not to be asked. */
  default Optional<byte[]> answerTo(Exchange exchange) {
    return Optional.empty();
  }

  default void send(Request request, OutputStream server) throws IOException {
    request.sendTo(server);
  }

  default void answer(HttpHead head, HttpBody body, OutputStream client) throws IOException {
    client.write(head.bytes());
    body.copyTo(client);
  }
}
