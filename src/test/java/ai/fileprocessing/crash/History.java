package ai.fileprocessing.crash;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * All that clients saw of the service, from many threads. Each sight has the times between which it
 * was true: of two that overlap nobody can say which was first.
 */
final class History {
  /** When something was asked and when the answer was here, both by {@link System#nanoTime}. */
  record Span(long asked, long answered) {
    static Span since(long asked) {
      return new Span(asked, System.nanoTime());
    }

    boolean isBefore(Span other) {
      return answered - other.asked < 0;
    }
  }

  /**
   * A job was accepted.
   *
   * @param key its Idempotency-Key
   */
  record Accepted(String user, String key, String jobId, Set<String> files) {}

  /**
   * A job was looked at.
   *
   * @param files the status of each file by its id
   */
  record Seen(String jobId, String status, Map<String, String> files, Span span) {}

  /**
   * A result was asked for.
   *
   * @param content what was downloaded; null when there was none
   */
  record Read(String jobId, String fileId, String content, Span span) {}

  /** A caller's list of jobs, read when nothing was submitted any more. */
  record Listed(String user, Set<String> jobs) {}

  private final ConcurrentLinkedQueue<Accepted> accepted = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Seen> seen = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Read> read = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Listed> listed = new ConcurrentLinkedQueue<>();

  void add(Accepted job) {
    accepted.add(job);
  }

  void add(Seen job) {
    seen.add(job);
  }

  void add(Read result) {
    read.add(result);
  }

  void add(Listed jobs) {
    listed.add(jobs);
  }

  /** How many files were seen to have failed. */
  long failed() {
    return seen.stream()
        .flatMap(
            job ->
                job.files().entrySet().stream()
                    .filter(it -> it.getValue().equals("FAILED"))
                    .map(it -> job.jobId() + "/" + it.getKey()))
        .distinct()
        .count();
  }

  List<Accepted> accepted() {
    return List.copyOf(accepted);
  }

  List<Seen> seen() {
    return List.copyOf(seen);
  }

  List<Read> read() {
    return List.copyOf(read);
  }

  List<Listed> listed() {
    return List.copyOf(listed);
  }
}
