package ai.fileprocessing.inference;

import ai.fileprocessing.inference.Outcome.Failed;
import ai.fileprocessing.inference.Outcome.Passing;
import ai.fileprocessing.inference.Outcome.Passing.Cause;
import ai.fileprocessing.platform.AnswerTooLargeException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
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

  /** How a call ends that never reached a model. */
  private static final List<Class<? extends IOException>> NOT_REACHED =
      List.of(
          ConnectException.class,
          ConnectTimeoutException.class,
          ConnectionRequestTimeoutException.class,
          NoRouteToHostException.class,
          SSLHandshakeException.class,
          UnknownHostException.class);

  private ModelFaults() {}

  /**
   * What an error of a call means for the file, with the tokens that earlier calls for it have
   * used.
   */
  static Outcome outcome(SdkException fault, Usage used) {
    // What earlier calls of a continued answer have used may be lost with this try, and counts.
    boolean paid = !used.equals(Usage.NONE);
    if (interrupted(fault)) {
      return new Passing(
          "CANCELLED", "The call was stopped.", paid || mayHaveWorked(fault), Cause.CANCELLED);
    }
    if (fault instanceof ThrottlingException
        || fault instanceof ModelNotReadyException
        || fault instanceof ServiceQuotaExceededException
        || fault instanceof AwsServiceException other && other.statusCode() == TOO_MANY) {
      return new Passing(
          "MODEL_THROTTLED",
          "The model takes no more requests at the moment.",
          paid,
          Cause.THROTTLED);
    }
    if (fault instanceof ValidationException invalid) {
      return tooLong(invalid)
          ? new Failed(
              "INPUT_TOO_LONG",
              "Prompt and file together are longer than the model's context. Split the file.",
              used)
          : refused(used);
    }
    if (fault instanceof AccessDeniedException || fault instanceof ResourceNotFoundException) {
      return new Failed(
          "MODEL_NOT_ENABLED",
          "This model is not enabled for the service. Choose another, or ask the operator to enable it.",
          used);
    }
    if (fault instanceof ModelTimeoutException) {
      return new Passing("MODEL_TIMEOUT", "The model did not answer in time.", true, Cause.SLOW);
    }
    if (fault instanceof ModelErrorException) {
      return new Passing("MODEL_ERROR", "The model failed while it answered.", true, Cause.FAULT);
    }
    if (fault instanceof AwsServiceException service && clientsFault(service.statusCode())) {
      return refused(used);
    }
    if (causes(fault).anyMatch(AnswerTooLargeException.class::isInstance)) {
      return new Failed(
          "OUTPUT_TOO_LARGE",
          "The model's answer is larger than any should be, and was not read to its end. Ask for less, or choose another model.",
          used);
    }
    boolean worked = mayHaveWorked(fault);
    return new Passing(
        "MODEL_UNAVAILABLE",
        "The model service could not be reached or did not answer.",
        paid || worked,
        worked ? Cause.FAULT : Cause.UNAVAILABLE);
  }

  private static Failed refused(Usage used) {
    return new Failed(
        "MODEL_REFUSED_REQUEST",
        "The model does not accept this request. Check the model's limits and the inference parameters.",
        used);
  }

  /** AWS's id of the call that failed, or null. */
  static String requestId(SdkException fault) {
    return fault instanceof AwsServiceException service ? service.requestId() : null;
  }

  /** The SDK interrupts the thread too, when it ends a call that takes too long. */
  private static boolean interrupted(SdkException fault) {
    return !(fault instanceof ApiCallTimeoutException)
        && causes(fault)
            .anyMatch(
                it ->
                    it instanceof AbortedException
                        || it instanceof InterruptedException
                        || it instanceof ClosedByInterruptException);
  }

  /**
   * No connection, no credentials, or a service that says it is not there: then no model has
   * worked.
   */
  private static boolean mayHaveWorked(SdkException fault) {
    if (fault instanceof AwsServiceException service) {
      return service.statusCode() == 500;
    }
    return fault instanceof ApiCallTimeoutException
        || causes(fault).anyMatch(IOException.class::isInstance)
            && causes(fault)
                .noneMatch(it -> NOT_REACHED.stream().anyMatch(end -> end.isInstance(it)));
  }

  private static Stream<Throwable> causes(Throwable fault) {
    return Stream.iterate(fault, it -> it != null, Throwable::getCause);
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
