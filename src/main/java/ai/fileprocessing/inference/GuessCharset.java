package ai.fileprocessing.inference;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.txt.CharsetDetector;
import org.apache.tika.parser.txt.CharsetMatch;
import org.apache.tika.parser.txt.UniversalEncodingDetector;

/**
 * Guesses an encoding from before Unicode by what the letters of languages have in common: ICU's
 * statistics, which are good at the encodings of single bytes, and Mozilla's, which are good at
 * those of several.
 */
final class GuessCharset {
  /** Of 100. What is random scores up to 15, a short sentence from 23 on. */
  private static final int LEAST_CONFIDENCE = 20;

  private static final int SAMPLE = 12_000;
  private static final int AROUND = 24;

  /** What text comes in that people keep in files; nobody keeps EBCDIC. */
  private static final Set<String> KEPT =
      Set.of(
          "Shift_JIS",
          "EUC-JP",
          "EUC-KR",
          "Big5",
          "GB18030",
          "ISO-2022-JP",
          "ISO-2022-KR",
          "ISO-2022-CN",
          "KOI8-R",
          "IBM866");

  /**
   * Windows' own hold more than the standards that they extend, and who says one means the other.
   */
  private static final Map<String, String> MEANT =
      Map.of(
          "ISO-8859-1", "windows-1252",
          "ISO-8859-9", "windows-1254",
          "ISO-8859-8-I", "ISO-8859-8");

  private static final Set<String> OF_SEVERAL_BYTES =
      Set.of("Shift_JIS", "EUC-JP", "EUC-KR", "Big5", "GB18030");

  private GuessCharset() {}

  /** The likeliest; empty when none is likely, or when the bytes are broken UTF-8. */
  static Optional<Charset> of(byte[] content) {
    byte[] sample = sample(content);
    CharsetDetector detector = new CharsetDetector();
    detector.setText(sample);
    CharsetMatch[] matches = detector.detectAll();
    if (matches.length > 0 && matches[0].getName().equals("UTF-8")) {
      return Optional.empty();
    }
    List<CharsetMatch> likely =
        Arrays.stream(matches)
            .filter(it -> it.getConfidence() >= LEAST_CONFIDENCE && isKept(it.getName()))
            .toList();
    if (likely.isEmpty()) {
      return mozilla(sample);
    }
    int best = likely.get(0).getConfidence();
    return likely.stream()
        .filter(it -> it.getConfidence() == best)
        .map(it -> MEANT.getOrDefault(it.getName(), it.getName()))
        .reduce((one, other) -> other.equals("windows-1252") ? other : one)
        .map(Charset::forName);
  }

  private static Optional<Charset> mozilla(byte[] sample) {
    try {
      return Optional.ofNullable(
              new UniversalEncodingDetector()
                  .detect(new ByteArrayInputStream(sample), new Metadata()))
          .filter(it -> OF_SEVERAL_BYTES.contains(it.name()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isKept(String name) {
    return KEPT.contains(name) || name.startsWith("ISO-8859-") || name.startsWith("windows-");
  }

  /** The places that are not ASCII, which alone tell, and what is around them. */
  private static byte[] sample(byte[] content) {
    if (content.length <= SAMPLE) {
      return content;
    }
    ByteArrayOutputStream sample = new ByteArrayOutputStream();
    int taken = 0;
    for (int i = 0; i < content.length && sample.size() < SAMPLE; i++) {
      if (content[i] < 0 || content[i] == 0x1b) {
        int start = Math.max(taken, i - AROUND);
        int end = Math.min(content.length, i + AROUND);
        sample.write(content, start, Math.max(0, end - start));
        taken = Math.max(taken, end);
      }
    }
    return sample.toByteArray();
  }
}
