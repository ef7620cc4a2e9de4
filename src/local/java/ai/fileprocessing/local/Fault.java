package ai.fileprocessing.local;

import java.util.Arrays;
import java.util.Optional;

/** The exceptions of Bedrock's Converse call, as they travel. */
enum Fault {
  THROTTLING("ThrottlingException", 429, "Too many requests, please wait before trying again."),
  MODEL_NOT_READY("ModelNotReadyException", 429, "The model is not ready for inference."),
  SERVICE_UNAVAILABLE("ServiceUnavailableException", 503, "Bedrock is unable to process it now."),
  INTERNAL_SERVER("InternalServerException", 500, "The system encountered an unexpected error."),
  MODEL_TIMEOUT("ModelTimeoutException", 408, "Model has timed out in processing the request."),
  MODEL_ERROR("ModelErrorException", 424, "The model encountered an unexpected error."),
  SERVICE_QUOTA_EXCEEDED("ServiceQuotaExceededException", 400, "A service quota is exceeded."),
  VALIDATION("ValidationException", 400, "The request is refused, as configured."),
  ACCESS_DENIED("AccessDeniedException", 403, "You don't have access to the specified model."),
  RESOURCE_NOT_FOUND("ResourceNotFoundException", 404, "Could not resolve the foundation model.");

  private final String exception;
  private final int status;
  private final String message;

  Fault(String exception, int status, String message) {
    this.exception = exception;
    this.status = status;
    this.message = message;
  }

  static Optional<Fault> named(String exception) {
    return Arrays.stream(values()).filter(fault -> fault.exception.equals(exception)).findFirst();
  }

  String exception() {
    return exception;
  }

  /** Whether Bedrock says so instead of asking the model, and not because it did. */
  boolean isBeforeModel() {
    return switch (this) {
      case THROTTLING, MODEL_NOT_READY, SERVICE_UNAVAILABLE, SERVICE_QUOTA_EXCEEDED -> true;
      default -> false;
    };
  }

  int status() {
    return status;
  }

  /** What Bedrock would say if it had no more to say. */
  String message() {
    return message;
  }
}
