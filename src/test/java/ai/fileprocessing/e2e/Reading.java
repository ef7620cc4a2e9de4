package ai.fileprocessing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a server shows at {@code /metrics} at some moment, in Prometheus' text form. */
record Reading(List<String> lines) {
  private static final String OURS = "fileprocessing_";

  static Reading of(URI server) throws IOException {
    RawHttp.Answer answer = RawHttp.request("GET /metrics").send(server);
    assertThat(answer.status()).isEqualTo(200);
    return new Reading(answer.text().lines().toList());
  }

  /**
   * The sum of all samples of that name that have all of these labels; 0 when there is none.
   *
   * @param labels as they are written: {@code status="200"}
   */
  double sum(String name, String... labels) {
    // A route has braces too, so that the last one counts.
    Pattern sample = Pattern.compile(Pattern.quote(OURS + name) + "(\\{.*})? (\\S+)");
    return lines.stream()
        .map(sample::matcher)
        .filter(Matcher::matches)
        .filter(it -> Stream.of(labels).allMatch(String.valueOf(it.group(1))::contains))
        .mapToDouble(it -> Double.parseDouble(it.group(2)))
        .sum();
  }
}
