package ai.fileprocessing.platform;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses requests over which Jakarta REST would stumble and call it a defect of the service, or
 * say nothing of what is wrong: a query that is none, a weight in {@code Accept} that is no number,
 * a Content-Type that is no media type. And it hides a Content-Type with nothing in it, which a
 * browser sends with a file whose type it does not know.
 */
public class RequestForm extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private static final Pattern WEIGHT = Pattern.compile("(?i);\\s*q\\s*=\\s*([^,;]*)");
  private static final Pattern WEIGHT_VALUE =
      Pattern.compile("\\s*(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)\\s*");

  private static final Problem NO_MEDIA_TYPE =
      Problem.field(
          415,
          "MEDIA_TYPE_UNSUPPORTED",
          HttpHeaders.CONTENT_TYPE,
          "The Content-Type header is no media type, such as application/json.");

  /** RFC 9110, section 8.3.1; what parameters there are matters to nobody here. */
  private static final Pattern MEDIA_TYPE =
      Pattern.compile("[-!#$%&'*+.^_`|~\\w]+/[-!#$%&'*+.^_`|~\\w]+\\s*(;.*)?");

  @Inject private transient BareProblems problems;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!hasWeights(request) || !isUri(request)) {
      problems.write(ProblemMapper.framework(400), request.getRequestURI(), response);
    } else if (!hasMediaType(request)) {
      problems.write(NO_MEDIA_TYPE, request.getRequestURI(), response);
    } else {
      chain.doFilter(new WithoutBlankType(request), response);
    }
  }

  private static boolean hasMediaType(HttpServletRequest request) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    return type == null || type.isBlank() || MEDIA_TYPE.matcher(type.strip()).matches();
  }

  private static boolean hasWeights(HttpServletRequest request) {
    for (String accept : Collections.list(request.getHeaders("Accept"))) {
      Matcher weight = WEIGHT.matcher(accept);
      while (weight.find()) {
        if (!WEIGHT_VALUE.matcher(weight.group(1)).matches()) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isUri(HttpServletRequest request) {
    try {
      String query = request.getQueryString();
      new URI(request.getRequestURI() + (query == null ? "" : "?" + query));
      return true;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static final class WithoutBlankType extends HttpServletRequestWrapper {
    private static final String TYPE = "Content-Type";

    WithoutBlankType(HttpServletRequest request) {
      super(request);
    }

    @Override
    public String getContentType() {
      return isBlank() ? null : super.getContentType();
    }

    @Override
    public String getHeader(String name) {
      return hides(name) ? null : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
      return hides(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
    }

    @Override
    public Enumeration<String> getHeaderNames() {
      return Collections.enumeration(
          Collections.list(super.getHeaderNames()).stream().filter(name -> !hides(name)).toList());
    }

    private boolean hides(String name) {
      return TYPE.equalsIgnoreCase(name) && isBlank();
    }

    private boolean isBlank() {
      String type = super.getHeader(TYPE);
      return type != null && type.isBlank();
    }
  }
}
