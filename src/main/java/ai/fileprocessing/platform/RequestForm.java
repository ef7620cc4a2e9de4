package ai.fileprocessing.platform;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses requests over which Jakarta REST would stumble and call it a defect of the service: a
 * query that is none, a weight in {@code Accept} that is no number. And it hides a Content-Type
 * with nothing in it, which a browser sends with a file whose type it does not know.
 */
public class RequestForm extends HttpFilter {
  private static final long serialVersionUID = 1L;

  private static final Pattern WEIGHT = Pattern.compile("(?i);\\s*q\\s*=\\s*([^,;]*)");
  private static final Pattern WEIGHT_VALUE =
      Pattern.compile("\\s*(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)\\s*");

  @Inject private transient BareProblems problems;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (hasWeights(request) && isUri(request)) {
      chain.doFilter(new WithoutBlankType(request), response);
    } else {
      problems.write(ProblemMapper.framework(400), request.getRequestURI(), response);
    }
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
