package ai.fileprocessing.faults;

import java.io.IOException;
import java.net.Socket;

/** How connections end. */
final class Sockets {
  private Sockets() {}

  /** The other side sees a reset, not an end. */
  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // It is closed already, which is all that can be had.
    }
    close(socket);
  }

  static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Nobody is left to tell.
    }
  }
}
