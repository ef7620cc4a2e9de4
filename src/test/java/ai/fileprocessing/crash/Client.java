package ai.fileprocessing.crash;

import ai.fileprocessing.crash.History.Accepted;
import ai.fileprocessing.crash.History.Cancelled;
import ai.fileprocessing.crash.History.Deleted;
import ai.fileprocessing.crash.History.Failed;
import ai.fileprocessing.crash.History.Listed;
import ai.fileprocessing.crash.History.Read;
import ai.fileprocessing.crash.History.Retried;
import ai.fileprocessing.crash.History.Seen;
import ai.fileprocessing.crash.History.Span;
import ai.fileprocessing.e2e.Deployment;
import ai.fileprocessing.local.ServiceClient;
import ai.fileprocessing.local.ServiceClient.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A caller who asks whichever server is there, asks again while none answers, and writes down all
 * that it sees. Safe for several threads.
 */
final class Client {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** Longer than the longest backoff of the service, which is 5 minutes. */
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  private static final UnaryOperator<HttpRequest.Builder> POST =
      it -> it.POST(BodyPublishers.noBody());

  private static final Pattern NEXT = Pattern.compile("<([^>]*)>; *rel=\"next\"");

  /** Answers after which the same request is to be sent again: not yet, too much, or broken. */
  private static final Set<Integer> AGAIN = Set.of(408, 429, 500, 502, 503, 504);

  private final Cluster cluster;
  private final History history;
  private final String user = Deployment.newUser();
  private final ServiceClient service;
  private final Set<String> read = ConcurrentHashMap.newKeySet();

  Client(Cluster cluster, History history) {
    this.cluster = cluster;
    this.history = history;
    // Its requests name a server, and carry a token that is fresh, themselves.
    service = new ServiceClient(URI.create("http://127.0.0.1/"), "");
  }

  /** Uploads a text. The file's id. */
  String upload(String text) {
    return ask(
            "/files",
            it ->
                it.header("Content-Type", "text/plain")
                    .header("filename", "notes.txt")
                    .POST(BodyPublishers.ofString(text)),
            201)
        .field("file_id");
  }

  /** Submits a job under a key of its own, as often as it takes. The job's id. */
  String submit(List<String> files) {
    return submit(UUID.randomUUID().toString(), files);
  }

  /** The same request again under the same key is the same job. */
  String submit(String key, List<String> files) {
    String body = JSON.writeValueAsString(Map.of("files", files, "prompt", "Read."));
    String jobId =
        ask(
                "/jobs",
                it ->
                    it.header("Content-Type", "application/json")
                        .header("Idempotency-Key", key)
                        .POST(BodyPublishers.ofString(body)),
                201)
            .field("job_id");
    history.add(new Accepted(user, key, jobId, Set.copyOf(files)));
    return jobId;
  }

  /** Looks at a job until it has ended. */
  JsonNode watch(String jobId) {
    return patiently().until(() -> look(jobId), Client::hasEnded);
  }

  static boolean hasEnded(JsonNode job) {
    return job.path("finished_at").isNumber();
  }

  /** Looks once at a job, and reads each result as soon as it is said to be there. */
  JsonNode look(String jobId) {
    long asked = System.nanoTime();
    JsonNode job = get("/jobs/" + jobId, 200).json();
    Map<String, String> statuses = statuses(job);
    saw(jobId, job, statuses, Span.since(asked));
    statuses.forEach(
        (file, status) -> {
          if (status.equals("SUCCEEDED") && read.add(jobId + "/" + file)) {
            read(jobId, file);
          }
        });
    return job;
  }

  /** Cancels a job; the answer says what has become of its files. */
  void cancel(String jobId) {
    long asked = System.nanoTime();
    JsonNode job = ask("/jobs/" + jobId + "/cancel", POST, 200).json();
    Span span = Span.since(asked);
    saw(jobId, job, statuses(job), span);
    history.add(new Cancelled(jobId, span));
  }

  /** Asks once for a retry: sent again, it would be another one. */
  void retry(String jobId) throws InterruptedException {
    long asked = System.nanoTime();
    Optional<Answer> answer = once("/jobs/" + jobId + "/retry", POST);
    if (answer.filter(it -> it.status() == 409).isPresent()) {
      return;
    }
    Span span = Span.since(asked);
    boolean done = answer.filter(it -> it.status() == 200).isPresent();
    history.add(new Retried(jobId, done ? span : span.andLater(PATIENCE)));
    if (done) {
      JsonNode job = answer.get().json();
      saw(jobId, job, statuses(job), span);
    }
  }

  /** Deletes a job, as often as it takes: repeated, it finds the job gone. */
  void delete(String jobId) {
    long asked = System.nanoTime();
    ask("/jobs/" + jobId, HttpRequest.Builder::DELETE, 204, 404);
    history.add(new Deleted(jobId, Span.since(asked)));
  }

  /** Looks at a job that was deleted, and for a result of it; whatever there is of it is seen. */
  void lookAtDeleted(String jobId, String fileId) {
    long asked = System.nanoTime();
    Answer answer = get("/jobs/" + jobId, 200, 404);
    if (answer.status() == 200) {
      saw(jobId, answer.json(), statuses(answer.json()), Span.since(asked));
    }
    read(jobId, fileId);
  }

  private void saw(String jobId, JsonNode job, Map<String, String> statuses, Span span) {
    boolean waits = job.path("input_files").valueStream().anyMatch(it -> it.has("waiting"));
    history.add(new Seen(jobId, job.path("job_status").stringValue(), statuses, waits, span));
    for (JsonNode file : job.path("input_files")) {
      if (file.has("error")) {
        String code = file.at("/error/code").stringValue();
        history.add(new Failed(jobId, file.path("file_id").stringValue(), code));
      }
    }
  }

  /** Reads the result of a file, or that there is none. */
  void read(String jobId, String fileId) {
    long asked = System.nanoTime();
    Answer answer = get("/jobs/" + jobId + "/download/" + fileId, 200, 404, 409);
    String content = answer.status() == 200 ? fetched(answer.field("presigned_url")) : null;
    history.add(new Read(jobId, fileId, content, Span.since(asked)));
  }

  /** What its jobs of the last days have used, all together. */
  JsonNode used() {
    return get("/usage", 200).json().path("total");
  }

  /** Looks at everything once more, when nothing changes any more. */
  void lookAtAll() {
    Set<String> jobs = new HashSet<>();
    Optional<String> page = Optional.of("/jobs?limit=100");
    while (page.isPresent()) {
      Answer answer = get(page.get(), 200);
      answer.json().valueStream().forEach(job -> jobs.add(job.path("job_id").stringValue()));
      Matcher next = NEXT.matcher(answer.header("Link"));
      page = next.find() ? Optional.of(next.group(1)) : Optional.empty();
    }
    history.add(new Listed(user, jobs));
    for (String job : jobs) {
      statuses(look(job)).keySet().forEach(file -> read(job, file));
    }
  }

  /** What the presigned URL gives; null when that is nothing. */
  private String fetched(String presigned) {
    Answer answer =
        patiently()
            .ignoreException(IOException.class)
            .until(() -> service.fetch(presigned), it -> it.status() < 500);
    return answer.status() == 200 ? answer.text() : null;
  }

  private static Map<String, String> statuses(JsonNode job) {
    Map<String, String> statuses = new TreeMap<>();
    job.path("input_files")
        .forEach(
            it -> statuses.put(it.path("file_id").stringValue(), it.path("status").stringValue()));
    return statuses;
  }

  private Answer get(String path, Integer... good) {
    return ask(path, it -> it, good);
  }

  private Answer ask(String path, UnaryOperator<HttpRequest.Builder> request, Integer... good) {
    Answer answer =
        patiently()
            .until(() -> once(path, request), it -> it.filter(Client::isFinal).isPresent())
            .get();
    if (!List.of(good).contains(answer.status())) {
      throw new AssertionError("HTTP " + answer.status() + ": " + answer.text());
    }
    return answer;
  }

  private Optional<Answer> once(String path, UnaryOperator<HttpRequest.Builder> request)
      throws InterruptedException {
    Optional<URI> address = cluster.anyAddress();
    if (address.isEmpty()) {
      return Optional.empty();
    }
    HttpRequest.Builder plain =
        service
            .request(address.get().resolve(path).toString())
            .timeout(Duration.ofSeconds(20))
            .setHeader("Authorization", "Bearer " + cluster.standIns().cognito().token(user));
    try {
      return Optional.of(service.send(request.apply(plain)));
    } catch (IOException e) {
      // Killed, or it does not answer: whether it did what it was asked, nobody knows.
      return Optional.empty();
    }
  }

  private static boolean isFinal(Answer answer) {
    return !AGAIN.contains(answer.status())
        && !(answer.status() == 409 && answer.text().contains("IDEMPOTENCY_KEY_IN_USE"));
  }

  private static ConditionFactory patiently() {
    return Awaitility.await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(100));
  }
}
