package ai.fileprocessing.inference;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Refuses a PDF whose structure grows beyond all measure when it is unpacked. PDFBox unpacks the
 * streams that hold a document's objects and their addresses whole, in memory, and has no bound for
 * it; those of pages and pictures it leaves as they are.
 */
final class PdfBombs {
  /** What the structure of the largest documents has, many times over. */
  static final long MOST = 64L << 20;

  private static final byte[] STREAM = "stream".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_DICTIONARY = 4096;
  private static final int OFTEN = 1 << 20;

  private static final Pattern STRUCTURE = Pattern.compile("/(ObjStm|XRef)\\b");
  private static final Pattern FILTER = Pattern.compile("/(\\w+Decode|Fl|LZW|AHx|A85|RL)\\b");
  private static final Pattern ESCAPE = Pattern.compile("#([0-9A-Fa-f]{2})");

  private PdfBombs() {}

  static void refuse(byte[] pdf, Patience patience) throws UnusableFileException {
    long unpacked = 0;
    for (int at = 0; at <= pdf.length - STREAM.length; at++) {
      if (at % OFTEN == 0) {
        patience.check();
      }
      if (isStream(pdf, at)) {
        String dictionary = dictionary(pdf, at);
        if (STRUCTURE.matcher(dictionary).find()) {
          if (FILTER.matcher(dictionary).results().count() > 1 || dictionary.contains("LZW")) {
            throw UnusableFileException.tooComplex("The PDF's structure is packed more than once.");
          }
          unpacked += unpacked(pdf, afterLine(pdf, at + STREAM.length), MOST - unpacked, patience);
          if (unpacked > MOST) {
            throw UnusableFileException.tooComplex(
                "The PDF's structure has more than " + MOST + " bytes when it is unpacked.");
          }
        }
      }
    }
  }

  /** Not the end of one. */
  private static boolean isStream(byte[] pdf, int at) {
    for (int i = 0; i < STREAM.length; i++) {
      if (pdf[at + i] != STREAM[i]) {
        return false;
      }
    }
    return at > 0 && pdf[at - 1] != 'd';
  }

  /** What stands before it back to its object's head, its names as they are meant. */
  private static String dictionary(byte[] pdf, int end) {
    int start = Math.max(0, end - LONGEST_DICTIONARY);
    String before = new String(pdf, start, end - start, StandardCharsets.ISO_8859_1);
    String own = before.substring(Math.max(0, before.lastIndexOf(" obj")));
    return ESCAPE
        .matcher(own)
        .replaceAll(
            it ->
                Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(it.group(1), 16))));
  }

  private static int afterLine(byte[] pdf, int at) {
    int next = at < pdf.length && pdf[at] == '\r' ? at + 1 : at;
    return next < pdf.length && pdf[next] == '\n' ? next + 1 : next;
  }

  /** As much as is unpacked, or a little more than is allowed. */
  private static long unpacked(byte[] pdf, int start, long most, Patience patience) {
    Inflater inflater = new Inflater();
    byte[] sink = new byte[64 * 1024];
    try {
      inflater.setInput(pdf, start, pdf.length - start);
      while (inflater.getBytesWritten() <= most && !inflater.finished()) {
        patience.check();
        if (inflater.inflate(sink) == 0) {
          break;
        }
      }
    } catch (DataFormatException e) {
      // Not packed, or encrypted, or at its end; PDFBox reads as far as this did.
    }
    long written = inflater.getBytesWritten();
    inflater.end();
    return written;
  }
}
