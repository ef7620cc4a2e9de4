package ai.fileprocessing.jobs;

import ai.fileprocessing.platform.Trouble;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * Answers to the parts of long files, beside the results, until the whole is answered. They spare
 * calls and nothing depends on them: what cannot be kept or read is asked again.
 */
@ApplicationScoped
class PartAnswers {
  private static final System.Logger LOG = System.getLogger(PartAnswers.class.getName());

  private final S3Client s3;
  private final String bucket;
  private final Trouble trouble;

  @Inject
  PartAnswers(S3Client s3, JobsSettings settings, Clock clock) {
    this.s3 = s3;
    bucket = settings.resultsBucket();
    trouble = new Trouble(LOG, clock);
  }

  Optional<String> find(Ticket ticket, String part) {
    try {
      return Optional.of(
          s3.getObjectAsBytes(get -> get.bucket(bucket).key(Results.partsOf(ticket) + part))
              .asUtf8String());
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    } catch (SdkException e) {
      trouble.warn("The answer to a part of a file cannot be read; the part is asked again", e);
      return Optional.empty();
    }
  }

  void keep(Ticket ticket, String part, String answer) {
    try {
      s3.putObject(
          put ->
              put.bucket(bucket)
                  .key(Results.partsOf(ticket) + part)
                  .contentType("text/plain; charset=utf-8"),
          RequestBody.fromString(answer));
    } catch (SdkException e) {
      trouble.warn("The answer to a part of a file is not kept; a retry asks for it again", e);
    }
  }
}
