package ai.fileprocessing.jobs;

import java.util.List;

/**
 * A job with everything that is stored of it.
 *
 * @param marks what is to happen to it
 */
record StoredJob(JobSpec spec, Marks marks, JobFiles files) {

  /**
   * What was asked for and may not be done yet, so that whoever sweeps can go on with it.
   *
   * @param cancelled its files are to be cancelled
   * @param deleting it is gone for its owner, and is being removed
   * @param sweeps how often it was swept since it was submitted or retried
   * @param storer who stores it at the moment; empty when it is stored
   * @param ringer who is to ring for its files, by name or {@link #LEFT}; empty when that is done
   */
  record Marks(boolean cancelled, boolean deleting, int sweeps, String storer, String ringer) {
    /** Whoever was to ring has given that up. */
    static final String LEFT = "left";

    /** Whether it has not become real. */
    boolean isDraft() {
      return !storer.isEmpty();
    }

    /** Whether it is a draft that nobody has given up. */
    boolean isBeingStored() {
      return isDraft() && sweeps == 0;
    }

    /** Whether a process that lives could not ring for it. */
    boolean isLeftUnrung() {
      return ringer.equals(LEFT);
    }
  }

  Job job() {
    return Job.of(spec, files);
  }

  /** The units of its work that have not ended. */
  List<JobFile> open() {
    return files.units().stream().filter(it -> !it.status().isTerminal()).toList();
  }

  Ticket ticket(JobFile file) {
    return spec.ticket(file);
  }
}
