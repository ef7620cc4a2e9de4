package ai.fileprocessing.jobs.worker;

/** The shared count in memory, which can be down. */
final class FakeCount implements SharedCount {
  long count;
  boolean down;

  @Override
  public synchronized long read() {
    fail();
    return count;
  }

  @Override
  public synchronized boolean raise(long seen, String by) {
    fail();
    boolean unchanged = count == seen;
    count += unchanged ? 1 : 0;
    return unchanged;
  }

  private void fail() {
    if (down) {
      throw new IllegalStateException("no answer");
    }
  }
}
