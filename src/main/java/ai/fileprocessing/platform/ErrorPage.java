package ai.fileprocessing.platform;

import jakarta.inject.Inject;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Answers where the server refuses a request by itself, before or beside Jakarta REST; web.xml
 * sends every such error here.
 */
public class ErrorPage extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject private transient BareProblems problems;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (request.getDispatcherType() != DispatcherType.ERROR) {
      problems.write(ProblemMapper.framework(404), request.getRequestURI(), response);
      return;
    }
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    problems.write(
        ProblemMapper.framework(status instanceof Integer code ? code : 500),
        String.valueOf(path),
        response);
  }
}
