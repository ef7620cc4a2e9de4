package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Ids;

/**
 * The name of one unit of work in one job: all that a message holds.
 *
 * @param fileId an input's, or {@link #RESULT}
 */
record Ticket(String userId, String jobId, String fileId) {
  /** Names the one result of a job in mode together. */
  static final String RESULT = "result";

  /** Whether this could name something in a job; what could not has no place in a key. */
  static boolean isFileId(String text) {
    return RESULT.equals(text) || Ids.isOne(text);
  }

  boolean isOfAll() {
    return fileId.equals(RESULT);
  }
}
