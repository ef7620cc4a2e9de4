package ai.fileprocessing.inference;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a file's bytes as text, or says that they are none. Encodings that can be known are known
 * by their marks and by strict decoding; only for the rest a guess must do, and only one that
 * leaves no trace of being wrong. Nothing is replaced.
 */
final class TextOfFile {
  private static final Charset UTF_32LE = Charset.forName("UTF-32LE");
  private static final Charset UTF_32BE = Charset.forName("UTF-32BE");

  /** Byte order marks; that of UTF-32 begins with that of UTF-16 and comes first. */
  private static final Map<byte[], Charset> MARKS = new LinkedHashMap<>();

  static {
    MARKS.put(new byte[] {(byte) 0xff, (byte) 0xfe, 0, 0}, UTF_32LE);
    MARKS.put(new byte[] {0, 0, (byte) 0xfe, (byte) 0xff}, UTF_32BE);
    MARKS.put(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, StandardCharsets.UTF_8);
    MARKS.put(new byte[] {(byte) 0xff, (byte) 0xfe}, StandardCharsets.UTF_16LE);
    MARKS.put(new byte[] {(byte) 0xfe, (byte) 0xff}, StandardCharsets.UTF_16BE);
  }

  /** The encodings in which text has zero bytes. */
  private static final List<Charset> WIDE =
      List.of(UTF_32LE, UTF_32BE, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE);

  /** Fewer bytes tell nothing of how they are encoded. */
  private static final int FEWEST = 4;

  /** How ISO-2022-JP and its kin leave ASCII, which UTF-8 has no use for. */
  private static final String SHIFT = "\u001b$";

  private TextOfFile() {}

  /** The text without its byte order mark; empty when it is none, or nobody can tell. */
  static Optional<String> decode(byte[] content) {
    for (Map.Entry<byte[], Charset> mark : MARKS.entrySet()) {
      int length = mark.getKey().length;
      if (startsWith(content, mark.getKey())) {
        return strictly(content, length, mark.getValue()).filter(text -> text.indexOf('\0') < 0);
      }
    }
    Optional<String> utf8 = strictly(content, 0, StandardCharsets.UTF_8);
    if (utf8.isPresent() && utf8.get().indexOf('\0') < 0) {
      return utf8.get().contains(SHIFT)
          ? GuessCharset.of(content).flatMap(it -> plausible(content, it)).or(() -> utf8)
          : utf8;
    }
    if (content.length < FEWEST) {
      return Optional.empty();
    }
    return holdsZero(content)
        ? WIDE.stream().flatMap(it -> plausible(content, it).stream()).findFirst()
        : GuessCharset.of(content).flatMap(it -> plausible(content, it));
  }

  private static boolean startsWith(byte[] content, byte[] mark) {
    return content.length >= mark.length
        && ByteBuffer.wrap(content, 0, mark.length).equals(ByteBuffer.wrap(mark));
  }

  private static boolean holdsZero(byte[] content) {
    for (byte b : content) {
      if (b == 0) {
        return true;
      }
    }
    return false;
  }

  private static Optional<String> strictly(byte[] content, int start, Charset charset) {
    try {
      return Optional.of(
          charset
              .newDecoder()
              .decode(ByteBuffer.wrap(content, start, content.length - start))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** A text of characters that texts have. */
  private static Optional<String> plausible(byte[] content, Charset charset) {
    return strictly(content, 0, charset)
        .filter(text -> text.codePoints().allMatch(TextOfFile::isWritten));
  }

  private static boolean isWritten(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL -> "\t\n\f\r".indexOf(character) >= 0;
      case Character.UNASSIGNED, Character.PRIVATE_USE, Character.SURROGATE -> false;
      default -> character != 0xFFFD;
    };
  }
}
