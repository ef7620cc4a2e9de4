package ai.fileprocessing.crash;

import java.time.Duration;
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

    /** Of something that may happen for some time after nobody waits for it any more. */
    Span andLater(Duration time) {
      return new Span(asked, answered + time.toNanos());
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
   * @param waits whether a file waits to be begun, or begun again
   */
  record Seen(String jobId, String status, Map<String, String> files, boolean waits, Span span) {}

  /**
   * A result was asked for.
   *
   * @param content what was downloaded; null when there was none
   */
  record Read(String jobId, String fileId, String content, Span span) {}

  /**
   * A file was seen to have failed.
   *
   * @param code the code of its error
   */
  record Failed(String jobId, String fileId, String code) {}

  /** A retry was asked for, and may have taken effect within this time. */
  record Retried(String jobId, Span span) {}

  /** A job was cancelled; at the end of this time nothing of it was left to begin. */
  record Cancelled(String jobId, Span span) {}

  /** A job was deleted; at the end of this time it was gone. */
  record Deleted(String jobId, Span span) {}

  /** A caller's list of jobs, read when nothing was submitted any more. */
  record Listed(String user, Set<String> jobs) {}

  private final ConcurrentLinkedQueue<Accepted> accepted = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Seen> seen = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Read> read = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Failed> failed = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Retried> retried = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Cancelled> cancelled = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Deleted> deleted = new ConcurrentLinkedQueue<>();
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

  void add(Failed file) {
    failed.add(file);
  }

  void add(Retried job) {
    retried.add(job);
  }

  void add(Cancelled job) {
    cancelled.add(job);
  }

  void add(Deleted job) {
    deleted.add(job);
  }

  void add(Listed jobs) {
    listed.add(jobs);
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

  /** Each that was seen to have failed once, however often. */
  List<Failed> failed() {
    return failed.stream().distinct().toList();
  }

  List<Retried> retried() {
    return List.copyOf(retried);
  }

  List<Cancelled> cancelled() {
    return List.copyOf(cancelled);
  }

  List<Deleted> deleted() {
    return List.copyOf(deleted);
  }

  List<Listed> listed() {
    return List.copyOf(listed);
  }
}
