package ai.fileprocessing.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fileprocessing.platform.ConfigurationException;
import ai.fileprocessing.platform.Settings;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriceTest {
  @Test
  void pricesAreWrittenInDollarsAndKeptInMillionthsOfThem() {
    assertThat(read("a.b:0=3/15/0.30/3.75, arn:aws:x/y = 0.035/0.14/0.00875/0"))
        .isEqualTo(
            Map.of(
                "a.b:0", new Price(3_000_000, 15_000_000, 300_000, 3_750_000),
                "arn:aws:x/y", new Price(35_000, 140_000, 8_750, 0)));
  }

  @Test
  void withoutPricesOfTheCacheItsTokensCostWhatOthersDo() {
    assertThat(read("m=2/8"))
        .containsEntry("m", new Price(2_000_000, 8_000_000, 2_000_000, 2_000_000));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "m",
        "m=",
        "=1/2",
        "m=1",
        "m=1/2/3",
        "m=1/2/3/4/5",
        "m=1/2,",
        "m=1/2,m=1/2",
        "m=-1/2",
        "m=1/1000.000001",
        "m=1/0.0000001",
        "m=1e3/2",
        "m=1/.5",
        "m=1,5/2",
        "m=$1/2",
        "m=1//3/4",
        "m=NaN/1"
      })
  void whatIsNoPriceIsRefusedWithTheRightForm(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("a.key", text, "model=input/output");
  }

  @ParameterizedTest
  @CsvSource({
    "0,0,0,0,0",
    "1,0,0,0,3",
    "0,1,0,0,15",
    "0,0,1,0,1",
    "0,0,10,0,3",
    "0,0,11,0,4",
    "0,0,0,1,4",
    "0,0,0,4,15",
    "0,0,1,1,5",
    "1000000,1000000,1000000,1000000,22050000",
    "1234,567,8901,23,14964"
  })
  void aCallCostsTheSumOfItsTokensRoundedUpOnce(
      long input, long output, long read, long written, long cost) {
    assertThat(
            new Price(3_000_000, 15_000_000, 300_000, 3_750_000)
                .cost(new Usage(input, output, read, written, 0)))
        .isEqualTo(cost);
  }

  @Test
  void theMostTokensAtTheDearestPriceAreStillExact() {
    long most = Integer.MAX_VALUE;
    long dearest = 1_000_000_000;

    assertThat(
            new Price(dearest, dearest, dearest, dearest)
                .cost(new Usage(most, most, most, most, 0)))
        .isEqualTo(4 * most * 1_000);
  }

  private static Map<String, Price> read(String text) {
    return new Settings(key -> Optional.of(text)).required("a.key", Price.LIST);
  }
}
