package ai.fileprocessing.inference;

import java.util.regex.Pattern;

/**
 * A text of somebody's making, such as a file's name, as it may stand among instructions: one line
 * of bounded length, without characters that are not seen and without those that build structure.
 */
final class ShownText {
  /** In characters. */
  static final int LONGEST = 128;

  /** Letters, digits and their marks of all scripts, and the punctuation that names have. */
  private static final Pattern NOT_SHOWN =
      Pattern.compile("[^\\p{L}\\p{M}\\p{N} ._,;+@&()'=~%!/-]");

  private static final Pattern NOT_SEEN =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}&&[^\\s]]");

  private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}]+");

  private ShownText() {}

  /** What is left of a text; {@code unnamed} where that is nothing. */
  static String of(String text) {
    String seen = NOT_SEEN.matcher(text).replaceAll("");
    String line = BLANKS.matcher(seen).replaceAll(" ").strip();
    String shown = NOT_SHOWN.matcher(line).replaceAll("_");
    int length = shown.codePointCount(0, shown.length());
    if (length > LONGEST) {
      return shown.substring(0, shown.offsetByCodePoints(0, LONGEST - 1)) + "…";
    }
    return shown.isEmpty() ? "unnamed" : shown;
  }
}
