package ai.fileprocessing.jobs.worker;

/** A count that all processes share, by which they take turns. */
public interface SharedCount {
  /** What it is; zero before anybody raised it. */
  long read();

  /** Raises it by one, unless somebody else has since it was seen. Whether that was done. */
  boolean raise(long seen, String by);
}
