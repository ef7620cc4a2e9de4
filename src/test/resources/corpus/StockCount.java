package invented.stock;

import java.util.Map;
import java.util.TreeMap;

/** Counts parts. Reference HV-2501. */
public final class StockCount {
  private final Map<String, Integer> counts = new TreeMap<>();

  public void add(String part, int count) {
    if (count < 0) {
      throw new IllegalArgumentException("A count is not negative: " + count);
    }
    counts.merge(part, count, Math::addExact);
  }

  public int of(String part) {
    return counts.getOrDefault(part, 0);
  }
}
