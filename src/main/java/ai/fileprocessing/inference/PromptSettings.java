package ai.fileprocessing.inference;

import ai.fileprocessing.platform.Place;
import ai.fileprocessing.platform.RoomSettings;
import ai.fileprocessing.platform.SettingType;
import ai.fileprocessing.platform.Settings;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * The settings of the saved prompts.
 *
 * @param most the most prompts that one caller may have saved
 */
public record PromptSettings(String table, int most) implements RoomSettings {

  /** Reads them; a missing or wrong one is a ConfigurationException. */
  public static PromptSettings from(Settings settings) {
    return new PromptSettings(
        settings.required("inference.prompts.table", SettingType.TEXT),
        settings.withDefault("inference.prompts.most", SettingType.number(1, 1_000_000), "1000"));
  }

  @Override
  public List<Place> places() {
    return List.of(new Place.Table("inference.prompts.table", table, "place", "prompt_id"));
  }

  @Dependent
  static class Producer {
    @Produces
    @Singleton
    PromptSettings read(Settings settings) {
      return from(settings);
    }
  }
}
