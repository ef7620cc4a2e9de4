package ai.fileprocessing.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/** Tells a name that is wrong for good from AWS that does not answer at the moment. */
@ApplicationScoped
class LookAtPlace {
  private static final System.Logger LOG = System.getLogger(LookAtPlace.class.getName());

  /** A key that nobody has; the worker's role may ask for this one alone. */
  static final String NOBODY = "-";

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;

  /** In another region. */
  private static final int ELSEWHERE = 301;

  private final S3Client s3;
  private final DynamoDbClient dynamodb;
  private final SqsClient sqs;

  @Inject
  LookAtPlace(S3Client s3, DynamoDbClient dynamodb, SqsClient sqs) {
    this.s3 = s3;
    this.dynamodb = dynamodb;
    this.sqs = sqs;
  }

  /**
   * What is wrong with it; empty when nothing is.
   *
   * @param before what is believed when AWS does not say
   */
  Optional<String> wrong(Place place, Optional<String> before) {
    try {
      look(place);
      return Optional.empty();
    } catch (AwsServiceException e) {
      Optional<String> wrong = wrong(place, e);
      return wrong.isPresent() ? wrong : unknown(place, before, e);
    } catch (SdkException e) {
      return unknown(place, before, e);
    }
  }

  private void look(Place place) {
    if (place instanceof Place.Bucket bucket) {
      s3.headBucket(
          it -> it.bucket(bucket.name()).overrideConfiguration(o -> o.apiCallTimeout(PATIENCE)));
    } else if (place instanceof Place.Table table) {
      AttributeValue nobody = AttributeValue.fromS(NOBODY);
      dynamodb.getItem(
          it ->
              it.tableName(table.name())
                  .key(Map.of(table.partition(), nobody, table.sort(), nobody))
                  .overrideConfiguration(o -> o.apiCallTimeout(PATIENCE)));
    } else if (place instanceof Place.Queue queue) {
      sqs.getQueueAttributes(
          it ->
              it.queueUrl(queue.url())
                  .attributeNames(QueueAttributeName.QUEUE_ARN)
                  .overrideConfiguration(o -> o.apiCallTimeout(PATIENCE)));
    }
  }

  private static Optional<String> wrong(Place place, AwsServiceException e) {
    String code = e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorCode();
    if (e.statusCode() == NOT_FOUND
        || e instanceof ResourceNotFoundException
        || e instanceof QueueDoesNotExistException) {
      return Optional.of("names " + kind(place) + " that does not exist");
    }
    if (e.statusCode() == FORBIDDEN || code.startsWith("AccessDenied")) {
      return Optional.of("names " + kind(place) + " that this service may not use");
    }
    if (e.statusCode() == ELSEWHERE) {
      return Optional.of("names " + kind(place) + " in another region");
    }
    if (code.equals("ValidationException")) {
      return Optional.of("names " + kind(place) + " with other keys");
    }
    return Optional.empty();
  }

  private static String kind(Place place) {
    return "a " + place.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static Optional<String> unknown(Place place, Optional<String> before, SdkException e) {
    LOG.log(
        Level.WARNING,
        "AWS does not say whether what " + place.key() + " names is there; what was believed holds",
        e);
    return before;
  }
}
