package ai.fileprocessing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fileprocessing.faults.FaultProxy;
import ai.fileprocessing.faults.Proxies;
import ai.fileprocessing.local.LocalServer;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.StandIns;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A server of which every way to AWS leads through a proxy. Its queues and its table of jobs are
 * its own, so that no other server works or sweeps what it has; its lease and its sweeper are
 * quick.
 *
 * <p>After each test everything works again, the server must be alive, and its log must have stayed
 * short and without secrets.
 */
final class TroubledServer implements BeforeEachCallback, AfterEachCallback {
  static final int SLOTS = 10;
  static final int ATTEMPTS = 3;

  /** Longer than the lease, shorter than the silence at which a model call counts as lost. */
  static final int LONG_CALL_MILLIS = 4_000;

  /** Of one trouble, however many files it befalls. */
  private static final int MOST_TRACES = 12;

  /** The first line of a stack trace. */
  private static final Pattern TRACE =
      Pattern.compile("^[a-z][\\w.$]*\\.[A-Z]\\w*(Exception|Error)\\b.*");

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Proxies proxies = Proxies.to(StandIns.shared());
  private final TestQueue queue = TestQueue.create("troubled");
  private final LocalServer server;
  private int logged;

  private TroubledServer() {
    Map<String, String> settings =
        new HashMap<>(proxies.environment(queue.url(), queue.deadLettersUrl()));
    settings.put("JOBS_TABLE", TestTable.likeJobs("troubled-jobs"));
    settings.put("JOBS_SLOTS", Integer.toString(SLOTS));
    settings.put("JOBS_CALLER_SLOTS", "100");
    settings.put("JOBS_ATTEMPTS", Integer.toString(ATTEMPTS));
    settings.put("JOBS_LEASE", "PT3S");
    settings.put("JOBS_DEAD_LETTERS", "PT1S");
    settings.put("JOBS_SWEEP", "PT1S");
    settings.put("JOBS_SWEEP_AFTER", "PT2S");
    settings.put("BEDROCK_TIMEOUT", "PT6S");
    settings.put("METRICS_AUTHENTICATION", "false");
    server = Deployment.ready(Deployment.launch("troubled", settings));
  }

  /** The one that all tests share, since a start takes long. */
  static TroubledServer get() {
    return Running.SERVER;
  }

  FaultProxy s3() {
    return proxies.s3();
  }

  FaultProxy dynamodb() {
    return proxies.dynamodb();
  }

  FaultProxy sqs() {
    return proxies.sqs();
  }

  FaultProxy bedrock() {
    return proxies.bedrock();
  }

  TestQueue queue() {
    return queue;
  }

  /** A caller whom no other test knows. */
  ServiceClient someone() {
    return Deployment.caller(server, Deployment.newUser());
  }

  ServiceClient caller(String user) {
    return Deployment.caller(server, user);
  }

  Reading metrics() throws IOException {
    return Reading.of(server.uri());
  }

  void assertLives() throws Exception {
    assertThat(server.process().isAlive()).isTrue();
    URI live = server.uri().resolve("/health/live");
    assertThat(HTTP.send(HttpRequest.newBuilder(live).build(), BodyHandlers.ofString()))
        .satisfies(answer -> assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200));
  }

  @Override
  public void beforeEach(ExtensionContext test) throws IOException {
    logged = log().size();
  }

  @Override
  public void afterEach(ExtensionContext test) throws Exception {
    for (FaultProxy proxy : proxies.all()) {
      proxy.clear();
      proxy.up();
    }
    StandIns.shared().bedrock().reset();
    assertLives();
    List<String> log = log();
    List<String> news = log.subList(logged, log.size());
    assertThat(news.stream().filter(line -> TRACE.matcher(line).matches()))
        .as("stack traces")
        .hasSizeLessThanOrEqualTo(MOST_TRACES);
    assertThat(news)
        .noneMatch(line -> line.contains(SomeJob.SECRET))
        .noneMatch(line -> line.contains("eyJ"))
        .noneMatch(line -> line.contains("X-Amz-Signature"))
        .noneMatch(
            line -> line.contains(StandIns.shared().environment().get("AWS_SECRET_ACCESS_KEY")));
  }

  private List<String> log() throws IOException {
    return Files.readAllLines(server.log(), StandardCharsets.UTF_8);
  }

  private static final class Running {
    static final TroubledServer SERVER = new TroubledServer();

    private Running() {}
  }
}
