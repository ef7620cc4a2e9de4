package ai.fileprocessing.files.detection;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** How a text of tags begins. */
final class Markup {
  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";
  private static final int LONGEST = 16;

  private Markup() {}

  /**
   * The first characters, in lower case, behind space, comments and instructions; empty where they
   * begin no tag.
   */
  static String first(byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    int at = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length() : 0;
    int before;
    do {
      before = at;
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      at = behind(text, at, "<!--", "-->");
      at = behind(text, at, "<?", "?>");
    } while (at > before);
    return text.startsWith("<", at)
        ? text.substring(at, Math.min(text.length(), at + LONGEST)).toLowerCase(Locale.ROOT)
        : "";
  }

  /** Whether a text that begins so is a page of HTML, and no part of one. */
  static boolean isPage(String first) {
    return first.startsWith("<!doctype html") || first.startsWith("<html");
  }

  private static int behind(String text, int at, String open, String close) {
    if (!text.startsWith(open, at)) {
      return at;
    }
    int end = text.indexOf(close, at);
    return end < 0 ? text.length() : end + close.length();
  }
}
