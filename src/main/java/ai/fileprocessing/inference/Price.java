package ai.fileprocessing.inference;

import ai.fileprocessing.platform.SettingType;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a million tokens cost, in millionths of a US dollar.
 *
 * @param cacheRead read from the prompt cache
 * @param cacheWrite written to the prompt cache
 */
record Price(long input, long output, long cacheRead, long cacheWrite) {
  /** By model id or family, as an operator writes them: US dollars per million tokens. */
  static final SettingType<Map<String, Price>> LIST =
      new SettingType<>(
          "pairs model=input/output or model=input/output/cacheRead/cacheWrite with commas between,"
              + " in US dollars per million tokens, each from 0 to 1000 with up to 6 decimals",
          Price::list);

  private static final long MILLION = 1_000_000;
  private static final long DEAREST = 1_000 * MILLION;
  private static final Pattern DOLLARS = Pattern.compile("[0-9]{1,4}(\\.[0-9]{1,6})?");

  /**
   * The cost of the tokens of one call, in millionths of a US dollar, rounded up. It is exact: four
   * times the dearest price times the most tokens that a call can count fit into a long.
   */
  long cost(Usage tokens) {
    long trillionths =
        Math.addExact(
            Math.addExact(
                Math.multiplyExact(input, tokens.inputTokens()),
                Math.multiplyExact(output, tokens.outputTokens())),
            Math.addExact(
                Math.multiplyExact(cacheRead, tokens.cacheReadTokens()),
                Math.multiplyExact(cacheWrite, tokens.cacheWriteTokens())));
    return -Math.floorDiv(-trillionths, MILLION);
  }

  private static Map<String, Price> list(String text) {
    Map<String, Price> prices = new LinkedHashMap<>();
    for (String pair : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      int sign = pair.indexOf('=');
      String model = pair.substring(0, sign).strip();
      if (model.isEmpty() || prices.put(model, of(pair.substring(sign + 1))) != null) {
        throw new IllegalArgumentException();
      }
    }
    return Map.copyOf(prices);
  }

  /** Where the prices of the cache are left out, its tokens cost what others do. */
  private static Price of(String text) {
    List<Long> parts = Stream.of(text.split("/", -1)).map(Price::micros).toList();
    return switch (parts.size()) {
      case 2 -> new Price(parts.get(0), parts.get(1), parts.get(0), parts.get(0));
      case 4 -> new Price(parts.get(0), parts.get(1), parts.get(2), parts.get(3));
      default -> throw new IllegalArgumentException();
    };
  }

  private static long micros(String dollars) {
    if (!DOLLARS.matcher(dollars.strip()).matches()) {
      throw new IllegalArgumentException();
    }
    long micros = new BigDecimal(dollars.strip()).movePointRight(6).longValueExact();
    if (micros > DEAREST) {
      throw new IllegalArgumentException();
    }
    return micros;
  }
}
