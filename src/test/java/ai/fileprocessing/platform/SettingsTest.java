package ai.fileprocessing.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final String KEY = "jobs.max-files";

  @Test
  void whatIsMissingIsNamedWithItsVariableAndWhatItNeeds() {
    assertThatThrownBy(() -> of(Map.of()).required(KEY, SettingType.number(1, 9)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "Configuration key jobs.max-files (environment JOBS_MAX_FILES) is not set;"
                + " it needs a whole number from 1 to 9.");
  }

  @Test
  void whatIsWrongIsNamedWithItsVariableAndItsValueInOneLine() {
    assertThatThrownBy(
            () -> of(Map.of(KEY, "many")).withDefault(KEY, SettingType.number(1, 9), "3"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "Configuration key jobs.max-files (environment JOBS_MAX_FILES) is 'many';"
                + " it needs a whole number from 1 to 9.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\n"})
  void aBlankValueIsNone(String blank) {
    Settings settings = of(Map.of(KEY, blank));

    assertThat(settings.withDefault(KEY, SettingType.number(1, 9), "3")).isEqualTo(3);
    assertThat(settings.optional(KEY, SettingType.TEXT)).isEmpty();
    assertThatThrownBy(() -> settings.required(KEY, SettingType.TEXT))
        .hasMessageContaining("is not set");
  }

  @Test
  void aValueIsReadWithoutTheBlanksAroundIt() {
    assertThat(of(Map.of(KEY, " 4\n")).required(KEY, SettingType.number(1, 9))).isEqualTo(4);
  }

  @Test
  void aWrongDefaultIsFoundWhenItIsRead() {
    assertThatThrownBy(() -> of(Map.of()).withDefault(KEY, SettingType.number(1, 9), "10"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'10'");
  }

  @Test
  void everyKeyIsRememberedWithItsDefault() {
    Settings settings = of(Map.of("a", "x"));
    settings.required("a", SettingType.TEXT);
    settings.withDefault("b.c", SettingType.SWITCH, "true");
    settings.optional("d", SettingType.TEXT);

    assertThat(settings.keys())
        .containsExactly(
            new Settings.Key("a", "a text", ""),
            new Settings.Key("b.c", "true or false", "true"),
            new Settings.Key("d", "a text", ""));
    assertThat(settings.keys().get(1).variable()).isEqualTo("B_C");
  }

  @Test
  void aRegionThatAwsDoesNotHaveIsRefusedAtTheStart() {
    assertThatThrownBy(
            () -> AwsSettings.from(TestFloor.settings(Map.of("aws.region", "eu-centarl-1"))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("aws.region", "AWS_REGION", "eu-centarl-1");
  }

  private static Settings of(Map<String, String> values) {
    return new Settings(key -> Optional.ofNullable(values.get(key)));
  }
}
