package ai.fileprocessing.jobs.worker;

/** What a piece of work has told about the model that it leans on. */
public enum Signal {
  /** It answers. */
  GOOD,
  /** It takes no more requests at this rate. */
  THROTTLED,
  /** It broke at this piece of work, which may be the fault of either. */
  FAULTY,
  /** It is not there, whatever it is asked. */
  DOWN,
  /** Nothing. */
  NONE,
  /** Nothing, since it was not asked: its turn is another's. */
  UNASKED
}
