package ai.fileprocessing.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTypeTest {
  private static final SettingType<Duration> WAIT =
      SettingType.duration(Duration.ofSeconds(1), Duration.ofHours(1));

  @Test
  void aTextIsTakenAsItIs() {
    assertThat(read("a b=c,d", SettingType.TEXT)).isEqualTo("a b=c,d");
  }

  @ParameterizedTest
  @CsvSource({"true,true", "false,false"})
  void aSwitchIsTrueOrFalse(String text, boolean value) {
    assertThat(read(text, SettingType.SWITCH)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "TRUE", "1", "on", "truefalse"})
  void noOtherWordIsASwitch(String text) {
    assertRefused(text, SettingType.SWITCH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:9081", "https://a.example/b/c"})
  void aUrlIsAbsolute(String text) {
    assertThat(read(text, SettingType.URL)).isEqualTo(URI.create(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:9081",
        "//host/path",
        "/path",
        "ftp://host",
        "http:",
        "http:/path",
        "http://",
        "https://a b",
        "file:///etc/passwd",
        "jndi:ldap://x",
        "%"
      })
  void nothingElseIsAUrl(String text) {
    assertRefused(text, SettingType.URL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"a|1", "a,b|2", "a , b ,c|3", "arn:aws:x/y,b|2"})
  void aListHasCommasBetween(String text, int size) {
    assertThat(read(text, SettingType.LIST)).hasSize(size).noneMatch(item -> item.contains(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {",", "a,", ",a", "a,,b", "a, ,b", ",,"})
  void aListHasNoHoles(String text) {
    assertRefused(text, SettingType.LIST);
  }

  @Test
  void aMapIsPairsAndAValueMayHoldColonsSlashesAndEqualSigns() {
    assertThat(read("a=b, c = arn:x/y:1 ,e=f=g", SettingType.MAP))
        .isEqualTo(Map.of("a", "b", "c", "arn:x/y:1", "e", "f=g"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "=b", "a=", "a=b,c", "a=b,", "a= ,c=d", ","})
  void aMapHasOnlyWholePairs(String text) {
    assertRefused(text, SettingType.MAP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT1S", "PT1H", "PT15M", "PT1.5S"})
  void aDurationMayBeAnyWithinItsBounds(String text) {
    assertThat(read(text, WAIT)).isEqualTo(Duration.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PT0.999S",
        "PT1H0.001S",
        "PT0S",
        "-PT5S",
        "P1D",
        "60",
        "60s",
        "PT",
        "PT99999999999999999999S"
      })
  void aDurationOutsideItsBoundsOrInAnotherFormIsRefused(String text) {
    assertRefused(text, WAIT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "10", "7", "+7"})
  void aNumberMayBeAnyWithinItsBounds(String text) {
    assertThat(read(text, SettingType.number(1, 10))).isBetween(1, 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "11", "-1", "1.0", "1e1", "ten", "0x5", "99999999999", "1_0"})
  void aNumberOutsideItsBoundsOrNotWholeIsRefused(String text) {
    assertRefused(text, SettingType.number(1, 10));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "0.4", "4e-1"})
  void aDecimalMayBeAnyWithinItsBounds(String text) {
    assertThat(read(text, SettingType.decimal(0, 1))).isBetween(0.0, 1.0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0.1", "1.0001", "NaN", "Infinity", "1e400", "0,4", "half"})
  void aDecimalOutsideItsBoundsIsRefused(String text) {
    assertRefused(text, SettingType.decimal(0, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "1,1",
    "512,512",
    "512KB,524288",
    "100MB,104857600",
    "1GB,1073741824",
    "8589934591GB,9223372035781033984"
  })
  void aSizeHasPowersOf1024AsUnits(String text, long bytes) {
    assertThat(read(text, SettingType.SIZE)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5XB",
        "0",
        "0KB",
        "-1",
        "-1KB",
        "1.5MB",
        "5kb",
        "5 MB",
        "MB",
        "MB5",
        "1M2B",
        "1TB",
        "5B",
        "8589934592GB",
        "9223372036854775808",
        "99999999999999999999MB"
      })
  void aSizeOfAnotherFormOrTooLargeIsRefused(String text) {
    assertRefused(text, SettingType.SIZE);
  }

  @Test
  void anEmptySizeIsNoSize() {
    assertThatThrownBy(() -> SettingType.SIZE.parse("")).isInstanceOf(RuntimeException.class);
  }

  @Test
  void aFolderMustBeThere(@TempDir Path folder) throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    assertThat(read(folder.toString(), SettingType.FOLDER)).isEqualTo(folder);
    assertRefused(file.toString(), SettingType.FOLDER);
    assertRefused(folder.resolve("absent").toString(), SettingType.FOLDER);
    assertRefused("a\0b", SettingType.FOLDER);
  }

  private static <T> T read(String text, SettingType<T> type) {
    return new Settings(key -> Optional.of(text)).required("a.key", type);
  }

  private static void assertRefused(String text, SettingType<?> type) {
    assertThatThrownBy(() -> read(text, type))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("a.key", "A_KEY", text, type.description());
  }
}
