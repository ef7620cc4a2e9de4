package ai.fileprocessing.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads configuration as typed values and refuses what is missing or wrong with one line that names
 * the key.
 *
 * <p>It remembers each key that was asked for, with its type and default, so that a test can hold
 * the README's table against the code.
 */
public final class Settings {
  /**
   * A key as it was asked for.
   *
   * @param defaultValue the default as one would write it, empty where there is none
   */
  public record Key(String name, String type, String defaultValue) {
    /**
     * The environment variable that sets this key (MicroProfile Config, "Environment Variables
     * Mapping Rules").
     */
    public String variable() {
      return variableOf(name);
    }
  }

  private final Function<String, Optional<String>> source;
  private final List<Key> keys = new ArrayList<>();

  /** Settings read from a source of raw values, such as MicroProfile Config. */
  public Settings(Function<String, Optional<String>> source) {
    this.source = source;
  }

  /** The value of a key that must be set. */
  public <T> T required(String key, SettingType<T> type) {
    return optional(key, type)
        .orElseThrow(() -> wrong(key, "is not set; it needs " + type.description()));
  }

  /** The value of a key, or its default; the default is written as a user would write it. */
  public <T> T withDefault(String key, SettingType<T> type, String defaultValue) {
    keys.add(new Key(key, type.description(), defaultValue));
    return parse(key, type, raw(key).orElse(defaultValue));
  }

  /** The value of a key that may be left out. */
  public <T> Optional<T> optional(String key, SettingType<T> type) {
    keys.add(new Key(key, type.description(), ""));
    return raw(key).map(value -> parse(key, type, value));
  }

  /** Every key asked for so far. */
  public List<Key> keys() {
    return List.copyOf(keys);
  }

  private Optional<String> raw(String key) {
    return source.apply(key).map(String::strip).filter(value -> !value.isEmpty());
  }

  private static <T> T parse(String key, SettingType<T> type, String value) {
    try {
      return type.parse(value);
    } catch (RuntimeException e) {
      throw wrong(key, "is '" + value + "'; it needs " + type.description());
    }
  }

  /** The refusal of a key; the text goes on after its name, without a full stop. */
  public static ConfigurationException wrong(String key, String what) {
    return new ConfigurationException(
        "Configuration key " + key + " (environment " + variableOf(key) + ") " + what + ".");
  }

  private static String variableOf(String key) {
    return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }
}
