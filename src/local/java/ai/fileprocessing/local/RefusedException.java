package ai.fileprocessing.local;

/** A request that the Bedrock stand-in answers with a fault. */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Fault fault;

  RefusedException(Fault fault, String message) {
    super(message);
    this.fault = fault;
  }

  static RefusedException invalid(String message) {
    return new RefusedException(Fault.VALIDATION, message);
  }

  Fault fault() {
    return fault;
  }
}
