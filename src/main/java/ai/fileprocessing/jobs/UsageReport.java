package ai.fileprocessing.jobs;

import ai.fileprocessing.inference.Usage;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a caller's jobs have used in some days.
 *
 * @param from the first day, in UTC
 * @param to the last day, in UTC
 * @param days one line for each day and model of which there is something to tell, the newest day
 *     first
 */
record UsageReport(String from, String to, List<Line> days, Total total) {

  /**
   * What the jobs of one model used that were submitted on one day.
   *
   * @param jobs how many have used something
   */
  record Line(String day, String model, long jobs, @JsonUnwrapped Usage usage) {}

  /** The sum of all lines. */
  record Total(long jobs, @JsonUnwrapped Usage usage) {
    private Total plus(Line line) {
      return new Total(jobs + line.jobs(), usage.plus(line.usage()));
    }
  }

  private record Key(String day, String model) {}

  private static final Comparator<Key> NEWEST_FIRST =
      Comparator.comparing(Key::day).reversed().thenComparing(Key::model);

  /**
   * @param rows those of a job together
   */
  static UsageReport of(Days days, Stream<UsageRows.Used> rows) {
    Map<Key, Line> lines = new TreeMap<>(NEWEST_FIRST);
    String last = "";
    for (UsageRows.Used row : (Iterable<UsageRows.Used>) rows::iterator) {
      long more = row.jobId().equals(last) ? 0 : 1;
      last = row.jobId();
      lines.merge(
          new Key(row.day(), row.model()),
          new Line(row.day(), row.model(), more, row.usage()),
          UsageReport::both);
    }
    Total total = new Total(0, Usage.NONE);
    for (Line line : lines.values()) {
      total = total.plus(line);
    }
    return new UsageReport(
        days.from().toString(), days.to().toString(), List.copyOf(lines.values()), total);
  }

  private static Line both(Line one, Line other) {
    return new Line(
        one.day(), one.model(), one.jobs() + other.jobs(), one.usage().plus(other.usage()));
  }
}
