package ai.fileprocessing.jobs;

import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.inference.Parameters;
import ai.fileprocessing.local.StandIns;
import ai.fileprocessing.platform.Ids;
import ai.fileprocessing.platform.Json;
import ai.fileprocessing.platform.TestFloor;
import ai.fileprocessing.platform.TickingClock;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The parts of the jobs room over the stand-ins, with queues that no other test uses. */
final class TestJobs {
  static final long NOW = 1_700_000_000;

  final TickingClock clock = new TickingClock(NOW);
  final Ids ids = new Ids();
  final DynamoDbClient dynamodb = StandIns.shared().dynamodb();
  final SqsClient sqs = StandIns.shared().sqs();
  final String alice = TestFloor.user();
  final JobsSettings settings;
  final JobRowFormat format = new JobRowFormat(Json.strict());
  final JobRows rows;
  final Claims claims;
  final Results results;
  final WorkQueue queue;

  TestJobs() {
    this(Map.of());
  }

  TestJobs(Map<String, String> changes) {
    Map<String, String> values = new HashMap<>(changes);
    String name = "test-" + UUID.randomUUID();
    values.put("jobs.queue.url", create(name));
    values.put("jobs.dead.letter.queue.url", create(name + "-dead"));
    settings = JobsSettings.from(TestFloor.settings(values));
    rows = new JobRows(dynamodb, format, settings);
    claims = new Claims(dynamodb, rows, ids, clock, settings);
    results = new Results(StandIns.shared().s3(), TestFloor.links(clock), settings);
    queue = new WorkQueue(sqs, sqs, Json.strict(), settings);
  }

  /** A client whose every update is sent twice, as the SDK does when the first answer is lost. */
  DynamoDbClient repeating() {
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            TestJobs.class.getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (proxy, method, arguments) -> {
              UpdateItemRequest.Builder update = UpdateItemRequest.builder();
              @SuppressWarnings("unchecked")
              Consumer<UpdateItemRequest.Builder> fill =
                  (Consumer<UpdateItemRequest.Builder>) arguments[0];
              fill.accept(update);
              dynamodb.updateItem(update.build());
              return dynamodb.updateItem(update.build());
            });
  }

  JobSpec spec() {
    return spec(alice);
  }

  JobSpec spec(String userId) {
    return new JobSpec(
        userId,
        ids.next(),
        "prompt",
        "model",
        new Parameters(100, 0.4, null, null),
        Map.of("k", "v"),
        clock.instant().getEpochSecond());
  }

  List<JobFile> pending(String userId, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> JobFile.pending(file(userId, "f" + i), i, NOW))
        .toList();
  }

  StoredFile file(String userId, String name) {
    return new StoredFile(ids.next(), name, "text/plain", 5, "00", userId, NOW);
  }

  /** A stored job with so many files. */
  Job job(String userId, int files) {
    JobSpec spec = spec(userId);
    rows.commit(spec, pending(userId, files));
    return rows.find(userId, spec.jobId()).orElseThrow();
  }

  static Ticket ticket(Job job, int position) {
    return new Ticket(job.userId(), job.jobId(), job.inputFiles().get(position).file().fileId());
  }

  Claim.Held held(Ticket ticket) {
    return (Claim.Held) claims.claim(ticket);
  }

  /** How many messages wait, and how many are in somebody's hands. */
  List<Integer> depth() {
    return depth(settings.queue().toString());
  }

  List<Integer> deadDepth() {
    return depth(settings.deadLetterQueue().toString());
  }

  private List<Integer> depth(String url) {
    var attributes =
        sqs.getQueueAttributes(it -> it.queueUrl(url).attributeNames(QueueAttributeName.ALL))
            .attributes();
    return List.of(
        Integer.valueOf(attributes.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES)),
        Integer.valueOf(
            attributes.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE)));
  }

  private String create(String name) {
    return sqs.createQueue(it -> it.queueName(name)).queueUrl();
  }
}
