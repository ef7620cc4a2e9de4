package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Output;
import ai.fileprocessing.inference.Parameters;
import ai.fileprocessing.inference.Usage;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A job as its owner sees it. Status, counts, usage and times are sums over its files, made when it
 * is read: there is nothing to keep in step, and no row that every worker must write. In mode
 * together its files are parts of one unit of work: each shows what has become of that.
 *
 * @param prompt the text that is used
 * @param promptId the saved prompt that it was when the job was submitted; absent where it was sent
 * @param output what form its results have; absent when that is plain text
 * @param estimatedCost of all its calls, in millionths of a US dollar
 * @param maxCost after which {@code estimatedCost} it asks no more; absent without a limit
 * @param waiting why nothing of it runs; absent while something runs and when it has ended
 * @param deadline when what has not ended fails, in seconds since the Unix epoch
 * @param finishedAt when the last file finished, in seconds since the Unix epoch; absent until then
 * @param jobError why no file has a result; null otherwise
 */
public record Job(
    String jobId,
    String userId,
    JobStatus jobStatus,
    String prompt,
    String promptId,
    String model,
    String mode,
    Parameters inference,
    Output output,
    List<JobFile> inputFiles,
    Counts counts,
    Usage usage,
    long estimatedCost,
    Long maxCost,
    Waiting waiting,
    long createdAt,
    long updatedAt,
    long deadline,
    Long finishedAt,
    @JsonInclude(JsonInclude.Include.ALWAYS) String jobError,
    Map<String, String> metadata) {

  /** How many files are in which state. */
  public record Counts(
      int total, int pending, int processing, int succeeded, int failed, int cancelled) {
    static Counts of(List<JobFile> files) {
      return new Counts(
          files.size(),
          count(files, FileStatus.PENDING),
          count(files, FileStatus.PROCESSING),
          count(files, FileStatus.SUCCEEDED),
          count(files, FileStatus.FAILED),
          count(files, FileStatus.CANCELLED));
    }

    private static int count(List<JobFile> files, FileStatus status) {
      return (int) files.stream().filter(file -> file.status() == status).count();
    }

    JobStatus status() {
      if (pending == total) {
        return JobStatus.PENDING;
      }
      if (pending + processing > 0) {
        return JobStatus.PROCESSING;
      }
      if (succeeded == total) {
        return JobStatus.COMPLETED;
      }
      if (cancelled > 0) {
        return JobStatus.CANCELLED;
      }
      return succeeded > 0 ? JobStatus.PARTIAL : JobStatus.ERROR;
    }

    boolean isFinished() {
      return pending + processing == 0;
    }
  }

  static Job of(JobSpec spec, JobFiles files) {
    List<JobFile> ordered = files.inputs();
    Counts counts = Counts.of(ordered);
    long updatedAt =
        ordered.stream()
            .mapToLong(it -> it.progress().updatedAt())
            .reduce(spec.createdAt(), Math::max);
    Usage usage = files.usage();
    return new Job(
        spec.jobId(),
        spec.userId(),
        counts.status(),
        spec.ask().prompt(),
        spec.promptId(),
        spec.ask().model(),
        spec.mode().text(),
        spec.ask().parameters(),
        spec.ask().output().equals(Output.TEXT) ? null : spec.ask().output(),
        ordered,
        counts,
        usage,
        usage.estimatedCost(),
        spec.maxCost(),
        waiting(ordered),
        spec.createdAt(),
        updatedAt,
        spec.deadline(),
        counts.isFinished() ? updatedAt : null,
        counts.status() == JobStatus.ERROR ? errorOf(spec.mode(), ordered) : null,
        spec.metadata());
  }

  /** The reason of the file that is due next, when every file that has not ended waits. */
  private static Waiting waiting(List<JobFile> files) {
    List<JobFile> open = files.stream().filter(it -> !it.status().isTerminal()).toList();
    if (open.stream().anyMatch(it -> it.waiting() == null)) {
      return null;
    }
    return open.stream().map(JobFile::waiting).min(Comparator.comparingLong(Job::due)).orElse(null);
  }

  private static long due(Waiting waiting) {
    return waiting.nextAttemptAt() == null ? 0 : waiting.nextAttemptAt();
  }

  /** Rises with every change of the job or of a file in it. */
  long version() {
    return inputFiles.stream().mapToLong(it -> it.progress().changes()).sum();
  }

  private static String errorOf(Mode mode, List<JobFile> files) {
    JobFile.Error first = files.get(0).error();
    String reason = first.code() + ": " + first.message();
    return files.size() == 1 || mode == Mode.TOGETHER
        ? reason
        : "None of the " + files.size() + " files has a result. The first failed with " + reason;
  }
}
