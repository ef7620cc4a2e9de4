package ai.fileprocessing.jobs;

import java.util.Map;

/**
 * A job that is about to be stored.
 *
 * @param texts the contents of the inputs that came with the request, by their ids
 */
record Draft(JobSpec spec, JobFiles files, Map<String, byte[]> texts) {
  Job job() {
    return Job.of(spec, files);
  }
}
