package ai.fileprocessing.inference;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a regular expression is when its counted repetitions are written out, which is what
 * compiling it costs: ((a{1000}){1000}){1000} is a few characters and a thousand million.
 */
final class PatternSize {
  private static final Pattern COUNTED = Pattern.compile("\\{(\\d{1,9})(?:,(\\d{0,9}))?\\}");
  private static final long MOST = 1L << 32;

  /** How every compiled expression begins and ends. */
  private static final long FRAME = 3;

  /** What is written so far within one pair of brackets, and the last part of it. */
  private static final class Part {
    private long before;
    private long last;

    void add(long size) {
      before = total();
      last = size;
    }

    void repeat(long times) {
      // Each copy may be optional, which is one more instruction.
      last = Math.min(MOST, (last + 1) * Math.max(1, times));
    }

    long total() {
      return Math.min(MOST, before + last);
    }
  }

  private PatternSize() {}

  /** At least as long as it becomes; whether it is a regular expression is not looked at. */
  static long of(String regex) {
    Deque<Part> open = new ArrayDeque<>();
    open.push(new Part());
    Matcher counted = COUNTED.matcher(regex);
    int at = 0;
    while (at < regex.length()) {
      char c = regex.charAt(at);
      if (regex.startsWith("\\Q", at)) {
        // Quotes hide brackets from what is counted here; JSON Schema's expressions have none.
        return MOST;
      }
      if (c == '{' && counted.region(at, regex.length()).lookingAt()) {
        open.element().repeat(times(counted.toMatchResult()));
        at = counted.end();
        continue;
      }
      if (c == '(') {
        open.push(new Part());
      } else if (c == ')' && open.size() > 1) {
        long inner = open.pop().total();
        open.element().add(inner + 2);
      } else {
        open.element().add(1);
      }
      at = next(regex, at);
    }
    return open.stream().mapToLong(Part::total).reduce(FRAME, (a, b) -> Math.min(MOST, a + b));
  }

  private static long times(MatchResult counted) {
    long least = Long.parseLong(counted.group(1));
    String most = counted.group(2);
    return most == null || most.isEmpty() ? least + 1 : Math.max(least, Long.parseLong(most));
  }

  /** Past one character, an escaped one, a class, or a character that is named in braces. */
  private static int next(String regex, int at) {
    if (regex.charAt(at) == '[') {
      return pastClass(regex, at);
    }
    if (regex.charAt(at) != '\\') {
      return at + 1;
    }
    boolean named = at + 2 < regex.length() && "pPx".indexOf(regex.charAt(at + 1)) >= 0;
    int end = named && regex.charAt(at + 2) == '{' ? regex.indexOf('}', at) : -1;
    return end < 0 ? at + 2 : end + 1;
  }

  private static int pastClass(String regex, int at) {
    int in = regex.startsWith("[^", at) ? at + 2 : at + 1;
    // A bracket that comes first stands for itself.
    int from = in;
    while (in < regex.length() && (in == from || regex.charAt(in) != ']')) {
      in += regex.charAt(in) == '\\' ? 2 : 1;
    }
    return in + 1;
  }
}
