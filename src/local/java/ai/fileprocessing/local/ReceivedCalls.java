package ai.fileprocessing.local;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last calls as they came, no more of them than memory bears. */
final class ReceivedCalls {
  private static final int MOST_CALLS = 200;
  private static final long MOST_BYTES = 100_000_000;

  private record Kept(Bedrock.Received call, int bytes) {}

  private final Deque<Kept> kept = new ArrayDeque<>();
  private long bytes;

  synchronized void add(Bedrock.Received call, int size) {
    kept.add(new Kept(call, size));
    bytes += size;
    while (kept.size() > MOST_CALLS || bytes > MOST_BYTES && kept.size() > 1) {
      bytes -= kept.remove().bytes();
    }
  }

  synchronized void reset() {
    kept.clear();
    bytes = 0;
  }

  /** Oldest first. */
  synchronized List<Bedrock.Received> last() {
    return kept.stream().map(Kept::call).toList();
  }
}
