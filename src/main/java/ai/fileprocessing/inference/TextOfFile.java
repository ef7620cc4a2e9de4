package ai.fileprocessing.inference;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads a file's bytes as text, or says that they are none: nothing is guessed and nothing is
 * replaced.
 */
final class TextOfFile {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private TextOfFile() {}

  /**
   * The text of strict UTF-8 bytes without their byte order mark; empty when they are not UTF-8 or
   * hold a NUL.
   */
  static Optional<String> decode(byte[] content) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      if (text.indexOf('\0') >= 0) {
        return Optional.empty();
      }
      return Optional.of(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
