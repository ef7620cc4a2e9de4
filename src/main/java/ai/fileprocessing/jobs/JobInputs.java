package ai.fileprocessing.jobs;

import java.util.List;
import java.util.Map;

/**
 * What a new job is about.
 *
 * @param all files first, then texts
 * @param texts the contents of the texts by their ids
 */
record JobInputs(List<JobInput> all, Map<String, byte[]> texts) {}
