package ai.fileprocessing.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * The AWS clients, one each for the life of the process.
 *
 * <p>Retry mode, attempts and timeouts are set here and nowhere else, because the SDK's defaults
 * change with its releases. The SDK retries S3, DynamoDB and SQS; a model call is made once,
 * because the job engine owns its retries.
 */
@ApplicationScoped
class AwsClients {
  private static final int ATTEMPTS = 3;

  /** No bound of its own: the worker's slots bound the calls. */
  private static final int MODEL_CONNECTIONS = 10_000;

  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration SILENCE = Duration.ofSeconds(10);

  /** SQS may hold a long poll for 20 seconds; the connection must outlive that. */
  private static final Duration POLL_SILENCE = Duration.ofSeconds(30);

  private final AwsSettings settings;
  private final List<ExecutionInterceptor> interceptors;

  @Inject
  AwsClients(AwsSettings settings, Telemetry telemetry) {
    this.settings = settings;
    interceptors = telemetry.on() ? List.of(new TraceAwsCalls(telemetry.tracer())) : List.of();
  }

  @Produces
  @Singleton
  S3Client s3() {
    return configured(
            S3Client.builder(),
            settings.s3(),
            Duration.ofMinutes(2),
            AwsRetryStrategy.standardRetryStrategy())
        .httpClientBuilder(pool(settings.connections(), SILENCE))
        .build();
  }

  @Produces
  @Singleton
  S3Presigner presigner() {
    S3Presigner.Builder builder = S3Presigner.builder().region(settings.region());
    settings.s3().ifPresent(builder::endpointOverride);
    return builder.build();
  }

  @Produces
  @Singleton
  DynamoDbClient dynamodb() {
    return configured(
            DynamoDbClient.builder(),
            settings.dynamodb(),
            SILENCE,
            AwsRetryStrategy.standardRetryStrategy())
        .httpClientBuilder(pool(settings.connections(), Duration.ofSeconds(5)))
        .build();
  }

  @Produces
  @Singleton
  SqsClient sqs() {
    return configured(
            SqsClient.builder(), settings.sqs(), SILENCE, AwsRetryStrategy.standardRetryStrategy())
        .httpClientBuilder(pool(settings.connections(), Duration.ofSeconds(5)))
        .build();
  }

  /**
   * A client of its own for long polls, so that they can never starve deletes and lease extensions.
   */
  @Produces
  @Singleton
  @LongPoll
  SqsClient longPoll() {
    return configured(
            SqsClient.builder(), settings.sqs(), POLL_SILENCE, AwsRetryStrategy.doNotRetry())
        .httpClientBuilder(pool(4, POLL_SILENCE))
        .build();
  }

  @Produces
  @Singleton
  BedrockRuntimeClient bedrock() {
    Duration silence = settings.modelTimeout();
    return configured(
            BedrockRuntimeClient.builder(),
            settings.bedrock(),
            silence.plus(SILENCE),
            AwsRetryStrategy.doNotRetry())
        .httpClientBuilder(new InterruptibleHttp.Builder(pool(MODEL_CONNECTIONS, silence)))
        .build();
  }

  void close(@Disposes S3Client client) {
    client.close();
  }

  void close(@Disposes S3Presigner presigner) {
    presigner.close();
  }

  void close(@Disposes DynamoDbClient client) {
    client.close();
  }

  void close(@Disposes SqsClient client) {
    client.close();
  }

  void closePoll(@Disposes @LongPoll SqsClient client) {
    client.close();
  }

  void close(@Disposes BedrockRuntimeClient client) {
    client.close();
  }

  private <B extends AwsClientBuilder<B, ?>> B configured(
      B builder, Optional<URI> endpoint, Duration wholeCall, RetryStrategy retries) {
    endpoint.ifPresent(builder::endpointOverride);
    RetryStrategy limited =
        retries.maxAttempts() > 1 ? retries.toBuilder().maxAttempts(ATTEMPTS).build() : retries;
    return builder
        .region(settings.region())
        .overrideConfiguration(
            ClientOverrideConfiguration.builder()
                .retryStrategy(limited)
                .apiCallTimeout(wholeCall)
                .executionInterceptors(interceptors)
                .build());
  }

  private static Apache5HttpClient.Builder pool(int connections, Duration silence) {
    return Apache5HttpClient.builder()
        .maxConnections(connections)
        .connectionTimeout(CONNECT)
        .connectionAcquisitionTimeout(SILENCE)
        .socketTimeout(silence);
  }
}
