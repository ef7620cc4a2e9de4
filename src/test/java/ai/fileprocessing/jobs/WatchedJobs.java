package ai.fileprocessing.jobs;

import ai.fileprocessing.files.StoredFile;
import ai.fileprocessing.inference.Ask;
import ai.fileprocessing.inference.Parameters;
import ai.fileprocessing.inference.Usage;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Jobs in memory that a test changes under the eyes of those who watch them. */
final class WatchedJobs {
  private static final long NOW = 1_700_000_000;

  private final Map<List<String>, List<JobFile>> jobs = new HashMap<>();
  private final Map<List<String>, List<JobInput>> parts = new HashMap<>();
  private int reads;
  private boolean broken;

  /** A job of that caller with so many files that wait. */
  Job job(String userId, String jobId, int files) {
    List<JobFile> pending = new ArrayList<>();
    for (int i = 0; i < files; i++) {
      StoredFile file =
          new StoredFile("file-" + i, "f" + i, "text/plain", null, 5, "00", userId, NOW);
      pending.add(TestJobs.pending(file, i));
    }
    jobs.put(List.of(userId, jobId), pending);
    return find(userId, jobId).orElseThrow();
  }

  /** A job of that caller over so many files in mode together, whose unit is at position 0. */
  Job together(String userId, String jobId, int files) {
    List<JobInput> inputs =
        job(userId, jobId, files).inputFiles().stream().map(JobFile::input).toList();
    JobFiles together = JobFiles.pending(Mode.TOGETHER, inputs, NOW);
    jobs.put(List.of(userId, jobId), new ArrayList<>(together.units()));
    parts.put(List.of(userId, jobId), together.parts());
    return find(userId, jobId).orElseThrow();
  }

  void change(Job job, int position, FileStatus status) {
    List<JobFile> files = jobs.get(List.of(job.userId(), job.jobId()));
    JobFile old = files.get(position);
    JobFile.Progress was = old.progress();
    files.set(
        position,
        new JobFile(
            old.file(),
            old.source(),
            status,
            null,
            null,
            List.of(),
            1,
            Usage.NONE,
            null,
            new JobFile.Progress(
                position,
                was.fence(),
                "",
                false,
                0,
                was.changes() + 1,
                was.updatedAt(),
                0,
                List.of(),
                null,
                JobFile.Mishaps.NONE)));
  }

  void delete(Job job) {
    jobs.remove(List.of(job.userId(), job.jobId()));
  }

  /** Has every read fail, or none. */
  void fail(boolean fails) {
    broken = fails;
  }

  int reads() {
    return reads;
  }

  Job now(Job job) {
    return find(job.userId(), job.jobId()).orElseThrow();
  }

  /** The door of the room, as far as it is needed. */
  Jobs door() {
    return (Jobs)
        Proxy.newProxyInstance(
            WatchedJobs.class.getClassLoader(),
            new Class<?>[] {Jobs.class},
            (proxy, method, arguments) -> {
              if (!method.getName().equals("find")) {
                throw new UnsupportedOperationException(method.getName());
              }
              reads++;
              if (broken) {
                throw new IllegalStateException("The store does not answer");
              }
              return find((String) arguments[0], (String) arguments[1]);
            });
  }

  private Optional<Job> find(String userId, String jobId) {
    return Optional.ofNullable(jobs.get(List.of(userId, jobId)))
        .map(
            files ->
                Job.of(
                    new JobSpec(
                        userId,
                        jobId,
                        new Ask("model", new Parameters(100, 0.4, null, null), "prompt"),
                        partsOf(userId, jobId).isEmpty() ? Mode.EACH : Mode.TOGETHER,
                        null,
                        1,
                        Map.of(),
                        NOW,
                        NOW + 60,
                        null),
                    new JobFiles(files, partsOf(userId, jobId))));
  }

  private List<JobInput> partsOf(String userId, String jobId) {
    return parts.getOrDefault(List.of(userId, jobId), List.of());
  }
}
