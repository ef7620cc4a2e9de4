package ai.fileprocessing.platform;

/** A token that fails a check. The message is for the log. */
final class TokenRefused extends Exception {
  private static final long serialVersionUID = 1L;

  TokenRefused(String reason) {
    super(reason);
  }
}
