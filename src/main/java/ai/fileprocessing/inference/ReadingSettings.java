package ai.fileprocessing.inference;

import ai.fileprocessing.platform.SettingType;
import ai.fileprocessing.platform.Settings;
import java.time.Duration;

/**
 * The bounds of what is done to a file before a model is asked.
 *
 * @param parts the most questions for one input that is too long for one
 * @param unpacked the most bytes that a packed file may have when it is unpacked
 * @param time the longest that reading one file may take
 * @param heap the most bytes of the heap that it may take
 */
record ReadingSettings(int parts, long unpacked, Duration time, long heap) {
  /** Reads them; a wrong one is a ConfigurationException. */
  static ReadingSettings from(Settings settings) {
    return new ReadingSettings(
        settings.withDefault("inference.most.parts", SettingType.number(1, 1_000), "50"),
        settings.withDefault("inference.largest.unpacked", SettingType.SIZE, "100MB"),
        settings.withDefault(
            "inference.reading.time",
            SettingType.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
            "PT1M"),
        // The other half is for the server, and for what is counted too low.
        Runtime.getRuntime().maxMemory() / 2);
  }
}
