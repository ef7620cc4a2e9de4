package ai.fileprocessing.crash;

import static java.util.stream.Collectors.toMap;

import ai.fileprocessing.local.Ports;
import ai.fileprocessing.local.StandIns;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Servers over stand-ins that nobody else uses. */
final class Cluster implements AutoCloseable {
  /** As short as they may be, so that what a crash leaves is soon found. */
  private static final Map<String, String> SHORT =
      Map.of(
          "JOBS_LEASE", "PT3S",
          "JOBS_SWEEP", "PT1S",
          "JOBS_SWEEP_AFTER", "PT2S");

  private static final String SMALL = "-Xmx256m";

  private final StandIns standIns = StandIns.startTemporary(Ports.free());
  private final List<Pod> pods = new ArrayList<>();

  /** Starts a server of each name, all at once, and waits for none. */
  Cluster(Map<String, String> settings, String... names) {
    this(settings, Arrays.stream(names).collect(toMap(name -> name, name -> Map.of())));
  }

  /** The same, with what is each server's own by its name. */
  Cluster(Map<String, String> settings, Map<String, Map<String, String>> own) {
    own.forEach(
        (name, its) -> {
          Map<String, String> environment = new HashMap<>(SHORT);
          environment.put("JVM_ARGS", SMALL);
          environment.putAll(settings);
          environment.putAll(its);
          pods.add(new Pod(name, standIns, environment));
        });
    pods.forEach(Pod::start);
  }

  StandIns standIns() {
    return standIns;
  }

  List<Pod> pods() {
    return pods;
  }

  /** How many messages the queue has, those included that somebody has received. */
  int messages() {
    return standIns
        .sqs()
        .getQueueAttributes(
            it ->
                it.queueUrl(standIns.environment().get("JOBS_QUEUE_URL"))
                    .attributeNames(
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED))
        .attributes()
        .values()
        .stream()
        .mapToInt(Integer::parseInt)
        .sum();
  }

  /** How many rows count as open work of somebody. */
  int openFiles() {
    return standIns
        .dynamodb()
        .scan(it -> it.tableName(standIns.environment().get("JOBS_TABLE")).indexName("open"))
        .count();
  }

  /** Where one serves at the moment, any of them, as a load balancer chooses. */
  Optional<URI> anyAddress() {
    List<URI> up = new ArrayList<>();
    pods.forEach(pod -> pod.address().ifPresent(up::add));
    Collections.shuffle(up);
    return up.stream().findFirst();
  }

  @Override
  public void close() {
    pods.forEach(Pod::close);
    standIns.close();
  }
}
