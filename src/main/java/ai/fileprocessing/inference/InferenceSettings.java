package ai.fileprocessing.inference;

import ai.fileprocessing.platform.RoomSettings;
import ai.fileprocessing.platform.SettingType;
import ai.fileprocessing.platform.Settings;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The settings of this room.
 *
 * @param models the ids, profiles and ARNs that a job may name; the first is the default
 * @param aliases other names for them
 * @param traits what each of them takes and can do
 * @param prices by model id or family
 * @param maxTokens the answer's limit where a job names none
 * @param mostTokens the highest limit that a job may name
 * @param temperature used where a job names neither temperature nor top_p; empty leaves it to the
 *     model
 * @param continuations how often a truncated answer is continued before it counts as too long
 * @param largestFile the largest that is read into memory, in bytes, whatever a model takes
 * @param reading bounds of reading it
 * @param requests how every request is made
 */
public record InferenceSettings(
    List<String> models,
    Map<String, String> aliases,
    Map<String, Traits> traits,
    Map<String, Price> prices,
    int maxTokens,
    int mostTokens,
    double temperature,
    int continuations,
    long largestFile,
    ReadingSettings reading,
    RequestSettings requests)
    implements RoomSettings {

  private static final String SONNET = "global.anthropic.claude-sonnet-4-5-20250929-v1:0";
  private static final String HAIKU = "global.anthropic.claude-haiku-4-5-20251001-v1:0";

  /** Reads them; a missing or wrong one is a ConfigurationException. */
  public static InferenceSettings from(Settings settings) {
    List<String> models =
        settings.withDefault("inference.models", SettingType.LIST, SONNET + "," + HAIKU);
    InferenceSettings read =
        new InferenceSettings(
            models,
            settings.withDefault("inference.aliases", SettingType.MAP, aliases(models)),
            ModelOverrides.over(
                models, settings.optional(ModelOverrides.KEY, SettingType.TEXT).orElse("{}")),
            settings.withDefault("inference.prices", Price.LIST, prices(models)),
            settings.withDefault("inference.max.tokens", SettingType.number(1, 1_000_000), "4096"),
            settings.withDefault(
                "inference.most.tokens", SettingType.number(1, 1_000_000), "32000"),
            settings.withDefault("inference.temperature", SettingType.decimal(0, 1), "0.4"),
            settings.withDefault("inference.continuations", SettingType.number(0, 100), "6"),
            settings.withDefault("inference.largest.file", SettingType.SIZE, "25MB"),
            ReadingSettings.from(settings),
            RequestSettings.from(settings));
    if (!models.containsAll(read.aliases().values())) {
      throw Settings.wrong("inference.aliases", "leads to a model that inference.models lacks");
    }
    if (read.maxTokens() > read.mostTokens()) {
      throw Settings.wrong("inference.max.tokens", "is more than inference.most.tokens");
    }
    for (String priced : read.prices().keySet()) {
      if (!models.contains(priced) && !ModelFamilies.names().contains(priced)) {
        throw Settings.wrong(
            "inference.prices",
            "names '" + priced + "', which is neither of inference.models nor a family of models");
      }
    }
    return read;
  }

  /** The ids that the first front end of this API sends, so that it works with any models. */
  private static String aliases(List<String> models) {
    return "anthropic.claude-3-sonnet-20240229-v1:0="
        + models.get(0)
        + ",anthropic.claude-3-haiku-20240307-v1:0="
        + models.get(models.size() - 1);
  }

  /**
   * The prices of the models that are offered by default: on demand, global profiles, as overviews
   * of spring 2026 quote AWS's list (aws.amazon.com/bedrock/pricing, which has the last word).
   */
  private static String prices(List<String> models) {
    Map<String, String> known = new LinkedHashMap<>();
    known.put(SONNET, "3/15/0.30/3.75");
    known.put(HAIKU, "1/5/0.10/1.25");
    return known.entrySet().stream()
        .filter(price -> models.contains(price.getKey()))
        .map(price -> price.getKey() + "=" + price.getValue())
        .collect(Collectors.joining(","));
  }

  @Dependent
  static class Producer {
    @Produces
    @Singleton
    InferenceSettings read(Settings settings) {
      return from(settings);
    }
  }
}
