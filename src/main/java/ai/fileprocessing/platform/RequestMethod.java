package ai.fileprocessing.platform;

import java.util.Set;

/** What figures and spans call the method of a request. */
final class RequestMethod {
  private static final Set<String> KNOWN =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  /** As OpenTelemetry's conventions for HTTP have it. */
  private static final String OTHER = "_OTHER";

  private RequestMethod() {}

  /**
   * One of HTTP's methods, or a word for all others: anybody can send any, without a token too, and
   * each would be a figure of its own in the server's memory.
   */
  static String of(String sent) {
    return KNOWN.contains(sent) ? sent : OTHER;
  }
}
