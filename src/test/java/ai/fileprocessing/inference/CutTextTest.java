package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CutTextTest {
  @Test
  void whatFitsIsOnePiece() {
    assertThat(CutText.at("0123456789", 10)).containsExactly("0123456789");
    assertThat(CutText.at("", 10)).isEmpty();
  }

  @Test
  void paragraphsComeBeforeLinesAndLinesBeforeSentencesAndThoseBeforeWords() {
    assertThat(CutText.at("aaaa.\n\nbb. b\nbb b", 14)).containsExactly("aaaa.\n\n", "bb. b\nbb b");
    assertThat(CutText.at("aaaa aa\nbb. bb b", 13)).containsExactly("aaaa aa\n", "bb. bb b");
    assertThat(CutText.at("aaaa aa. bb bbb", 13)).containsExactly("aaaa aa. ", "bb bbb");
    assertThat(CutText.at("aaaaaaa bbbbbbb", 13)).containsExactly("aaaaaaa ", "bbbbbbb");
    assertThat(CutText.at("aaaaaaaabbbbbbbb", 8)).containsExactly("aaaaaaaa", "bbbbbbbb");
    assertThat(CutText.at("東京は。大阪は", 15)).containsExactly("東京は。", "大阪は");
  }

  @Test
  void aBorderNearTheBeginningIsNoneBecauseItWouldLeaveTooLittle() {
    assertThat(CutText.at("a\n\nbbbbbbbbbbbbbbbb", 10))
        .containsExactly("a\n\nbbbbbbb", "bbbbbbbbb");
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 6, 7, 8, 9, 10, 11, 50})
  void noCharacterIsCut(int most) {
    String text = "\uD83D\uDE00".repeat(20) + "a" + "\uD83D\uDE00\u00e9\u6771".repeat(10);

    List<String> pieces = CutText.at(text, most);

    assertThat(String.join("", pieces)).isEqualTo(text);
    assertThat(pieces)
        .allSatisfy(
            piece -> {
              byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
              assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(piece);
              assertThat(bytes.length).isLessThanOrEqualTo(most);
            });
  }

  @Test
  void blankPiecesAreNoPieces() {
    assertThat(CutText.at("a" + " ".repeat(100) + "b", 10))
        .allSatisfy(it -> assertThat(it).isNotBlank());
  }

  @Test
  void nothingIsLostOfAnyText() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 300; i++) {
        text.append("ab\n. \u00e4\u6771x".charAt(random.nextInt(8)));
      }
      assertThat(String.join("", CutText.at(text.toString(), 40)).replaceAll("\\s", ""))
          .isEqualTo(text.toString().replaceAll("\\s", ""));
    }
  }

  @Test
  void aLengthInUtf8IsTheOneThatIsSent() {
    String text = "a\u00e9\u6771\uD83D\uDE00";

    assertThat(Utf8.length(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
  }
}
