package ai.fileprocessing.inference;

/** How long texts are when they are sent. */
final class Utf8 {
  private Utf8() {}

  /** In bytes. */
  static long length(CharSequence text) {
    long length = 0;
    for (int i = 0; i < text.length(); i++) {
      length += length(text.charAt(i));
    }
    return length;
  }

  /** In bytes, half of a surrogate pair counting half. */
  static int length(char c) {
    if (c < 0x80) {
      return 1;
    }
    return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
  }
}
