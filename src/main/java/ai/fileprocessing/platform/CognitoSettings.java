package ai.fileprocessing.platform;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;

/**
 * Whose tokens are believed.
 *
 * @param issuer the pool's issuer, {@code https://cognito-idp.REGION.amazonaws.com/POOL}; its keys
 *     lie below it
 * @param clientIds the app clients whose tokens are accepted
 */
record CognitoSettings(URI issuer, List<String> clientIds) implements RoomSettings {

  static CognitoSettings from(Settings settings) {
    return new CognitoSettings(
        settings.required("cognito.issuer", SettingType.URL),
        settings.required("cognito.client.ids", SettingType.LIST));
  }

  @Dependent
  static class Producer {
    @Produces
    @Singleton
    CognitoSettings read(Settings settings) {
      return from(settings);
    }
  }
}
