package ai.fileprocessing.local;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How often each file of each job was asked about, and answered, by the labels {@code job_id} and
 * {@code file_id} that calls carry; calls without both are not counted here.
 */
final class FileCalls {
  private record Count(long calls, long answers, long refusals) {
    Count plus(Count other) {
      return new Count(calls + other.calls, answers + other.answers, refusals + other.refusals);
    }
  }

  private final Map<String, Count> byFile = new TreeMap<>();

  /** The file that a request is about: {@code job_id/file_id}. */
  static Optional<String> file(JsonNode body) {
    JsonNode labels = body.path("requestMetadata");
    String job = labels.path("job_id").asString("");
    String file = labels.path("file_id").asString("");
    return job.isEmpty() || file.isEmpty() ? Optional.empty() : Optional.of(job + "/" + file);
  }

  synchronized void called(String file) {
    byFile.merge(file, new Count(1, 0, 0), Count::plus);
  }

  void answered(String file) {
    add(file, new Count(0, 1, 0));
  }

  /** An answer did not get through after all. */
  void lost(String file) {
    add(file, new Count(0, -1, 0));
  }

  /** A call came no further than the door. */
  void refused(String file) {
    add(file, new Count(0, 0, 1));
  }

  synchronized void reset() {
    byFile.clear();
  }

  Map<String, Long> calls() {
    return each(Count::calls);
  }

  /** Files that were never answered are left out. */
  Map<String, Long> answers() {
    Map<String, Long> answers = each(Count::answers);
    answers.values().removeIf(count -> count <= 0);
    return answers;
  }

  /** The calls without those that were refused. */
  Map<String, Long> attempts() {
    return each(count -> count.calls() - count.refusals());
  }

  synchronized ObjectNode json() {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    byFile.forEach(
        (file, count) ->
            json.putObject(file).put("calls", count.calls).put("answers", count.answers));
    return json;
  }

  /** What becomes of a call from before a reset is forgotten with it. */
  private synchronized void add(String file, Count more) {
    byFile.computeIfPresent(file, (same, count) -> count.plus(more));
  }

  private synchronized Map<String, Long> each(ToLongFunction<Count> what) {
    Map<String, Long> counts = new TreeMap<>();
    byFile.forEach((file, count) -> counts.put(file, what.applyAsLong(count)));
    return counts;
  }
}
