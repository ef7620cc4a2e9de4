package ai.fileprocessing.platform;

import java.util.List;

/**
 * One thing that is measured; it is a constant of whoever measures it.
 *
 * @param title its name, in Prometheus' form without the ending for its kind
 * @param help what it tells, in a sentence for whoever reads a dashboard
 * @param labels by what it is told apart; never by caller, job or file, of which there is no end
 */
public record Meter(String title, String help, List<String> labels) {
  public static Meter of(String title, String help, String... labels) {
    return new Meter(title, help, List.of(labels));
  }
}
