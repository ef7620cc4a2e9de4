package ai.fileprocessing.jobs.worker;

import ai.fileprocessing.local.StandIns;
import ai.fileprocessing.platform.CountedMeters;
import ai.fileprocessing.platform.TestFloor;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The worker's queue over the stand-ins, with queues that no other test uses. */
public final class TestWorker {
  private final SqsClient sqs = StandIns.shared().sqs();
  private final WorkerSettings settings;
  private final WorkQueue queue;

  public TestWorker(Map<String, String> changes) {
    Map<String, String> values = new HashMap<>(changes);
    String name = "test-" + UUID.randomUUID();
    values.putIfAbsent("jobs.dead.letter.queue.url", create(name + "-dead", Map.of()));
    String policy =
        "{\"deadLetterTargetArn\": \"%s\", \"maxReceiveCount\": 100}"
            .formatted(arn(values.get("jobs.dead.letter.queue.url")));
    values.putIfAbsent(
        "jobs.queue.url", create(name, Map.of(QueueAttributeName.REDRIVE_POLICY, policy)));
    settings = WorkerSettings.from(TestFloor.settings(values));
    queue = new WorkQueue(sqs, sqs, settings);
  }

  /** With queues that are nowhere. */
  static WorkerSettings settings(int slots, int callerSlots) {
    return new WorkerSettings(
        URI.create("http://queue.invalid/q"),
        URI.create("http://queue.invalid/dead"),
        true,
        slots,
        callerSlots,
        1 << 20,
        Duration.ofSeconds(60),
        Duration.ofSeconds(20),
        Duration.ofMinutes(3));
  }

  public WorkerSettings settings() {
    return settings;
  }

  public WorkQueue queue() {
    return queue;
  }

  /** Leases that are due at once, and extended by the thread that looks for them. */
  static Leases leases(WorkQueue queue) {
    return new Leases(
        queue,
        Runnable::run,
        Duration.ZERO,
        System::nanoTime,
        Clock.systemUTC(),
        new CountedMeters());
  }

  /** A lease as the work loop gives it to work. */
  public Lease lease() {
    return new Lease(new Message("{}", "", "receipt", 1, Instant.EPOCH, Map.of()));
  }

  /** What happens to a lease when the queue has given its message to somebody else. */
  public void lose(Lease lease) {
    lease.lose();
  }

  /** What happens to a lease when the process stops. */
  public void stop(Lease lease) {
    lease.stop();
  }

  /** A process that shows by these beats that it is alive. */
  public Peers peers(Beats beats, String name, LongSupplier nanoTime) {
    return new Peers(beats, settings.lease(), name, nanoTime);
  }

  public void beat(Peers process) {
    process.beat();
  }

  public void leave(Peers process) {
    process.leave();
  }

  /** The bodies of the messages that wait, which are then hidden. */
  public List<String> received() {
    return queue.receive(WorkQueue.BATCH).stream().map(Message::body).toList();
  }

  /** The names of all attributes of the next message, which is then hidden. */
  Set<String> attributes() {
    return sqs.receiveMessage(
            it ->
                it.queueUrl(settings.queue().toString())
                    .messageAttributeNames("All")
                    .waitTimeSeconds(5))
        .messages()
        .get(0)
        .messageAttributes()
        .keySet();
  }

  /** Receives exactly so many; waits for those that are not there yet. */
  List<Message> receive(int count) {
    List<Message> received = new ArrayList<>();
    while (received.size() < count) {
      received.addAll(queue.receive(Math.min(WorkQueue.BATCH, count - received.size())));
    }
    return received;
  }

  /** Sends {@code m0}, {@code m1} and so on. */
  void send(int count) {
    IntStream.range(0, count).forEach(i -> send("m" + i));
  }

  void send(String body) {
    queue.send(List.of(new WorkQueue.Outgoing(body, "caller")));
  }

  void sendDead(int count) {
    IntStream.range(0, count)
        .forEach(
            i ->
                sqs.sendMessage(
                    it -> it.queueUrl(settings.deadLetterQueue().toString()).messageBody("d" + i)));
  }

  DeadLetterQueue deadLetterQueue() {
    return new DeadLetterQueue(sqs, settings);
  }

  /** Moves the dead letters that are visible back to the queue, as an operator does. */
  void redrive() {
    String from = arn(settings.deadLetterQueue().toString());
    String to = arn(settings.queue().toString());
    sqs.startMessageMoveTask(it -> it.sourceArn(from).destinationArn(to));
  }

  /** The same queue with another lease. */
  WorkQueue with(Duration lease) {
    WorkerSettings changed =
        new WorkerSettings(
            settings.queue(),
            settings.deadLetterQueue(),
            settings.worker(),
            settings.slots(),
            settings.callerSlots(),
            settings.bytes(),
            lease,
            settings.drain(),
            settings.deadLetters());
    return new WorkQueue(sqs, sqs, changed);
  }

  /** How many messages wait, and how many are in somebody's hands. */
  public List<Integer> depth() {
    return depth(settings.queue().toString());
  }

  public List<Integer> deadDepth() {
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

  private String create(String name, Map<QueueAttributeName, String> attributes) {
    return sqs.createQueue(it -> it.queueName(name).attributes(attributes)).queueUrl();
  }

  private String arn(String url) {
    return sqs.getQueueAttributes(
            it -> it.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
        .attributes()
        .get(QueueAttributeName.QUEUE_ARN);
  }
}
