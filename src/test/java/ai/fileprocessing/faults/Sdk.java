package ai.fileprocessing.faults;

import ai.fileprocessing.local.StandIns;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** The AWS SDK's clients of one endpoint. */
final class Sdk implements AutoCloseable {
  private final SdkHttpClient http =
      Apache5HttpClient.builder().socketTimeout(Duration.ofSeconds(60)).build();
  private final URI endpoint;
  private final Region region;
  private final StaticCredentialsProvider credentials;

  Sdk(URI endpoint) {
    Map<String, String> environment = StandIns.shared().environment();
    this.endpoint = endpoint;
    this.region = Region.of(environment.get("AWS_REGION"));
    this.credentials =
        StaticCredentialsProvider.create(
            AwsBasicCredentials.create(
                environment.get("AWS_ACCESS_KEY_ID"), environment.get("AWS_SECRET_ACCESS_KEY")));
  }

  /** Whatever befalls the first attempt is what the caller sees. */
  <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C once(B builder) {
    return client(builder, AwsRetryStrategy.doNotRetry());
  }

  /** Tries three times, as the service does. */
  <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C retrying(B builder) {
    return client(
        builder, AwsRetryStrategy.standardRetryStrategy().toBuilder().maxAttempts(3).build());
  }

  S3Presigner presigner() {
    return S3Presigner.builder()
        .endpointOverride(endpoint)
        .region(region)
        .credentialsProvider(credentials)
        .build();
  }

  @Override
  public void close() {
    http.close();
  }

  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, RetryStrategy retries) {
    return builder
        .endpointOverride(endpoint)
        .region(region)
        .credentialsProvider(credentials)
        .httpClient(http)
        .overrideConfiguration(o -> o.retryStrategy(retries))
        .build();
  }
}
