package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextOfFileTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"", "a", "\r\n\t", "\u00fcn\u00ef \u20ac \uD83D\uDE00", "\u0001\u001b", "\uFFFD"})
  void utf8IsReadAsItIs(String text) {
    assertThat(TextOfFile.decode(text.getBytes(StandardCharsets.UTF_8))).contains(text);
  }

  @Test
  void aByteOrderMarkInFrontIsNoText() {
    assertThat(TextOfFile.decode("\uFEFFa\uFEFF".getBytes(StandardCharsets.UTF_8)))
        .contains("a\uFEFF");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fffe6100", // UTF-16
        "fc6265720a", // Latin-1
        "c3", // cut in a character
        "61e282", // the same, of three bytes
        "c0af", // overlong
        "eda080", // half a surrogate pair
        "f4908080", // behind the last character
        "8961", // PNG's first byte
        "610062", // a NUL
        "00"
      })
  void whatIsNoUtf8OrHoldsANulIsNoText(String hex) {
    assertThat(TextOfFile.decode(HexFormat.of().parseHex(hex))).isEmpty();
  }
}
