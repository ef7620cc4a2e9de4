package ai.fileprocessing.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * The port of each stand-in on 127.0.0.1. Each has a system property: {@code s3.port}, {@code
 * dynamodb.port}, {@code sqs.port}, {@code bedrock.port} and {@code cognito.port}.
 */
public record Ports(int s3, int dynamodb, int sqs, int bedrock, int cognito) {

  /** 9081 to 9085, each of which a system property can change. */
  public static Ports fromProperties() {
    return new Ports(
        Integer.getInteger("s3.port", 9081),
        Integer.getInteger("dynamodb.port", 9082),
        Integer.getInteger("sqs.port", 9083),
        Integer.getInteger("bedrock.port", 9084),
        Integer.getInteger("cognito.port", 9085));
  }

  /** Five ports that nobody listened on a moment ago. */
  public static Ports free() {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      // All five are held open together, or the system might hand out the same one twice.
      for (int i = 0; i < 5; i++) {
        sockets.add(listen(0));
      }
      int[] free = sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
      return new Ports(free[0], free[1], free[2], free[3], free[4]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      sockets.forEach(Ports::release);
    }
  }

  void requireFree() {
    requireFree("the S3 stand-in", "s3", s3);
    requireFree("the DynamoDB stand-in", "dynamodb", dynamodb);
    requireFree("the SQS stand-in", "sqs", sqs);
    requireFree("the Bedrock stand-in", "bedrock", bedrock);
    requireFree("the Cognito stand-in", "cognito", cognito);
  }

  static void requireFree(String service, String name, int port) {
    try {
      release(listen(port));
    } catch (BindException e) {
      throw new IllegalStateException(
          "Port %d, for %s, is taken: stop what listens there or choose another with -D%s.port=NUMBER"
              .formatted(port, service, name),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ServerSocket listen(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.bind(new InetSocketAddress(InetAddress.getByName(LoopbackServer.HOST), port));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static void release(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
