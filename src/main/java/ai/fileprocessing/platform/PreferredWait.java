package ai.fileprocessing.platform;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a client would rather wait for an answer than get one that says nothing new: the
 * preference {@code wait} (RFC 7240, section 4.3).
 *
 * @param seconds at least 1, at most {@value #MOST}
 */
public record PreferredWait(int seconds) {
  /** The name of the request header that carries preferences. */
  public static final String HEADER = "Prefer";

  /** The name of the response header that says that one was followed. */
  public static final String APPLIED = "Preference-Applied";

  /** Proxies end what is silent for much longer. */
  private static final int MOST = 30;

  private static final Pattern PREFERENCE =
      Pattern.compile(
          "\\s*wait\\s*(=\\s*(?<quote>\"?)(?<value>[^\\s\";]*)\\k<quote>\\s*)?(;.*)?",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final Pattern SECONDS = Pattern.compile("0*(?<digits>[1-9][0-9]*)");

  /**
   * The wait that is preferred, if any. As RFC 7240, section 2, has it: of several only the first
   * counts, and what is not understood is no preference.
   *
   * @param headers every {@code Prefer} header of the request; null where there is none
   */
  public static Optional<PreferredWait> in(List<String> headers) {
    return Optional.ofNullable(headers).stream()
        .flatMap(List::stream)
        .flatMap(header -> preferences(header).stream())
        .map(PREFERENCE::matcher)
        .filter(Matcher::matches)
        .findFirst()
        .flatMap(first -> Optional.ofNullable(first.group("value")))
        .map(SECONDS::matcher)
        .filter(Matcher::matches)
        .map(number -> new PreferredWait(bounded(number.group("digits"))));
  }

  public Duration time() {
    return Duration.ofSeconds(seconds);
  }

  /** The header that says that the preference was followed (RFC 7240, section 3). */
  public String applied() {
    return "wait=" + seconds;
  }

  private static int bounded(String digits) {
    return digits.length() > 2 ? MOST : Math.min(MOST, Integer.parseInt(digits));
  }

  /** The parts between commas; a comma in a quoted string is none. */
  private static List<String> preferences(String header) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < header.length(); i++) {
      char c = header.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted) {
        i++;
      } else if (c == ',' && !quoted) {
        parts.add(header.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(header.substring(start));
    return parts;
  }
}
