package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternSizeTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "abc",
        "^\\d{4}-\\d{2}-\\d{2}$",
        "(a{10}b){20}",
        "((a{5}){5}){5}",
        "a{3,}",
        "a{0,50}b{2,3}",
        "[^]x]{9}",
        "[({]{30}",
        "[\\]({]{30}",
        "\\({30}",
        "\\p{Greek}{30}",
        "\\x{10FFFF}{30}",
        "\\pL{30}",
        "(?:a|bc|def){40}",
        "(?i:kelvin){7}",
        "[[:alpha:](]{30}",
        "(([[:alpha:](]a{10}){10}){10}",
        "a{,5}",
        "x*?y+z?"
      })
  void aPatternIsNeverCompiledToMoreThanWasCounted(String regex) {
    assertThat(PatternSize.of(regex))
        .isGreaterThanOrEqualTo(Pattern.compile(regex).programSize())
        .isLessThan(20_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "((a{1000}){1000}){1000}",
        "(((((a{99}){99}){99}){99}){99}){99}",
        "\\Q[\\E((a{1000}){1000}){1000}]",
        "([^]]{1000}){1000}",
        "a{999999999}"
      })
  void aPatternThatCannotBeCompiledIsCountedToo(String regex) {
    assertThat(PatternSize.of(regex)).isGreaterThan(999_000);
  }
}
