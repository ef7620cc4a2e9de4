package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Parameters;
import java.util.Map;

/** What a job is to do: fixed when it is submitted, never changed. */
record JobSpec(
    String userId,
    String jobId,
    String prompt,
    String model,
    Parameters parameters,
    Map<String, String> metadata,
    long createdAt) {}
