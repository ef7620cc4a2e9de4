package ai.fileprocessing.local;

/** A request, or one entry of a batch, that the SQS stand-in answers with a fault. */
final class SqsRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final SqsFault fault;

  SqsRefusedException(SqsFault fault, String message) {
    super(message);
    this.fault = fault;
  }

  static SqsRefusedException invalid(String parameter, Object value, String reason) {
    return new SqsRefusedException(
        SqsFault.INVALID_PARAMETER_VALUE,
        "Value %s for parameter %s is invalid. Reason: %s".formatted(value, parameter, reason));
  }

  SqsFault fault() {
    return fault;
  }
}
