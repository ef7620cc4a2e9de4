package ai.fileprocessing.platform;

/**
 * A configuration key that is missing or wrong; the message is one line that names the key and the
 * remedy.
 */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConfigurationException(String message) {
    super(message);
  }
}
