package ai.fileprocessing.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * All five stand-ins in this JVM, with the buckets, tables and queues of the template.
 *
 * <p>{@link #environment()} is what a server needs to be pointed at them.
 */
public final class StandIns implements AutoCloseable {
  static final String ACCESS_KEY = "local";
  static final String SECRET_ACCESS_KEY = "local-secret";

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Ports ports;
  private final Clients clients;
  private Bedrock bedrock;
  private Cognito cognito;
  private SqsServer queues;
  private Template template;

  private StandIns(Ports ports) {
    this.ports = ports;
    this.clients = new Clients(ports);
  }

  /** Starts them over a folder in which objects, rows and keys outlive this run. */
  public static StandIns start(Ports ports, Path data) {
    return new StandIns(ports).start(data.toAbsolutePath().normalize(), true);
  }

  /** Starts them over a folder that is deleted in the end. */
  public static StandIns startTemporary(Ports ports) {
    Path data;
    try {
      data = Files.createTempDirectory("stand-ins");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    StandIns standIns = new StandIns(ports);
    standIns.open.push(() -> delete(data));
    return standIns.start(data, false);
  }

  /** The ones that all tests of this JVM share: started at the first call, closed at its end. */
  public static StandIns shared() {
    return Shared.STAND_INS;
  }

  /** The environment variables that point a server at these stand-ins. */
  public Map<String, String> environment() {
    return Environment.of(ports, template);
  }

  public Ports ports() {
    return ports;
  }

  public Bedrock bedrock() {
    return bedrock;
  }

  public Cognito cognito() {
    return cognito;
  }

  public SqsServer queues() {
    return queues;
  }

  /** A client of the S3 stand-in, closed with the stand-ins; so are the others. */
  public S3Client s3() {
    return clients.s3();
  }

  public S3Presigner s3Presigner() {
    return clients.s3Presigner();
  }

  public DynamoDbClient dynamodb() {
    return clients.dynamodb();
  }

  public SqsClient sqs() {
    return clients.sqs();
  }

  /** Tries once: what a stand-in was told to answer is what the caller sees. */
  public BedrockRuntimeClient bedrockRuntime() {
    return clients.bedrockRuntime();
  }

  @Override
  public void close() {
    RuntimeException failed = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        failed = failed == null ? new IllegalStateException("A stand-in did not stop", e) : failed;
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  private StandIns start(Path data, boolean kept) {
    try {
      ports.requireFree();
      template = Template.read(Template.find(), LoopbackServer.uri(ports.sqs()));
      opened(locked(data));
      open.push(new S3Server(ports.s3(), folder(data, "s3")));
      open.push(
          new DynamoDbServer(
              ports.dynamodb(), kept ? Optional.of(folder(data, "dynamodb")) : Optional.empty()));
      queues = opened(new SqsServer(ports.sqs()));
      bedrock = opened(new Bedrock(ports.bedrock(), OpenAiServer.from(System.getenv())));
      cognito = opened(new Cognito(ports.cognito(), folder(data, "cognito")));
      open.push(clients);
      Buckets.create(template, clients.s3());
      Tables.create(template, clients.dynamodb());
      Queues.create(template, clients.sqs());
      return this;
    } catch (IOException e) {
      throw closed(new UncheckedIOException(e));
    } catch (RuntimeException e) {
      throw closed(e);
    }
  }

  private RuntimeException closed(RuntimeException failure) {
    try {
      close();
    } catch (RuntimeException suppressed) {
      failure.addSuppressed(suppressed);
    }
    return failure;
  }

  /** Refuses a folder over which others run, before anything is started. */
  static void requireUnused(Path data) throws IOException {
    locked(data.toAbsolutePath().normalize()).close();
  }

  /** Two runs over one folder, on different ports, would each write the other's files. */
  private static FileChannel locked(Path data) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder(data, "").resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Held by this very JVM, which is the same to the caller.
    }
    channel.close();
    throw new IllegalStateException(
        "Other stand-ins run over the folder " + data + "; end them, or run these in another tree");
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.push(resource);
    return resource;
  }

  private static Path folder(Path data, String name) {
    try {
      return Files.createDirectories(data.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path data) throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static final class Shared {
    static final StandIns STAND_INS = startTemporary(Ports.free());

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(STAND_INS::close, "stop-stand-ins"));
    }

    private Shared() {}
  }
}
