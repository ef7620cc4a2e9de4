package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Ask;
import java.time.Instant;
import java.util.Map;

/**
 * What a job is to do. Only a retry changes it, and of it only the deadline and the most it may
 * cost.
 *
 * @param promptId the saved prompt that the ask's was, as it was then; null where there was none
 * @param count how many inputs it has
 * @param deadline when what has not ended fails, in seconds since the Unix epoch
 * @param maxCost after how many millionths of a US dollar it asks no more; null without a limit.
 *     How high it is now, only the row says
 */
record JobSpec(
    String userId,
    String jobId,
    Ask ask,
    Mode mode,
    String promptId,
    int count,
    Map<String, String> metadata,
    long createdAt,
    long deadline,
    Long maxCost) {

  Ticket ticket(JobFile unit) {
    return new Ticket(userId, jobId, unit.file().fileId());
  }

  boolean isOver(Instant now) {
    return now.getEpochSecond() >= deadline;
  }
}
