package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
  @CsvSource({"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "UTF-8"})
  void aByteOrderMarkTellsTheEncoding(String charset) {
    String text = "Gr\u00fc\u00dfe aus \u6771\u4eac \uD83D\uDE00\n";

    assertThat(TextOfFile.decode(("\uFEFF" + text).getBytes(Charset.forName(charset))))
        .contains(text);
  }

  @ParameterizedTest
  @CsvSource({"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void zeroBytesTellTheEncodingWithoutAMark(String charset) {
    String text = "id;name\r\n1;J\u00fcrgen\r\n2;\u6771\u4eac \uD83D\uDE00\r\n";

    assertThat(TextOfFile.decode(text.getBytes(Charset.forName(charset)))).contains(text);
  }

  @ParameterizedTest
  @CsvSource({
    "windows-1252,über",
    "windows-1252,Die Größe der Straße überraschte Jürgen sehr.",
    "ISO-8859-1,Grüße aus München",
    "windows-1252,'L''été dernier, nous étions à la plage où le café était très cher.'",
    "windows-1252,He said \u201chello\u201d \u2013 and left. It\u2019s fine.",
    "windows-1252,Preis: 5 \u20ac; Summe: 10 \u20ac",
    "windows-1252,Name;Ort;Betrag Müller;Köln;12.50 Schäfer;Düsseldorf;7.00",
    "windows-1250,'Zażółć gęślą jaźń, to jest polski tekst z ogonkami.'",
    "ISO-8859-2,'Zażółć gęślą jaźń, to jest polski tekst z ogonkami.'",
    "windows-1254,Türkçe bir metin; ığüşöç harfleri içerir ve güzeldir.",
    "windows-1251,Это обычный русский текст который должен быть распознан.",
    "windows-1251,Привет мир",
    "KOI8-R,Это обычный русский текст который должен быть распознан.",
    "IBM866,Это обычный русский текст который должен быть распознан.",
    "ISO-8859-5,Это обычный русский текст который должен быть распознан.",
    "ISO-8859-7,Αυτό είναι ένα ελληνικό κείμενο για δοκιμή.",
    "Shift_JIS,これは日本語の文章です。文字コードを判別できるかどうかを確かめます。",
    "Shift_JIS,東京タワー",
    "EUC-JP,これは日本語の文章です。文字コードを判別できるかどうかを確かめます。",
    "ISO-2022-JP,これは日本語の文章です。文字コードを判別できるかどうかを確かめます。",
    "GB18030,这是一段中文文本，用来测试编码检测是否正确。北京是中国的首都。",
    "Big5,這是一段中文文本，用來測試編碼檢測是否正確。台北是一個城市。",
    "EUC-KR,안녕하세요. 이것은 한국어 문장입니다. 인코딩을 확인합니다."
  })
  void anEncodingFromBeforeUnicodeIsGuessedRight(String charset, String text) {
    assertThat(TextOfFile.decode(text.getBytes(Charset.forName(charset)))).contains(text);
  }

  @Test
  void oneLetterFarFromTheBeginningIsEnough() {
    String text = "plain text, ".repeat(4_000) + "na\u00efve caf\u00e9s" + ", and more".repeat(900);

    assertThat(TextOfFile.decode(text.getBytes(Charset.forName("windows-1252")))).contains(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c3", // cut in a character
        "61e282", // the same, of three bytes
        "61626364c3a4c3b6c3bce282", // the same, behind others
        "c0af", // overlong
        "eda080", // half a surrogate pair
        "f4908080", // behind the last character
        "8961", // too little to tell
        "89504e470d0a1a0a0000000d49484452", // a PNG
        "504b030414000600080000002100", // a ZIP
        "fffe610062", // not whole characters
        "fffe00d8", // half a surrogate pair
        "efbbbfff", // a mark that lies
        "610062", // a NUL
        "fffe61000000", // the same
        "00"
      })
  void whatIsNoTextInAnyEncodingIsNoText(String hex) {
    assertThat(TextOfFile.decode(HexFormat.of().parseHex(hex))).isEmpty();
  }

  @Test
  void noiseIsNoText() {
    Random random = new Random(1);
    for (int length = 201; length < 3_000; length += 7) {
      byte[] noise = new byte[length];
      random.nextBytes(noise);
      ByteArrayOutputStream shown = new ByteArrayOutputStream();
      for (byte b : noise) {
        shown.write((b & 0x60) == 0 ? b | 0x60 : b);
      }
      assertThat(TextOfFile.decode(noise)).isEmpty();
      assertThat(TextOfFile.decode(shown.toByteArray())).as("without controls").isEmpty();
    }
  }

  /** The code page of DOS has letters where Windows has nothing. */
  @Test
  void whatCanOnlyBeGuessedWrongIsNoText() {
    byte[] dos = "Für Jürgen: ein schöner Garten".getBytes(Charset.forName("IBM850"));

    assertThat(TextOfFile.decode(dos)).isEmpty();
  }
}
