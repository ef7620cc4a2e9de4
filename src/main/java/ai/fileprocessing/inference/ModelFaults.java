package ai.fileprocessing.inference;

import ai.fileprocessing.inference.Outcome.Failed;
import ai.fileprocessing.inference.Outcome.Passing;
import java.util.List;
import java.util.Locale;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.bedrockruntime.model.AccessDeniedException;
import software.amazon.awssdk.services.bedrockruntime.model.ModelErrorException;
import software.amazon.awssdk.services.bedrockruntime.model.ModelNotReadyException;
import software.amazon.awssdk.services.bedrockruntime.model.ModelTimeoutException;
import software.amazon.awssdk.services.bedrockruntime.model.ResourceNotFoundException;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceQuotaExceededException;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/**
 * The one place that decides which of Bedrock's errors pass and which do not (Amazon Bedrock User
 * Guide, "Troubleshooting Amazon Bedrock API error codes"). Bedrock's own words stay out: they can
 * name accounts and ARNs.
 */
final class ModelFaults {
  private static final int TOO_MANY = 429;

  private ModelFaults() {}

  /**
   * What an error of a call means for the file, with the tokens that earlier calls for it have
   * used.
   */
  static Outcome outcome(SdkException fault, Usage used) {
    if (fault instanceof ThrottlingException
        || fault instanceof ModelNotReadyException
        || fault instanceof ServiceQuotaExceededException
        || fault instanceof AwsServiceException other && other.statusCode() == TOO_MANY) {
      return new Passing(
          "MODEL_THROTTLED", "The model takes no more requests at the moment.", true);
    }
    if (fault instanceof ValidationException invalid) {
      return tooLong(invalid)
          ? new Failed(
              "INPUT_TOO_LONG",
              "Prompt and file together are longer than the model's context. Split the file.",
              used)
          : new Failed(
              "MODEL_REFUSED_REQUEST",
              "The model does not accept this request. Check the model's limits and the inference parameters.",
              used);
    }
    if (fault instanceof AccessDeniedException || fault instanceof ResourceNotFoundException) {
      return new Failed(
          "MODEL_NOT_ENABLED",
          "This model is not enabled for the service. Choose another, or ask the operator to enable it.",
          used);
    }
    if (fault instanceof ModelTimeoutException) {
      return new Passing("MODEL_TIMEOUT", "The model did not answer in time.", false);
    }
    if (fault instanceof ModelErrorException) {
      return new Passing("MODEL_ERROR", "The model failed while it answered.", false);
    }
    if (fault instanceof AwsServiceException service && clientsFault(service.statusCode())) {
      return new Failed(
          "MODEL_REFUSED_REQUEST",
          "The model does not accept this request. Check the model's limits and the inference parameters.",
          used);
    }
    return new Passing(
        "MODEL_UNAVAILABLE", "The model service could not be reached or did not answer.", false);
  }

  /** Credentials that expired and clocks that went wrong are 401 and 403, and the operator's. */
  private static boolean clientsFault(int status) {
    return status >= 400 && status < 500 && !List.of(401, 403, 408, 429).contains(status);
  }

  private static boolean tooLong(ValidationException invalid) {
    String message = String.valueOf(invalid.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("too long") || message.contains("context");
  }
}
