package ai.fileprocessing.local;

import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** All queues. Like them it is not safe for several threads: it is the lock of those who use it. */
final class QueueRegistry {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,80}");
  private static final Pattern URL =
      Pattern.compile("https?://[^/]+/" + Template.ACCOUNT + "/([A-Za-z0-9_-]{1,80})");

  private final URI endpoint;
  private final Clock clock;
  private final Map<String, Queue> queues = new TreeMap<>();

  QueueRegistry(URI endpoint, Clock clock) {
    this.endpoint = endpoint;
    this.clock = clock;
  }

  /** Makes a queue, unless there is one with these very attributes. */
  Queue create(String name, Map<String, String> attributes) {
    if (!NAME.matcher(name).matches()) {
      throw SqsRefusedException.invalid(
          "QueueName",
          name,
          "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
    }
    Queue present = queues.get(name);
    if (present == null) {
      Queue created = new Queue(name, clock, this::byArn);
      set(created, attributes);
      queues.put(name, created);
      return created;
    }
    if (!present.settings().with(attributes).equals(present.settings())) {
      throw new SqsRefusedException(
          SqsFault.QUEUE_NAME_EXISTS,
          "A queue already exists with the same name and a different value for an attribute");
    }
    return present;
  }

  void set(Queue queue, Map<String, String> attributes) {
    QueueSettings settings = queue.settings().with(attributes);
    settings
        .redrive()
        .filter(policy -> byArn(policy.target()).isEmpty() || policy.target().equals(queue.arn()))
        .ifPresent(
            policy -> {
              throw SqsRefusedException.invalid(
                  "RedrivePolicy", policy, "Dead letter target does not exist.");
            });
    queue.use(settings);
  }

  void delete(Queue queue) {
    queues.remove(queue.name());
  }

  /** In the order of their names. */
  Stream<Queue> all() {
    return queues.values().stream();
  }

  Queue byName(String name) {
    return Optional.ofNullable(queues.get(name)).orElseThrow(missing());
  }

  /** Whatever the host is called: a proxy may stand between. */
  Queue byUrl(String url) {
    Matcher path = URL.matcher(url);
    if (!path.matches()) {
      throw new SqsRefusedException(
          SqsFault.INVALID_ADDRESS,
          "The address %s is not valid for this endpoint.".formatted(url));
    }
    return byName(path.group(1));
  }

  Optional<Queue> byArn(String arn) {
    return Optional.ofNullable(queues.get(arn.substring(arn.lastIndexOf(':') + 1)))
        .filter(queue -> queue.arn().equals(arn));
  }

  String url(Queue queue) {
    return "%s/%s/%s".formatted(endpoint, Template.ACCOUNT, queue.name());
  }

  private static Supplier<SqsRefusedException> missing() {
    return () ->
        new SqsRefusedException(
            SqsFault.QUEUE_DOES_NOT_EXIST, "The specified queue does not exist.");
  }
}
