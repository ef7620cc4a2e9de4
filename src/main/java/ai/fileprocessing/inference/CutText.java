package ai.fileprocessing.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a text that is too long into pieces that are not, where it hurts least: between paragraphs,
 * else between lines, sentences or words, and never within a character.
 */
final class CutText {
  private static final List<Pattern> BORDERS =
      List.of(
          Pattern.compile("\\R[ \\t]*\\R\\s*"),
          Pattern.compile("\\R"),
          Pattern.compile("[.!?\u2026]['\")\\]]*\\s+|[\u3002\uFF01\uFF1F]"),
          Pattern.compile("\\s+"));

  private CutText() {}

  /**
   * The pieces in their order; joined they are the text, but for pieces that would be blank.
   *
   * @param most bytes of a piece, in UTF-8; at least 4
   */
  static List<String> at(String text, int most) {
    List<String> pieces = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = fitting(text, start, most);
      int cut = end == text.length() ? end : border(text, start, end);
      String piece = text.substring(start, cut);
      if (!piece.isBlank()) {
        pieces.add(piece);
      }
      start = cut;
    }
    return pieces;
  }

  /** How far so many bytes reach. */
  private static int fitting(String text, int start, int most) {
    long bytes = 0;
    int end = start;
    while (end < text.length()) {
      bytes += Utf8.length(text.charAt(end));
      if (bytes > most) {
        break;
      }
      end++;
    }
    boolean within =
        end < text.length()
            && end > start + 1
            && Character.isLowSurrogate(text.charAt(end))
            && Character.isHighSurrogate(text.charAt(end - 1));
    return within ? end - 1 : end;
  }

  /** The last border of the best kind in the second half, or the end. */
  private static int border(String text, int start, int end) {
    int half = start + (end - start) / 2;
    for (Pattern border : BORDERS) {
      Matcher matcher = border.matcher(text).region(start, end);
      int last = -1;
      while (matcher.find()) {
        last = matcher.end() >= half ? matcher.end() : last;
      }
      if (last > start) {
        return last;
      }
    }
    return end;
  }
}
