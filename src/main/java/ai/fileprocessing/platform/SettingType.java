package ai.fileprocessing.platform;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How a configured text becomes a value.
 *
 * @param description what a right value looks like, as the end of "it needs …"
 * @param <T> the type of the value
 */
public record SettingType<T>(String description, Function<String, T> parser) {

  public static final SettingType<String> TEXT = new SettingType<>("a text", Function.identity());

  public static final SettingType<Boolean> SWITCH =
      new SettingType<>("true or false", SettingType::switchOf);

  public static final SettingType<URI> URL =
      new SettingType<>("an absolute http or https URL", SettingType::urlOf);

  public static final SettingType<List<String>> LIST =
      new SettingType<>("one or more texts with commas between", SettingType::listOf);

  public static final SettingType<Map<String, String>> MAP =
      new SettingType<>("pairs name=value with commas between", SettingType::mapOf);

  /** A duration (ISO 8601, as java.time.Duration reads it) within bounds, both included. */
  public static SettingType<Duration> duration(Duration least, Duration most) {
    return new SettingType<>(
        "a duration from " + least + " to " + most,
        text -> within(Duration.parse(text), least, most));
  }

  /** A folder that exists and can be written. */
  public static final SettingType<Path> FOLDER =
      new SettingType<>("a folder that can be written", SettingType::folderOf);

  /** A whole number within bounds, both included. */
  public static SettingType<Integer> number(int least, int most) {
    return new SettingType<>(
        "a whole number from " + least + " to " + most,
        text -> within(Integer.parseInt(text), least, most));
  }

  /** A decimal number within bounds, both included. */
  public static SettingType<Double> decimal(double least, double most) {
    return new SettingType<>(
        "a number from " + least + " to " + most,
        text -> within(Double.parseDouble(text), least, most));
  }

  /** A number of bytes, optionally with the suffix KB, MB or GB (powers of 1,024), above zero. */
  public static final SettingType<Long> SIZE =
      new SettingType<>("a size such as 512KB, 100MB or 1GB", SettingType::sizeOf);

  T parse(String text) {
    return parser.apply(text);
  }

  private static Boolean switchOf(String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException();
    }
    return Boolean.valueOf(text);
  }

  private static URI urlOf(String text) {
    URI url = URI.create(text);
    if (!List.of("http", "https").contains(url.getScheme()) || url.getHost() == null) {
      throw new IllegalArgumentException();
    }
    return url;
  }

  private static List<String> listOf(String text) {
    List<String> items = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    if (items.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException();
    }
    return items;
  }

  private static Map<String, String> mapOf(String text) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String pair : listOf(text)) {
      int sign = pair.indexOf('=');
      if (sign < 1 || sign == pair.length() - 1) {
        throw new IllegalArgumentException();
      }
      map.put(pair.substring(0, sign).strip(), pair.substring(sign + 1).strip());
    }
    return Map.copyOf(map);
  }

  private static Path folderOf(String text) {
    Path folder = Path.of(text);
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new IllegalArgumentException();
    }
    return folder;
  }

  private static Long sizeOf(String text) {
    int unit = Math.max(0, List.of("", "KB", "MB", "GB").indexOf(text.replaceAll("[0-9]", "")));
    String digits = unit == 0 ? text : text.substring(0, text.length() - 2);
    return Math.multiplyExact(
        within(Long.parseLong(digits), 1L, Long.MAX_VALUE), 1L << (10 * unit));
  }

  private static <N extends Comparable<N>> N within(N value, N least, N most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException();
    }
    return value;
  }
}
