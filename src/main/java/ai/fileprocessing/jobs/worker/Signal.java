package ai.fileprocessing.jobs.worker;

/** What a piece of work has told about the model that it leans on. */
public enum Signal {
  /** It answers. */
  GOOD,
  /** It takes no more requests at this rate. */
  THROTTLED,
  /** It is not there. */
  DOWN,
  /** Nothing. */
  NONE
}
