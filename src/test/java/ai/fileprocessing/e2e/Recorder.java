package ai.fileprocessing.e2e;

import ai.fileprocessing.faults.Exchange;
import ai.fileprocessing.faults.FaultProxy;
import ai.fileprocessing.faults.Proxies;
import ai.fileprocessing.kubernetes.Permissions;
import ai.fileprocessing.local.StandIns;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes down what a server calls in AWS as the permissions that it needs for it, in the words of
 * {@link Permissions}.
 */
final class Recorder {
  private static final Map<String, String> ITEM_WRITES =
      Map.of(
          "Put", "PutItem",
          "Update", "UpdateItem",
          "Delete", "DeleteItem",
          "ConditionCheck", "ConditionCheckItem");

  private final Map<String, String> ids = new HashMap<>();
  private final Set<String> used = new ConcurrentSkipListSet<>();
  private final Map<String, Set<String>> keys = new ConcurrentSkipListMap<>();
  private final Map<String, String> expiring = new ConcurrentSkipListMap<>();

  Recorder(String jobsTable, TestQueue queue) {
    Map<String, String> names = StandIns.shared().environment();
    ids.put(names.get("FILES_BUCKET"), "FilesBucket");
    ids.put(names.get("JOBS_RESULTS_BUCKET"), "ResultsBucket");
    ids.put(names.get("FILES_TABLE"), "FilesTable");
    ids.put(jobsTable, "JobsTable");
    ids.put(names.get("INFERENCE_PROMPTS_TABLE"), "PromptsTable");
    ids.put(last(queue.url()), "JobsQueue");
    ids.put(last(queue.deadLettersUrl()), "JobsDeadLetterQueue");
  }

  void listen(Proxies proxies) {
    for (FaultProxy proxy : proxies.all()) {
      proxy.when(this::nothing).delay(Duration.ZERO);
    }
  }

  Set<String> used() {
    return new TreeSet<>(used);
  }

  Map<String, Set<String>> keys() {
    return new TreeMap<>(keys);
  }

  Map<String, String> expiring() {
    return new TreeMap<>(expiring);
  }

  /** A rule that never applies, but sees every call. */
  private boolean nothing(Exchange call) {
    write(call);
    return false;
  }

  private void write(Exchange call) {
    String target = call.header("X-Amz-Target");
    if (target.startsWith("DynamoDB_")) {
      dynamodb(call.operation(), new JsonMapper().readTree(call.text()));
    } else if (target.startsWith("AmazonSQS.")) {
      JsonNode body = new JsonMapper().readTree(call.text());
      String queue = id(last(body.path("QueueUrl").asString()));
      used.add("sqs:" + call.operation().replace("Batch", "") + " " + queue);
    } else if (call.operation().startsWith("Converse")) {
      used.add("bedrock:InvokeModel models");
    } else {
      s3(call.operation(), id(call.path().split("/")[1]));
    }
  }

  private void s3(String operation, String bucket) {
    switch (operation) {
      // Without leave to list S3 answers 403 for what is not there.
      case "GetObject", "HeadObject" -> {
        used.add("s3:GetObject " + bucket);
        used.add("s3:ListBucket " + bucket);
      }
      case "ListObjectsV2", "HeadBucket" -> used.add("s3:ListBucket " + bucket);
      case "DeleteObjects" -> used.add("s3:DeleteObject " + bucket);
      default -> used.add("s3:" + operation + " " + bucket);
    }
  }

  private void dynamodb(String operation, JsonNode body) {
    switch (operation) {
      case "TransactWriteItems" ->
          body.path("TransactItems")
              .forEach(
                  item ->
                      item.properties()
                          .forEach(it -> row(ITEM_WRITES.get(it.getKey()), it.getValue())));
      case "BatchGetItem", "BatchWriteItem" ->
          body.path("RequestItems")
              .properties()
              .forEach(
                  it -> {
                    used.add("dynamodb:" + operation + " " + id(it.getKey()));
                    it.getValue()
                        .findValues("Item")
                        .forEach(item -> expires(id(it.getKey()), item));
                  });
      default -> row(operation, body);
    }
  }

  private void row(String operation, JsonNode request) {
    String table = id(request.path("TableName").asString());
    String index = request.path("IndexName").asString("");
    used.add("dynamodb:" + operation + " " + table + (index.isEmpty() ? "" : "/" + index));
    if (request.has("Key")) {
      Set<String> names = new TreeSet<>();
      request
          .path("Key")
          .properties()
          .forEach(
              it -> names.add(it.getKey() + ":" + it.getValue().propertyNames().iterator().next()));
      keys.merge(
          table,
          names,
          (known, more) -> {
            Set<String> all = new TreeSet<>(known);
            all.addAll(more);
            return all;
          });
    }
    expires(table, request.path("Item"));
  }

  /** A time to live is a number of seconds. */
  private void expires(String table, JsonNode item) {
    String attribute = Permissions.expiring().getOrDefault(table, "");
    if (item.path(attribute).path("N").asLong(0) > System.currentTimeMillis() / 1000) {
      expiring.put(table, attribute);
    }
  }

  private String id(String name) {
    String id = ids.get(name);
    if (id == null) {
      throw new IllegalArgumentException("Nothing of ours: " + name);
    }
    return id;
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
