package ai.fileprocessing.platform;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Pattern;

/**
 * The name of this request in answers and logs: the client's {@code X-Request-Id} when it is sane,
 * else a new one.
 */
@RequestScoped
class RequestId {
  static final String HEADER = "X-Request-Id";
  private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final String value;

  @Inject
  RequestId(HttpServletRequest request, Ids ids) {
    String given = request.getHeader(HEADER);
    value = given != null && SANE.matcher(given).matches() ? given : ids.next();
  }

  String value() {
    return value;
  }
}
