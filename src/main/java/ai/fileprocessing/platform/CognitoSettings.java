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

  /** Tokens name the issuer without a slash at its end; one here would refuse them all. */
  private static final SettingType<URI> ISSUER =
      new SettingType<>(
          "an absolute http or https URL without a slash at its end",
          text -> {
            if (text.endsWith("/")) {
              throw new IllegalArgumentException(text);
            }
            return SettingType.URL.parse(text);
          });

  static CognitoSettings from(Settings settings) {
    return new CognitoSettings(
        settings.required("cognito.issuer", ISSUER),
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
