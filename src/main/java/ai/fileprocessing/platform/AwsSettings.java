package ai.fileprocessing.platform;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.regions.Region;

/**
 * Where AWS is. The names are the AWS SDK's own environment variables; they are read here so that a
 * wrong one stops the start instead of failing the first request. Credentials come from the SDK's
 * default chain and are never ours to read.
 *
 * @param modelTimeout the longest silence on a connection to the model before the call counts as
 *     lost
 */
record AwsSettings(
    Region region,
    Optional<URI> s3,
    Optional<URI> dynamodb,
    Optional<URI> sqs,
    Optional<URI> bedrock,
    int connections,
    Duration modelTimeout)
    implements RoomSettings {

  /** A region that the SDK knows, so that a typing error is not a host name that nobody answers. */
  private static final SettingType<Region> REGION =
      new SettingType<>("an AWS region such as eu-central-1", AwsSettings::known);

  static AwsSettings from(Settings settings) {
    return new AwsSettings(
        settings.required("aws.region", REGION),
        settings.optional("aws.endpoint.url.s3", SettingType.URL),
        settings.optional("aws.endpoint.url.dynamodb", SettingType.URL),
        settings.optional("aws.endpoint.url.sqs", SettingType.URL),
        settings.optional("aws.endpoint.url.bedrock.runtime", SettingType.URL),
        settings.withDefault("aws.connections", SettingType.number(1, 10_000), "100"),
        settings.withDefault(
            "bedrock.timeout",
            SettingType.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
            "PT15M"));
  }

  private static Region known(String name) {
    Region region = Region.of(name);
    if (!Region.regions().contains(region)) {
      throw new IllegalArgumentException(name);
    }
    return region;
  }

  @Dependent
  static class Producer {
    @Produces
    @Singleton
    AwsSettings read(Settings settings) {
      return from(settings);
    }
  }
}
