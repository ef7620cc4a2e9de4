package ai.fileprocessing.jobs.worker;

import java.util.Map;

/** A place that all processes share, where each shows that it is alive. */
public interface Beats {
  /** Counts this process's beats up by one. */
  void beat(String worker);

  /** The beats of all processes, by name. */
  Map<String, Long> all();

  /** Removes a process that has not beaten since; one that has stays. */
  void remove(String worker, long beats);

  /** Removes a process that ends. */
  void remove(String worker);
}
