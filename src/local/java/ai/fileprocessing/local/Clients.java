package ai.fileprocessing.local;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The AWS SDK's clients of the stand-ins. */
final class Clients implements AutoCloseable {
  private static final Region REGION = Region.of(Template.REGION);
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(
          AwsBasicCredentials.create(StandIns.ACCESS_KEY, StandIns.SECRET_ACCESS_KEY));

  private final SdkHttpClient http =
      Apache5HttpClient.builder().maxConnections(600).socketTimeout(Duration.ofSeconds(60)).build();
  private final S3Client s3;
  private final S3Presigner s3Presigner;
  private final DynamoDbClient dynamodb;
  private final SqsClient sqs;
  private final BedrockRuntimeClient bedrockRuntime;

  Clients(Ports ports) {
    URI s3Endpoint = LoopbackServer.uri(ports.s3());
    s3 = client(S3Client.builder(), s3Endpoint);
    s3Presigner =
        S3Presigner.builder()
            .endpointOverride(s3Endpoint)
            .region(REGION)
            .credentialsProvider(CREDENTIALS)
            .build();
    dynamodb = client(DynamoDbClient.builder(), LoopbackServer.uri(ports.dynamodb()));
    sqs = client(SqsClient.builder(), LoopbackServer.uri(ports.sqs()));
    bedrockRuntime = client(BedrockRuntimeClient.builder(), LoopbackServer.uri(ports.bedrock()));
  }

  S3Client s3() {
    return s3;
  }

  S3Presigner s3Presigner() {
    return s3Presigner;
  }

  DynamoDbClient dynamodb() {
    return dynamodb;
  }

  SqsClient sqs() {
    return sqs;
  }

  BedrockRuntimeClient bedrockRuntime() {
    return bedrockRuntime;
  }

  @Override
  public void close() {
    s3.close();
    s3Presigner.close();
    dynamodb.close();
    sqs.close();
    bedrockRuntime.close();
    http.close();
  }

  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, URI endpoint) {
    return builder
        .endpointOverride(endpoint)
        .region(REGION)
        .credentialsProvider(CREDENTIALS)
        .httpClient(http)
        .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }
}
