package ai.fileprocessing.jobs.worker;

import java.util.Map;
import java.util.TreeMap;

/** The shared place in memory, which can be down. */
final class FakeBeats implements Beats {
  final Map<String, Long> rows = new TreeMap<>();
  boolean down;
  int looks;

  /** What to do before each look; it may wait, and nothing else waits for it. */
  volatile Runnable beforeLook = () -> {};

  @Override
  public synchronized void beat(String worker) {
    fail();
    rows.merge(worker, 1L, Long::sum);
  }

  @Override
  public Map<String, Long> all() {
    beforeLook.run();
    synchronized (this) {
      fail();
      looks++;
      return Map.copyOf(rows);
    }
  }

  @Override
  public synchronized void remove(String worker, long beats) {
    fail();
    rows.remove(worker, beats);
  }

  @Override
  public synchronized void remove(String worker) {
    fail();
    rows.remove(worker);
  }

  private void fail() {
    if (down) {
      throw new IllegalStateException("no answer");
    }
  }
}
