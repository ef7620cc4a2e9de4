package ai.fileprocessing.inference;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;

/**
 * The regular expressions of a schema, matched in a time that grows with the text and the pattern
 * and never faster (Cox, "Regular Expression Matching Can Be Simple And Fast"), and stopped when
 * all of a check together take too long. Used for one check.
 */
final class SchemaPatterns implements RegularExpressionFactory {
  private static final int LARGEST = 2_000;
  private static final long LARGEST_TOGETHER = 20_000;

  /** Instructions times characters; about half a second. */
  private static final long WORK = 50_000_000;

  private long size;
  private long work;

  /** A pattern, or the work of matching all of them, is more than the service takes. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  @Override
  public RegularExpression getRegularExpression(String regex) {
    long written = PatternSize.of(regex);
    size += written;
    if (written > LARGEST || size > LARGEST_TOGETHER) {
      throw new RefusedException(
          "its patterns are too long, or repeat too often. The first that is too much: "
              + shown(regex));
    }
    Pattern pattern = compile(regex);
    return text -> matches(pattern, text);
  }

  private static Pattern compile(String regex) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new RefusedException(
          "this pattern is wrong, or looks around or back, which patterns cannot do here: "
              + shown(regex));
    }
  }

  private boolean matches(Pattern pattern, String text) {
    work += (long) pattern.programSize() * (text.length() + 1);
    if (work > WORK) {
      throw new RefusedException("its patterns take too long to match.");
    }
    return pattern.matcher(text).find();
  }

  private static String shown(String regex) {
    return regex.length() <= 100 ? regex : regex.substring(0, 100) + "\u2026";
  }
}
