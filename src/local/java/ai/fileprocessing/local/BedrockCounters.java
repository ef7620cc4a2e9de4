package ai.fileprocessing.local;

import java.util.Map;
import java.util.TreeMap;

/** Counts calls while they come and go. */
final class BedrockCounters {
  private final Map<String, Long> byOutcome = new TreeMap<>();
  private long calls;
  private int inFlight;
  private int mostInFlight;

  synchronized void begin() {
    calls++;
    inFlight++;
    mostInFlight = Math.max(mostInFlight, inFlight);
  }

  synchronized void end(String outcome) {
    inFlight--;
    byOutcome.merge(outcome, 1L, Long::sum);
  }

  /** Forgets the past; calls still in flight stay counted as such. */
  synchronized void reset() {
    calls = 0;
    mostInFlight = inFlight;
    byOutcome.clear();
  }

  synchronized Bedrock.Stats stats() {
    return new Bedrock.Stats(calls, inFlight, mostInFlight, new TreeMap<>(byOutcome));
  }
}
