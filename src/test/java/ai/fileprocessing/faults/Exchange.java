package ai.fileprocessing.faults;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * One call to AWS as it arrived.
 *
 * @param target the request target: path and query as they were sent
 * @param headers by name in any case
 * @param operation the name AWS has for it, such as {@code UpdateItem}; the method and the path
 *     where AWS has none, such as {@code GET /pool/.well-known/jwks.json}
 * @param text the first 64 KB of the body; empty when the client sent {@code Expect: 100-continue},
 *     because then the body comes only after the call was let through
 */
public record Exchange(
    String method, String target, Map<String, String> headers, String operation, String text) {

  public Exchange {
    Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    copy.putAll(headers);
    headers = Collections.unmodifiableMap(copy);
  }

  /** The path as it was sent, percent-encoded. */
  public String path() {
    return target.split("\\?", 2)[0];
  }

  /** The header, or an empty text. */
  public String header(String name) {
    return headers.getOrDefault(name, "");
  }

  @Override
  public String toString() {
    return operation + " (" + method + " " + path() + ")";
  }
}
