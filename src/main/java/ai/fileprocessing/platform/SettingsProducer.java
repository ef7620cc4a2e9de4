package ai.fileprocessing.platform;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.Config;

/** Settings come from MicroProfile Config: system properties, then the environment. */
@Dependent
class SettingsProducer {
  @Produces
  @Singleton
  Settings settings(Config config) {
    return new Settings(key -> config.getOptionalValue(key, String.class));
  }
}
